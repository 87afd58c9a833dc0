/**
 * The notice of licences that goes along with the page: of Highwater, of every crate that is in the engine's wasm file, and of every
 * library from npm that is in a module of `www/vendor` (vendor.mjs has listed those). A licence that several have stands there once.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VENDOR = path.join(ROOT, 'www/vendor');
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice|unlicense)/i;

/** @typedef {{ id: string, name: string, version: string, license: string | null, manifest_path: string, targets: Array<{ kind: string[] }> }} Package */
/** @typedef {{ id: string, deps: Array<{ pkg: string, dep_kinds: Array<{ kind: string | null }> }> }} Node */
/** @typedef {{ packages: Package[], resolve: { root: string, nodes: Node[] } }} Metadata */
/** @typedef {{ name: string, version: string, licence: string, texts: string[] }} Part */

/** What cargo knows of the wasm build, as wasm.sh runs it. @returns {Metadata} */
export const readMetadata = () => JSON.parse(execFileSync('cargo', [
    'metadata', '--format-version', '1', '--locked', '--no-default-features', '--filter-platform', 'wasm32-unknown-unknown',
], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 }));

/**
 * The crates whose code is in the wasm file, this one first: what is needed at run time, not what runs while it is built (macros, build scripts).
 * @param {Metadata} metadata
 * @returns {Package[]}
 */
export function cratesOf({ packages, resolve }) {
    const byId = new Map(packages.map((one) => [one.id, one]));
    const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
    const isMacro = (/** @type {string} */ id) => byId.get(id)?.targets.some(({ kind }) => kind.includes('proc-macro')) ?? false;
    const seen = new Set([resolve.root]);
    for (const id of seen) {
        for (const { pkg, dep_kinds: kinds } of nodes.get(id)?.deps ?? []) {
            if (!isMacro(pkg) && kinds.some(({ kind }) => kind === null)) seen.add(pkg);
        }
    }
    const [own, ...others] = [...seen].flatMap((id) => byId.get(id) ?? []);
    return own ? [own, ...others.sort((a, b) => (a.name < b.name ? -1 : 1))] : [];
}

/** @param {Package} crate @returns {Part} */
function partOf({ name, version, license, manifest_path: manifest }) {
    const folder = path.dirname(manifest);
    const texts = readdirSync(folder).filter((file) => LICENCE_FILE.test(file)).sort().map((file) => readFileSync(path.join(folder, file), 'utf8'));
    if (texts.length === 0) throw new Error(`the crate ${name} ${version} has no licence file: its licence (${license}) asks for one`);
    return { name, version, licence: license ?? 'its own licence', texts };
}

/** @param {string} text */
const squeezed = (text) => text.replace(/\s+/g, ' ').trim();

/**
 * The notice as a text.
 * @param {Part[]} crates This one first.
 * @param {Part[]} libraries
 */
export function noticeOf([own, ...crates], libraries) {
    /** Where a text stands already. @type {Map<string, string>} */
    const known = new Map();
    /** @param {Part} part */
    const entryOf = ({ name, version, licence, texts }) => {
        const said = texts.map((text) => {
            const before = known.get(squeezed(text));
            if (before === undefined) known.set(squeezed(text), name);
            return before === undefined ? text.trim() : `(One text of its licence is, word for word, one of ${before} above.)`;
        });
        return [`==== ${name} ${version} (${licence})`, ...said].join('\n\n');
    };
    return `${[
        ...(own ? [entryOf(own)] : []),
        `==== The Rust standard library (MIT OR Apache-2.0)

By the contributors of the Rust project. It is part of the engine's wasm file, as are the crates that it is built of. It is used
under the Apache License 2.0, whose text stands above.`,
        'What follows are the crates in the engine\'s wasm file.', ...crates.map(entryOf),
        'What follows are the libraries in the page\'s own modules.', ...libraries.map(entryOf),
    ].join('\n\n\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    /** @type {Part[]} */
    const libraries = JSON.parse(readFileSync(path.join(VENDOR, 'libraries.json'), 'utf8'));
    writeFileSync(path.join(VENDOR, 'licences.txt'), noticeOf(cratesOf(readMetadata()).map(partOf), libraries));
}
