/** Opens a served page in the machine's own Chrome, and fails on whatever the console calls an error. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { serve } from '../../.ci/serve.mjs';

// The page's tools live in www, not here.
const { chromium } = /** @type {typeof import('playwright-core')} */ (
    createRequire(new URL('../../www/package.json', import.meta.url))('playwright-core')
);

/** @type {Promise<import('playwright-core').Browser> | undefined} */
let launched;

/** One browser for the tests of a file. */
function browser() {
    launched ??= chromium.launch({ executablePath: process.env['CHROME'] ?? '/usr/bin/chromium' });
    return launched;
}

after(async () => (await launched)?.close());

/**
 * Runs a test on a page of its own. Console errors, exceptions and failed fetches fail the test, unless `errors` is given
 * to collect them.
 * @param {string} address
 * @param {(page: import('playwright-core').Page, url: string) => Promise<void>} body
 * @param {{ options?: import('playwright-core').BrowserContextOptions, errors?: string[],
 *   prepare?: (context: import("playwright-core").BrowserContext) => Promise<unknown> }} [settings] `prepare`: before the page is opened.
 */
export async function onPage(address, body, { options = {}, errors, prepare } = {}) {
    const found = errors ?? [];
    const { url, close } = await serve();
    const context = await (await browser()).newContext(options);
    try {
        await prepare?.(context);
        const page = await context.newPage();
        page.on('console', (message) => message.type() === 'error' && found.push(`${message.text()} at ${message.location().url}`));
        page.on('pageerror', (error) => found.push(String(error)));
        page.on('requestfailed', (request) => found.push(`${request.url()}: ${request.failure()?.errorText}`));
        await page.goto(new URL(address, url).href);
        await body(page, url);
    } finally {
        await context.close();
        await close();
    }
    if (!errors) assert.deepEqual(found, []);
}
