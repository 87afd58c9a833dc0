/** The served page starts the engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPage } from './browser.mjs';

test('the engine tells its version', () => onPage('/', async (page) => {
    await page.waitForFunction(() => document.querySelector('#version')?.textContent !== '');
    assert.match(await page.locator('#version').innerText(), /^\d+\.\d+\.\d+$/);
}));
