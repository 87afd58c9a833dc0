/** Rings of imports are found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringIn } from '../../.ci/imports.mjs';

test('a ring is found, a diamond is none', () => {
    /** @type {Record<string, string[]>} */
    const diamond = { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] };
    assert.equal(ringIn(['a'], (file) => diamond[file] ?? []), null);
    assert.deepEqual(ringIn(['a'], (file) => ({ ...diamond, d: ['b'] })[file] ?? []), ['b', 'd', 'b']);
});
