/** The static server keeps inside its folder, sends the right kinds, and names a taken port. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileOf, reasonOf, serve } from '../../.ci/serve.mjs';

test('only files inside the root are named', () => {
    assert.equal(fileOf('/root', '/'), '/root/index.html');
    assert.equal(fileOf('/root', '/a/b.js?c'), '/root/a/b.js');
    for (const address of ['/../x', '/%2e%2e/x', '/a/..%2f..%2fx', '/.npmrc', '/%00', '/%', '/..\\x']) {
        assert.equal(fileOf('/root', address), null, address);
    }
});

test('kinds are those of a careful static host, which isolates nothing and sends no policy', async (t) => {
    const { url, close } = await serve();
    t.after(close);
    const page = await fetch(url);
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(page.headers.get('content-security-policy'), null, 'a static host sends none: the page must bring its own');
    assert.equal(page.headers.get('cross-origin-opener-policy'), null);
    const wasm = await fetch(new URL('wasm/highwater_bg.wasm', url), { method: 'HEAD' });
    assert.equal(wasm.headers.get('content-type'), 'application/wasm');
    assert.equal((await fetch(new URL('none', url))).status, 404);
    assert.equal((await fetch(url, { method: 'POST' })).status, 405);
});

/** @param {import('node:test').TestContext} t A folder to serve, beside what must not be served. */
async function rootOf(t) {
    const home = mkdtempSync(path.join(tmpdir(), 'highwater-serve-'));
    const root = path.join(home, 'root');
    mkdirSync(path.join(root, 'shown'), { recursive: true });
    mkdirSync(path.join(root, 'bare'));
    mkdirSync(path.join(home, 'root-beside'));
    writeFileSync(path.join(home, 'secret.txt'), 'secret');
    writeFileSync(path.join(home, 'root-beside', 'secret.txt'), 'secret');
    writeFileSync(path.join(root, 'shown', 'index.html'), 'shown');
    writeFileSync(path.join(root, 'bare', 'page.txt'), 'page');
    symlinkSync(path.join(home, 'secret.txt'), path.join(root, 'out.txt'));
    symlinkSync(home, path.join(root, 'up'));
    symlinkSync(path.join(home, 'root-beside'), path.join(root, 'beside'));
    symlinkSync('bare/page.txt', path.join(root, 'in.txt'));
    symlinkSync('nowhere', path.join(root, 'dangling'));
    writeFileSync(path.join(root, '.hidden'), 'hidden');
    symlinkSync('.hidden', path.join(root, 'shown.txt'));
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    const { url, close } = await serve({ root });
    t.after(async () => {
        await close();
        rmSync(home, { recursive: true });
    });
    return (/** @type {string} */ address) => fetch(new URL(address, url), { redirect: 'manual', signal: AbortSignal.timeout(5000) });
}

test('links are followed inside the root and never out of it', async (t) => {
    const get = await rootOf(t);
    assert.equal(await (await get('in.txt')).text(), 'page');
    for (const address of ['out.txt', 'up/secret.txt', 'up', 'beside/secret.txt', 'dangling', 'shown.txt']) assert.equal((await get(address)).status, 404, address);
});

test('a pipe is no file: nobody waits for what may never come', async (t) => {
    assert.equal((await (await rootOf(t))('pipe')).status, 404);
});

test('a folder leads to its index, and where it has none it is not found, with a slash or without', async (t) => {
    const get = await rootOf(t);
    assert.equal((await get('shown')).headers.get('location'), '/shown/');
    assert.equal(await (await get('shown/')).text(), 'shown');
    for (const address of ['bare', 'bare/', '']) assert.equal((await get(address)).status, 404, address);
});

test('the documents are there, and their folder leads nowhere', async (t) => {
    const { url, close } = await serve();
    t.after(close);
    assert.equal((await fetch(new URL('docs/language.md', url))).headers.get('content-type'), 'text/markdown; charset=utf-8');
    assert.equal((await fetch(new URL('docs', url), { redirect: 'manual' })).status, 404);
});

test('a taken port is named', async (t) => {
    const { url, close } = await serve();
    t.after(close);
    const port = Number(new URL(url).port);
    await assert.rejects(serve({ port }), (/** @type {NodeJS.ErrnoException} */ error) => {
        assert.match(reasonOf(error, port), new RegExp(`port ${port} is taken`));
        return true;
    });
});
