/**
 * A static server for the playground and its tests, with what a static host would send and no more: no cross-origin
 * isolation, and no policy, which the page brings itself.
 * Run by itself it serves www on PORT (8080 unless told); `serve` is for the tests.
 */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const WWW = fileURLToPath(new URL('../www', import.meta.url));
const TYPES = new Map([
    ['.html', 'text/html; charset=utf-8'],
    ['.js', 'text/javascript; charset=utf-8'],
    ['.mjs', 'text/javascript; charset=utf-8'],
    ['.css', 'text/css; charset=utf-8'],
    ['.json', 'application/json; charset=utf-8'],
    ['.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['.wasm', 'application/wasm'],
    ['.hw', 'text/plain; charset=utf-8'],
    ['.txt', 'text/plain; charset=utf-8'],
    ['.md', 'text/markdown; charset=utf-8'],
    ['.svg', 'image/svg+xml'],
    ['.png', 'image/png'],
    ['.ico', 'image/x-icon'],
]);

/** @param {string} name */
const isHidden = (name) => name.split(/[/\\]/).some((part) => part.startsWith('.'));

/**
 * The file that an address names, or null: nothing outside the root, and nothing that a dot hides.
 * @param {string} root
 * @param {string} address
 * @returns {string | null}
 */
export function fileOf(root, address) {
    let name;
    try {
        name = decodeURIComponent(address.split(/[?#]/, 1)[0] ?? '');
    } catch {
        return null;
    }
    if (name.includes('\0') || isHidden(name)) return null;
    return path.join(root, name.endsWith('/') ? `${name}index.html` : name);
}

/**
 * What stands there, links followed: null for nothing, for what lies outside the root, and for what is neither file nor folder (a pipe
 * would be waited for).
 * @param {string} root
 * @param {string} name
 * @returns {Promise<{ path: string, size: number, isFolder: boolean } | null>}
 */
async function standing(root, name) {
    const [base, found] = await Promise.all([realpath(root), realpath(name)].map((one) => one.catch(() => null)));
    if (!base || !found || (found !== base && !found.startsWith(base + path.sep)) || isHidden(found.slice(base.length))) return null;
    const about = await stat(found).catch(() => null);
    return about?.isFile() || about?.isDirectory() ? { path: found, size: about.size, isFolder: about.isDirectory() } : null;
}

/** @type {(root: string) => import('node:http').RequestListener} */
const answer = (root) => async (request, response) => {
    /** @type {(status: number, text: string, headers?: Record<string, string>) => void} */
    const refuse = (status, text, headers = {}) => {
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${text}\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only GET and HEAD', { allow: 'GET, HEAD' });
    const address = request.url ?? '/';
    const name = fileOf(root, address);
    const found = name === null ? null : await standing(root, name);
    if (name === null || found === null) return refuse(404, 'not found');
    if (found.isFolder) {
        // A folder is shown by its index; where it has none there is nothing to lead to.
        const index = await standing(root, path.join(name, 'index.html'));
        return index === null || index.isFolder ? refuse(404, 'not found') : refuse(308, 'moved', { location: address.replace(/^\/*([^?]*)/, '/$1/') });
    }
    response.writeHead(200, {
        'content-type': TYPES.get(path.extname(name)) ?? 'application/octet-stream',
        'content-length': found.size,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
    });
    if (request.method === 'HEAD') return void response.end();
    createReadStream(found.path).on('error', () => response.destroy()).pipe(response);
};

/**
 * Serves a folder on this machine only; port 0 takes any that is free.
 * @param {{ port?: number, root?: string }} [options]
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serve({ port = 0, root = WWW } = {}) {
    const server = createServer(answer(root));
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
            const at = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
            resolve({
                url: `http://127.0.0.1:${at}/`,
                close: () => new Promise((closed) => {
                    server.close(() => closed());
                    server.closeAllConnections();
                }),
            });
        });
    });
}

/**
 * Why the server did not start, in words that say what to do.
 * @param {NodeJS.ErrnoException} error
 * @param {number} port
 */
export function reasonOf(error, port) {
    if (error.code === 'EADDRINUSE') return `port ${port} is taken: choose another, as in  make serve PORT=${port + 1}`;
    if (error.code === 'EACCES') return `port ${port} needs more rights: choose one above 1023, as in  make serve PORT=8080`;
    return error.message;
}

async function main() {
    const asked = process.env['PORT'] || '8080';
    const port = Number(asked);
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT=${asked} is no port: a number from 0 to 65535 is`);
    const { url } = await serve({ port }).catch((error) => {
        throw new Error(reasonOf(error, port));
    });
    console.log(`Highwater is at ${url}  (Ctrl-C ends it)`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    main().catch((error) => {
        console.error(`error: ${error.message}`);
        process.exitCode = 1;
    });
}
