/**
 * The optimised engine that the page loads makes, in a real browser, the very runs that the native build makes: the digests of all
 * events are those of tests/digests.txt.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { onPage } from './browser.mjs';

/** As in tests/it/digests.rs. */
const SEED = 7;

test('a run in the browser is bit for bit the native one', async () => {
    const recorded = await readFile(new URL('../digests.txt', import.meta.url), 'utf8');
    const examples = recorded.trim().split('\n').map((line) => line.split(' ')).filter(([name = '']) => !['distributions', 'crews', 'keys'].includes(name));
    await onPage('/', async (page) => {
        for (const [name, digest, until] of examples) {
            const computed = await page.evaluate(async ({ name, seed, until }) => {
                const engine = await import(new URL('/wasm/highwater.js', location.href).href);
                await engine.default();
                const text = await (await fetch(`/examples/${name}.hw`)).text();
                const simulation = engine.Simulation.with_digest(text, seed);
                simulation.advance(until, 1e15);
                return simulation.digest();
            }, { name, seed: SEED, until: Number(until) });
            assert.equal(computed, digest, `${name} runs differently in the browser`);
        }
    });
});
