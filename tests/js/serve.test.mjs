/** The static server keeps inside its folder, sends the right kinds, and names a taken port. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileOf, reasonOf, serve } from '../../.ci/serve.mjs';

test('only files inside the root are named', () => {
    assert.equal(fileOf('/root', '/'), '/root/index.html');
    assert.equal(fileOf('/root', '/a/b.js?c'), '/root/a/b.js');
    for (const address of ['/../x', '/%2e%2e/x', '/a/..%2f..%2fx', '/.npmrc', '/%00', '/%', '/..\\x']) {
        assert.equal(fileOf('/root', address), null, address);
    }
});

test('kinds and policy are those of a careful static host', async (t) => {
    const { url, close } = await serve();
    t.after(close);
    const page = await fetch(url);
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self' 'wasm-unsafe-eval'/);
    assert.equal(page.headers.get('cross-origin-opener-policy'), null);
    const wasm = await fetch(new URL('wasm/highwater_bg.wasm', url), { method: 'HEAD' });
    assert.equal(wasm.headers.get('content-type'), 'application/wasm');
    assert.equal((await fetch(new URL('none', url))).status, 404);
    assert.equal((await fetch(url, { method: 'POST' })).status, 405);
});

test('a folder without its slash leads to the one with it', async (t) => {
    const { url, close } = await serve();
    t.after(close);
    const answer = await fetch(new URL('wasm', url), { redirect: 'manual' });
    assert.equal(answer.headers.get('location'), '/wasm/');
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
