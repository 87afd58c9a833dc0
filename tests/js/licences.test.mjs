/** The notice that goes along with the page names all that is in it, and holds the licences' own words. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { cratesOf, noticeOf, readMetadata } from '../../.ci/licences.mjs';

const NOTICE = readFileSync(new URL('../../www/vendor/licences.txt', import.meta.url), 'utf8');
const HEADS = new Set([...NOTICE.matchAll(/^==== (\S+ \S+) /gm)].map(([, head]) => head));

test('every crate that cargo puts into the wasm file is named, with its version, and nothing that only helps to build it', () => {
    const metadata = readMetadata();
    const crates = cratesOf(metadata);
    assert.equal(crates[0]?.name, 'highwater');
    assert.ok(crates.length > 10, `${crates.length} crates`);
    for (const { name, version } of crates) assert.ok(HEADS.has(`${name} ${version}`), `${name} ${version} is in the wasm file and not in the notice`);
    for (const name of ['serde_derive', 'syn', 'wasm-bindgen-test', 'wasm-bindgen-macro']) {
        assert.ok(!crates.some((one) => one.name === name), `${name} is in no wasm file`);
    }
});

test('Highwater itself and the standard library are there, with the text of both licences', () => {
    for (const name of ['LICENSE-MIT', 'LICENSE-APACHE']) {
        assert.ok(NOTICE.includes(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8').trim()), name);
    }
    assert.match(NOTICE, /^==== The Rust standard library /m);
});

test('every library that is in a module of the page is named', () => {
    const modules = readdirSync(new URL('../../www/vendor', import.meta.url)).filter((name) => name.endsWith('.js'));
    assert.ok(modules.length > 0);
    for (const name of ['uplot', '@dagrejs/dagre', '@codemirror/view', '@lezer/highlight', 'marked']) {
        assert.ok([...HEADS].some((head) => head?.startsWith(`${name} `)), name);
    }
});

test('a text that two have stands there once, and is referred to', () => {
    const part = (/** @type {string} */ name) => ({ name, version: '1', licence: 'MIT', texts: ['Do as\nyou like.'] });
    const notice = noticeOf([part('own'), part('crate')], [part('library')]);
    assert.equal(notice.match(/you like/g)?.length, 1);
    assert.equal(notice.match(/one of own above/g)?.length, 2);
});
