/**
 * The size gate: what a reader's browser fetches, compressed by brotli as hosts do, against the limits of the design.
 * The page is everything that its HTML reaches by static imports, scripts, styles, workers and wasm; a dynamic import() is
 * a part that waits until it is asked for (the editor), and does not count.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const WWW = fileURLToPath(new URL('../www', import.meta.url));
const KB = 1000;
const ENGINE = path.join(WWW, 'wasm/highwater_bg.wasm');
const ENGINE_LIMIT = 120 * KB;
const PAGE_LIMIT = 260 * KB;

/** How each kind of file names the files that load with it. */
const REFERENCES = [
    /<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.(?:js|mjs|css|svg))"/g,
    /(?:^|[\s;])(?:import|export)\b[^'"`;()]*?['"]([^'"]+)['"]/g,
    /new URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url\s*\)/g,
    /@import\s+(?:url\()?['"]([^'"]+)['"]/g,
];

/** @type {(file: string) => string[]} */
function referencesOf(file) {
    if (!/\.(?:html|m?js|css)$/.test(file)) return [];
    const text = readFileSync(file, 'utf8');
    return REFERENCES.flatMap((form) => [...text.matchAll(form)].map((found) => found[1] ?? ''))
        .filter((name) => /^\.{0,2}\/|^[\w-]+[\w/.-]*\.(?:js|mjs|css|svg|wasm)$/.test(name))
        .map((name) => (name.startsWith('/') ? path.join(WWW, name) : path.resolve(path.dirname(file), name)));
}

/**
 * A page and all that loads with it.
 * @param {string} start
 * @returns {string[]}
 */
export function closureOf(start) {
    const seen = new Set([start]);
    for (const file of seen) {
        for (const next of referencesOf(file)) {
            if (existsSync(next)) seen.add(next);
            else throw new Error(`${path.relative(WWW, file)} names ${path.relative(WWW, next)}, which is not there`);
        }
    }
    return [...seen];
}

/** @type {(file: string) => number} */
const compressed = (file) => brotliCompressSync(readFileSync(file)).length;

/** @type {(what: string, bytes: number, limit: number) => boolean} */
function gate(what, bytes, limit) {
    const fits = bytes <= limit;
    console.log(`${what}: ${(bytes / KB).toFixed(1)} KB of ${limit / KB} KB${fits ? '' : '  TOO LARGE'}`);
    return fits;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const page = closureOf(path.join(WWW, 'index.html')).map((file) => ({ file, bytes: compressed(file) }));
    page.sort((a, b) => b.bytes - a.bytes);
    for (const { file, bytes } of page) console.log(`${String(bytes).padStart(8)}  ${path.relative(WWW, file)}`);
    const fits = [
        gate('engine', compressed(ENGINE), ENGINE_LIMIT),
        gate('page', page.reduce((sum, { bytes }) => sum + bytes, 0), PAGE_LIMIT),
    ];
    process.exitCode = fits.every(Boolean) ? 0 : 1;
}
