/**
 * What a reader's browser fetches for the page, compressed by brotli as hosts do: each file, then the engine and all together. A report,
 * without a limit: growth of more than a twentieth by one change is explained in its commit.
 * The editor is loaded when asked for, by a dynamic import, and so does not count.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { WWW, closureOf } from './imports.mjs';

const KB = 1000;
const ENGINE = path.join(WWW, 'wasm/highwater_bg.wasm');

/** @type {(file: string) => number} */
const compressed = (file) => brotliCompressSync(readFileSync(file)).length;

/** @type {(bytes: number) => string} */
const shown = (bytes) => `${(bytes / KB).toFixed(1)} KB`;

const files = new Set([...closureOf(path.join(WWW, 'index.html')), ENGINE]);
const page = [...files].map((file) => ({ file, bytes: compressed(file) })).sort((a, b) => b.bytes - a.bytes);
for (const { file, bytes } of page) console.log(`${String(bytes).padStart(8)}  ${path.relative(WWW, file)}`);
const whole = page.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`engine ${shown(compressed(ENGINE))}, page ${shown(whole)} (brotli)`);
