/**
 * Who loads whom among the page's files: what comes with a page (for the size gate), and, run by itself, whether any modules
 * import each other in a ring.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const WWW = fileURLToPath(new URL('../www', import.meta.url));

/** How a module names the modules that it needs to start. A dynamic import() waits until it is asked for, and is none. */
const STATIC_IMPORT = /^[ \t]*(?:import\s*|(?:import|export)\b[^'"`;()]*?\bfrom\s*)['"]([^'"]+)['"]/gm;

/** How files name what loads with them, beside imports. */
const REFERENCES = [
    /<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.(?:js|mjs|css|svg))"/g,
    /new URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url\s*\)/g,
    /@import\s+(?:url\()?['"]([^'"]+)['"]/g,
];

/** @type {(file: string, forms: RegExp[]) => string[]} */
function named(file, forms) {
    const text = readFileSync(file, 'utf8');
    return forms.flatMap((form) => [...text.matchAll(form)].map((found) => found[1] ?? ''))
        .filter((name) => !/^(?:\w+:|#)/.test(name))
        .map((name) => (name.startsWith('/') ? path.join(WWW, name) : path.resolve(path.dirname(file), name)));
}

/** @type {(file: string) => string[]} */
export const importsOf = (file) => (/\.m?js$/.test(file) ? named(file, [STATIC_IMPORT]) : []);

/** @type {(file: string) => string[]} */
const referencesOf = (file) => (/\.(?:html|m?js|css)$/.test(file) ? named(file, [STATIC_IMPORT, ...REFERENCES]) : []);

/**
 * A page and all that loads with it: scripts, styles, workers, wasm.
 * @param {string} start
 * @returns {string[]}
 */
export function closureOf(start) {
    const seen = new Set([start]);
    for (const file of seen) {
        for (const next of referencesOf(file)) {
            if (!existsSync(next)) throw new Error(`${path.relative(WWW, file)} names ${path.relative(WWW, next)}, which is not there`);
            seen.add(next);
        }
    }
    return [...seen];
}

/**
 * A ring of modules that import each other, or null.
 * @param {string[]} files
 * @param {(file: string) => string[]} [needs]
 * @returns {string[] | null}
 */
export function ringIn(files, needs = importsOf) {
    /** @type {Set<string>} */
    const settled = new Set();
    /** @type {(file: string, trail: string[]) => string[] | null} */
    const visit = (file, trail) => {
        if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
        if (settled.has(file)) return null;
        for (const next of needs(file)) {
            const ring = visit(next, [...trail, file]);
            if (ring) return ring;
        }
        settled.add(file);
        return null;
    };
    for (const file of files) {
        const ring = visit(file, []);
        if (ring) return ring;
    }
    return null;
}

/** The page's own modules. */
function ownModules() {
    return readdirSync(WWW, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.m?js$/.test(name) && !/^(?:node_modules|vendor|wasm)\//.test(name))
        .map((name) => path.join(WWW, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const own = new Set(ownModules());
    const ring = ringIn([...own], (file) => importsOf(file).filter((next) => own.has(next)));
    if (ring) {
        console.error(`modules import each other in a ring: ${ring.map((file) => path.relative(WWW, file)).join(' -> ')}`);
        process.exitCode = 1;
    } else {
        console.log(`${own.size} modules, no ring`);
    }
}
