/**
 * Damaged links in one session of a browser: `node .ci/fuzz-links.mjs --seed 7 --count 700`. Whatever stands behind the `#`, the page
 * throws nothing, says nothing in the console, asks nobody else for anything, keeps its thread free within a second, and shows something.
 * The seed is printed; the same one makes the same links.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { createPrng } from '../tests/js/prng.mjs';
import { serve } from './serve.mjs';

const WWW = fileURLToPath(new URL('../www', import.meta.url));
/** @type {typeof import('playwright-core')} */
const { chromium } = createRequire(`${WWW}/package.json`)('playwright-core');

/** The page's thread may be taken for so long. */
const STALL_MS = 1000;
/** A machine has other things to do: a stall counts if it comes again, so many times. */
const STALLS_MIN = 3;
/** What is shown by then is what there is. */
const SHOWN_MS = 10_000;
/** So many links without a new page. */
const RELOAD_EVERY = 40;

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ any: <Item>(items: readonly Item[]) => Item, below: (most: number) => number, chance: (share: number) => boolean }} Dice */

/** @param {number} seed @returns {Dice} */
function diceOf(seed) {
    const random = createPrng(seed);
    const below = (/** @type {number} */ most) => Math.floor(random() * most);
    return { below, chance: (share) => random() < share, any: (items) => /** @type {any} */ (items[below(items.length)]) };
}

/** The texts that come with the page, and the names under which links know them. */
function readCorpus() {
    const read = (/** @type {string} */ name) => readFileSync(`${WWW}/${name}`, 'utf8');
    const presets = readdirSync(`${WWW}/presets`, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
    const examples = readdirSync(`${WWW}/examples`).filter((name) => name.endsWith('.hw')).sort();
    return {
        keys: [...presets, ...examples.map((name) => name.replace('.hw', ''))].map((name) => `${name}@1`),
        texts: [...presets.map((name) => read(`presets/${name}/scenario.hw`)), ...examples.map((name) => read(`examples/${name}`))],
    };
}
const CORPUS = readCorpus();

/** @param {string} json @param {string} [version] */
const hashOf = (json, version = '1') => version + deflateRawSync(json).toString('base64url');

const NAMES = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'rate', 'load', '', ' ', '../..', '</script><script>alert(1)</script>', 'é\u202e'];
/** As JSON writes them: a double holds none of the first. */
const NUMBERS = ['1e999', '-1e999', '1e308', '-1e308', '5e-324', '0', '-0', '-1', '0.5', '1e300', '9007199254740993', '4294967296', '1e-9', '-5e9', '1e9', '60e9'];
const VALUES = [...NUMBERS, 'null', 'true', '[]', '{}', '""', '"constructor"', '[[[[[[]]]]]]', '{"__proto__":{"text":"x"}}', '"\\ud800"', '"\\u0000"', '{"a":{"b":[1,{"c":null}]}}', `"${'9'.repeat(400)}"`, '9'.repeat(400)];
const FIELDS = ['text', 'example', 'knobs', 'seed', 'timeNs', 'speedNsPerS', 'tour', 'language', 'semantics', '__proto__', 'constructor', 'extra'];
const STRANGE_TEXTS = [
    'knob k = 5 from 0 to 1000000000 step 1\nprocess p { forever { sleep 1s } }',
    'knob k = 1h from 0s to 100h step 1ns\nprocess p { forever { sleep 1s } }',
    'knob constructor = 1 from 0 to 9 "C"\nknob __proto__ = 1 from 0 to 9 "P"\nprocess p { forever { sleep 1s; produce; done } }',
    'scenario "<img src=x onerror=alert(1)>"\nabout "`</code><script>alert(1)</script>`"\nprocess p { forever { sleep 10ms; print "<b>{now}</b>" } }',
    'process p { forever { } }',
    'process p { forever { sleep 0s; spawn q } } task q { sleep 1h }',
    'scenario "memory" about "memory, print"\nprocess p { forever { sleep 1s } }',
];

/** @param {Dice} dice @param {string} text */
function damaged(dice, text) {
    let made = text;
    for (let hits = 1 + dice.below(4); hits > 0; hits -= 1) {
        const at = dice.below(made.length + 1);
        const long = dice.below(dice.chance(0.2) ? 400 : 12);
        made = dice.any([
            () => made.slice(0, at) + made.slice(at + long),
            () => made.slice(0, at) + made.slice(at, at + long).repeat(2 + dice.below(3)) + made.slice(at + long),
            () => made.slice(0, at) + dice.any(['\0', '\u202e', '😀', '\ud800', '"', '}', '{', '//', '1e400', '99999999999999h', '\n', ...NAMES]) + made.slice(at),
            () => made.slice(0, at) + dice.any(CORPUS.texts).slice(0, long * 10) + made.slice(at),
            () => made.slice(0, at) + String(made[at] ?? '').toUpperCase() + made.slice(at + 1),
        ])();
    }
    return made;
}

/** A text that declares much, or says much in one word. @param {Dice} dice */
function large(dice) {
    const many = dice.any([100, 1_000, 3_000, 10_000]);
    const each = (/** @type {(at: number) => string} */ line) => Array.from({ length: many }, (_, at) => line(at)).join('');
    const word = 'w'.repeat(many * 20);
    return dice.any([
        () => each((at) => `channel c${at} capacity 3\n`),
        () => each((at) => `channel c${at} capacity 3\nprocess p${at} { forever { sleep 10ms; send c${dice.below(at + 1)} } }\n`).slice(0, 900_000),
        () => `channel c capacity 3\n${each((at) => `process p${at} { forever { sleep 10ms; send c } }\n`)}`,
        () => `${each((at) => `knob k${at} = 1 from 0 to 1000 "K ${at}"\n`)}process p { forever { sleep 1s } }`,
        () => `${each((at) => `shared s${at} = 0\n`)}process p { forever { sleep 1s } }`,
        () => `process p { forever { sleep 10ms; produce; done } }\n${each((at) => `expect dropped == ${at}\n`)}`,
        () => `scenario "${word}"\nabout "${word}"\nchannel ${word} capacity 1\nprocess p { forever { sleep 10ms; print "${word}" } }`,
        () => `// ${word}\n${'\n'.repeat(many)}process p { forever { sleep 1s } }`,
    ])();
}

/** The JSON of a link whose shape is right. @param {Dice} dice */
function someJson(dice) {
    const where = dice.chance(0.4) ? `"example":${JSON.stringify(dice.any(CORPUS.keys))}`
        : `"text":${JSON.stringify(dice.chance(0.3) ? dice.any(STRANGE_TEXTS) : dice.any(CORPUS.texts))}`;
    const knobs = dice.chance(0.5) ? [`"knobs":{${JSON.stringify(dice.any(NAMES))}:${dice.any(NUMBERS)},"rate":${dice.any(NUMBERS)}}`] : [];
    const others = ['seed', 'timeNs', 'speedNsPerS', 'semantics'].flatMap((name) => (dice.chance(0.4) ? [`"${name}":${dice.any(NUMBERS)}`] : []));
    return `{${[where, ...knobs, ...others, '"language":1'].join(',')}}`;
}

/** What is done to links. Each gives what stands behind the `#`. @type {Readonly<Record<string, (dice: Dice) => string>>} */
const DAMAGES = {
    'strange values': (dice) => hashOf(someJson(dice)),
    'a field of another kind': (dice) => hashOf(someJson(dice).replace(/\}$/, `,${JSON.stringify(dice.any(FIELDS))}:${dice.any(VALUES)}}`)),
    'any JSON': (dice) => hashOf(dice.any([...VALUES, `{"language":1,${JSON.stringify(dice.any(FIELDS))}:${dice.any(VALUES)}}`])),
    'a name that is none': (dice) => hashOf(JSON.stringify({
        example: dice.any([...NAMES, 'mm1@0', 'mm1@99', 'push@0', 'push@1e9', 'push@-1', '../index@1', 'constructor@1', 'x'.repeat(5_000)]), language: 1,
        ...(dice.chance(0.5) ? { tour: dice.any(['constructor', '__proto__/x', '../..', 'mm1/a.b.1', 'decision-tree/constructor.toString.9/x', 'decision-tree', 'a/'.repeat(2_000)]) } : {}),
    })),
    'flipped bits': (dice) => {
        const letters = [...hashOf(someJson(dice))];
        for (let hits = 1 + dice.below(5); hits > 0; hits -= 1) letters[dice.below(letters.length)] = dice.any([...'ABCxyz019-_~%#?&=+/. \u00e9']);
        return letters.join('');
    },
    'cut off': (dice) => {
        const hash = hashOf(someJson(dice));
        return hash.slice(0, dice.below(hash.length));
    },
    'another version': (dice) => dice.any(['2', '9', '10', 'x', '', '%', '%00', '-1', '0', '<svg onload=alert(1)>', 'javascript:alert(1)', '1'.repeat(50_000)]) + (dice.chance(0.5) ? hashOf(someJson(dice)) : ''),
    'a damaged text': (dice) => hashOf(JSON.stringify({ text: damaged(dice, dice.any(CORPUS.texts)), language: 1, semantics: 2, ...(dice.chance(0.3) ? { timeNs: dice.below(1e11) } : {}) })),
    'a large text': (dice) => hashOf(JSON.stringify({ text: large(dice), language: 1, semantics: 2 })),
    'what unpacks to too much': (dice) => hashOf(dice.any([' '.repeat(2 ** 25), `{"language":1,"text":"${'a'.repeat(2 ** 21)}"}`, '['.repeat(2 ** 20)])),
};
/** Large ones take their time, and there is less to try in them. */
const RARE = new Set(['a large text', 'what unpacks to too much']);

/** @param {Dice} dice @returns {{ kind: string, hash: string }} */
function someLink(dice) {
    const kinds = Object.keys(DAMAGES).filter((kind) => !RARE.has(kind) || dice.chance(0.3));
    const kind = dice.any(kinds);
    return { kind, hash: /** @type {(dice: Dice) => string} */ (DAMAGES[kind])(dice) };
}

/** Opens a link on a page that is there, or on a new one; waits until something is shown, and gives the longest time the page's thread was taken. @param {Page} page @param {string} url @param {string} hash @param {boolean} isFresh @returns {Promise<number>} */
async function open(page, url, hash, isFresh) {
    if (isFresh) {
        await page.goto('about:blank');
        await page.goto(`${url}#${hash}`);
    } else {
        await page.evaluate((hash) => {
            Object.assign(window, { longTasks: [] });
            location.hash = hash;
        }, hash);
    }
    await page.waitForTimeout(isFresh ? 300 : 100);
    await page.waitForFunction(() => {
        const said = ['message-text', 'text-state'].some((id) => document.getElementById(id)?.textContent);
        return said && !document.getElementById('main')?.classList.contains('is-empty');
    }, undefined, { timeout: SHOWN_MS });
    return page.evaluate(() => Math.max(0, .../** @type {any} */ (window).longTasks));
}

/** What must not be in the page, whatever a link says. @param {Page} page */
const foreign = (page) => page.evaluate(() => document.querySelectorAll('script:not([src="./main.js"]), iframe, object, embed, img, base, [onerror], [onload]').length);

/**
 * A browser with the page, and what it complains of.
 * @param {string} url
 */
async function begin(url) {
    const browser = await chromium.launch({ executablePath: process.env['CHROME'] ?? '/usr/bin/chromium' });
    const context = await browser.newContext();
    const page = await context.newPage();
    /** @type {string[]} */
    const heard = [];
    page.on('console', (message) => ['error', 'assert'].includes(message.type()) && heard.push(`the console says: ${message.text()}`));
    page.on('pageerror', (error) => heard.push(`an exception: ${error.stack ?? error}`));
    page.on('dialog', (dialog) => {
        heard.push(`a dialog: ${dialog.message()}`);
        return dialog.dismiss();
    });
    context.on('page', () => heard.push('another page was opened'));
    context.on('request', (request) => !request.url().startsWith(url) && !/^(?:about|blob|data):/.test(request.url()) && heard.push(`a foreign request: ${request.url()}`));
    // A page that is left has requests under way.
    context.on('requestfailed', (request) => request.failure()?.errorText !== 'net::ERR_ABORTED' && heard.push(`a failed request: ${request.url()}`));
    await page.addInitScript(() => {
        Object.assign(window, { longTasks: [] });
        new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => /** @type {any} */ (window).longTasks.push(duration))).observe({ type: 'longtask' });
    });
    await page.goto(url);
    return { browser, page, heard };
}

/**
 * Opens a link and looks at what the page made of it.
 * @param {{ page: Page, heard: string[] }} session @param {string} url @param {string} hash @param {boolean} isFresh
 * @returns {Promise<string[]>} What is wrong; empty for nothing.
 */
async function look({ page, heard }, url, hash, isFresh) {
    try {
        let stalls = 0;
        let longest = await open(page, url, hash, isFresh);
        while (longest >= STALL_MS && (stalls += 1) < STALLS_MIN) longest = await open(page, url, hash, true);
        if (stalls === STALLS_MIN) heard.push(`the page's thread was taken for ${Math.round(longest)} ms`);
        if (await foreign(page) > 0) heard.push('the link brought elements into the page');
    } catch (error) {
        heard.push(`nothing is shown: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
    return heard.splice(0);
}

/** @param {{ seed: number, count: number }} options @returns {Promise<number>} How many links found a fault. */
async function fuzz({ seed, count }) {
    const { url, close } = await serve();
    let session = await begin(url);
    let faults = 0;
    for (let at = 0; at < count; at += 1) {
        // Each link has a seed of its own, so that one can be made again without the others.
        const { kind, hash } = someLink(diceOf((seed + Math.imul(at, 0x9e3779b1)) >>> 0));
        const wrong = await look(session, url, hash, at % RELOAD_EVERY === 0);
        if (wrong.length === 0) continue;
        faults += 1;
        console.log(`link ${at} (${kind}, ${hash.length} letters): ${wrong.join('; ')}\n  #${hash.slice(0, 2_000)}`);
        // A page that is stuck does not even close; the browser does.
        await session.browser.close();
        session = await begin(url);
    }
    await session.browser.close();
    await close();
    return faults;
}

const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string', default: '700' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const count = Number(values.count);
if (!Number.isInteger(seed) || !Number.isInteger(count) || seed < 0 || count < 1) {
    console.error('error: --seed and --count are whole numbers, as in  --seed 7 --count 700');
    process.exit(2);
}
console.log(`damaged links: seed ${seed}, ${count} of them`);
const faults = await fuzz({ seed, count });
console.log(`${count} links, ${faults} ${faults === 1 ? 'fault' : 'faults'} (seed ${seed})`);
process.exitCode = faults === 0 ? 0 : 1;
