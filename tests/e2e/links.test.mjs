/** What links may say, and what becomes of a scenario that is too much: the page says so, and stays usable. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodeHash } from "../../www/state.js";
import { createPrng } from "../js/prng.mjs";
import { onPage } from "./browser.mjs";

/** @typedef {import("playwright-core").Page} Page */

const REDUCED = { options: { reducedMotion: /** @type {const} */ ("reduce") } };
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'";
const TICKS = "process p { forever { sleep 1s; produce; done } }\n";

/** @param {Partial<import("../../www/state.js").Shared>} shared */
const linkOf = async (shared) => `/#${await encodeHash({ language: 1, ...shared })}`;
/** @param {Page} page @param {string} id @param {RegExp} said */
const says = (page, id, said) => page.waitForFunction(([id, source]) =>
  new RegExp(source ?? "").test(document.getElementById(id ?? "")?.textContent ?? ""), [id, said.source]);
/** @param {Page} page @param {string} name */
const button = (page, name) => page.getByRole("button", { name, exact: true });
/** @param {Page} page */
const openedText = (page) => page.waitForFunction(() => document.querySelector(".code-field") !== null);

test("a link made under older rules says that figures may differ, until something else is chosen", async () => {
  await onPage(await linkOf({ example: "mm1@1" }), async (page) => {
    await says(page, "link-notice", /^This link was made before .* figures may differ/);
    await says(page, "title", /M\/M\/1/);
    await page.getByLabel("Example", { exact: true }).selectOption("tandem@1");
    await says(page, "title", /Eight stages/);
    assert.equal(await page.locator("#link-notice").isHidden(), true);
  }, REDUCED);
  await onPage(await linkOf({ example: "mm1@1", semantics: 2 }), async (page) => {
    await says(page, "message-text", /Ready/);
    assert.equal(await page.locator("#link-notice").isHidden(), true);
  }, REDUCED);
});

test("a speed of nought, a moment before the start and knobs of another text are said, and the run plays", async () => onPage(
  await linkOf({ text: `speed 1s/s\nknob gap = 1s from 1ms to 10s "Gap"\n${TICKS}`, speedNsPerS: 0, timeNs: -5, seed: -1, knobs: { gap: 1e12, other: 3 }, semantics: 2 }),
  async (page) => {
    await says(page, "link-notice", /no seed.*no moment.*no speed.*no knob of this text.*other.*further than the text lets it.*gap/);
    await page.waitForFunction(() => parseFloat((document.getElementById("clock")?.textContent ?? "").split(":")[1] ?? "") > 0.3);
    assert.equal(await page.locator("#speed").inputValue(), "1000000000");
    assert.equal(await page.locator(".knob-value").inputValue(), "10s");
  },
));

test("a tour and an edition that there are not are said, and nothing is fetched for them", async () => {
  await onPage(await linkOf({ example: "mm1@1", tour: "mm1/a.b.1", semantics: 2 }), async (page) => {
    await says(page, "message-text", /leads into a tour that this page does not have: mm1\./);
    assert.match(await page.locator("#title").innerText(), /M\/M\/1/, "the rest of the link opens");
  }, REDUCED);
  await onPage(await linkOf({ example: "push@0", semantics: 2 }), async (page) => {
    await says(page, "message-text", /names the example push@0, which this page does not have/);
  }, REDUCED);
});

test("a knob may bear any name, and the link that is copied opens with it", () => onPage("/", async (page) => {
  await page.goto(new URL(await linkOf({ text: `knob constructor = 1 from 0 to 9 "C"\nknob __proto__ = 2 from 0 to 9 "P"\n${TICKS}`, semantics: 2 }), page.url()).href);
  await says(page, "message-text", /Ready/);
  assert.deepEqual(await page.locator(".knob-value").evaluateAll((fields) => fields.map((field) => /** @type {HTMLInputElement} */ (field).value)), ["1", "2"]);
  await page.getByRole("slider", { name: "C", exact: true }).press("End");
  await page.getByRole("slider", { name: "P", exact: true }).press("Home");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await button(page, "Copy link").click();
  await button(page, "Copied").waitFor();
  const other = await page.context().newPage();
  await other.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await says(other, "message-text", /Ready/);
  assert.deepEqual(await other.locator(".knob-value").evaluateAll((fields) => fields.map((field) => /** @type {HTMLInputElement} */ (field).value)), ["9", "0"]);
}, REDUCED));

test("a slider with a thousand million stops is there at once, and moves by one of them", async () => onPage(
  await linkOf({ text: `knob k = 5 from 0 to 1000000000 step 1 "K"\nknob t = 1h from 0s to 100h step 1ns "T"\n${TICKS}`, semantics: 2 }),
  async (page) => {
    const slider = page.getByRole("slider", { name: "K", exact: true });
    await slider.press("ArrowRight");
    assert.equal(await slider.getAttribute("aria-valuetext"), "6");
    await page.getByRole("slider", { name: "T", exact: true }).press("End");
    assert.equal(await page.getByRole("slider", { name: "T", exact: true }).getAttribute("aria-valuetext"), "100h");
  }, REDUCED,
));

test("a text that is too large for a link is said to be, and can be saved", () => onPage("/", async (page) => {
  await says(page, "message-text", /Ready/);
  await openedText(page);
  // No packing makes letters by chance much shorter.
  const random = createPrng(13);
  const lines = Array.from({ length: 1000 }, () => `// ${Array.from({ length: 1000 }, () => String.fromCharCode(33 + Math.floor(random() * 94))).join("")}\n`);
  const source = `scenario "Large"\n${TICKS}${lines.join("")}`;
  await page.getByRole("textbox", { name: "Scenario text" }).fill(source);
  await says(page, "title", /^Large$/);
  await says(page, "size-notice", /^The text is too large for a link: packed it has 1.\d{3}.\d{3} letters/);
  assert.equal(new URL(page.url()).hash, "", "the address is not that of something else");
  const saving = page.waitForEvent("download");
  await button(page, "Save the text").click();
  const saved = await saving;
  assert.equal(saved.suggestedFilename(), "scenario.hw");
  assert.equal(readFileSync(await saved.path(), "utf8") === source, true, "the file is another text");
  await button(page, "Copy link").click();
  assert.equal(await button(page, "Copy link").isVisible(), true, "nothing was copied");
  await page.getByLabel("Example", { exact: true }).selectOption("mm1@1");
  await says(page, "title", /M\/M\/1/);
  assert.equal(await page.locator("#size-notice").isHidden(), true);
}, REDUCED));

test("of a scene of 3,000 a part is drawn, and what is left out is said wherever it is", async () => {
  const channels = Array.from({ length: 3000 }, (_, at) => `channel c${at} capacity 3\n`).join("");
  const knobs = Array.from({ length: 100 }, (_, at) => `knob k${at} = 1 from 0 to 9 "K ${at}"\n`).join("");
  const goals = Array.from({ length: 100 }, (_, at) => `expect dropped == ${at}\n`).join("");
  await onPage(await linkOf({ text: `run 10s\n${channels}${knobs}process p { forever { sleep 10ms; send c0 } }\nprocess q { forever { receive c0; done } }\n${goals}`, semantics: 2 }), async (page) => {
    await says(page, "scene", /60 of 3.002 things are drawn/);
    await says(page, "sliders", /60 of 100 knobs have a slider/);
    await page.getByText("Every part in figures").click();
    await says(page, "measures", /60 of 3.000 are listed/);
    await says(page, "charts", /24 of \d+ measured lines are drawn/);
    await page.getByRole("slider", { name: "Time", exact: true }).press("End");
    await says(page, "goals", /40 more, 40 of them missed/);
    assert.ok(await page.locator("#scene .hw-node").count() <= 60);
  }, REDUCED);
});

test("a text that only speaks of memory has no log", async () => {
  await onPage(await linkOf({ text: `about "how much memory it takes, and what it would print"\n${TICKS}`, semantics: 2 }), async (page) => {
    await says(page, "message-text", /Ready/);
    assert.equal(await page.locator("#log-panel").isHidden(), true);
  }, REDUCED);
});

const HUNG = "postMessage({ type: 'ready', version: '0' }); onmessage = ({ data }) => { while (data.type === 'load') { } };";
test("a worker that hangs is replaced, the reader is told, and there is a way on", async () => onPage(await linkOf({ text: `scenario "Kept"\n${TICKS}`, semantics: 2 }), async (page) => {
  await says(page, "message-text", /did not answer for 8 seconds, so it was stopped and another one stands ready\. Your text is safe/);
  await page.context().unroute("**/worker.js");
  await button(page, "Restart the engine").click();
  await says(page, "title", /^Kept$/);
  await says(page, "message-text", /Ready/);
  assert.equal(await button(page, "Restart the engine").isHidden(), true);
}, { ...REDUCED, prepare: (context) => context.route("**/worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: HUNG })) }));

test("the page brings its policy itself, and lives under it", () => onPage("/", async (page, url) => {
  await says(page, "message-text", /Ready/);
  for (const address of ["", "bench.html"]) {
    const html = await (await fetch(new URL(address, url))).text();
    assert.ok(html.indexOf(`<meta http-equiv="Content-Security-Policy" content="${POLICY}">`) < html.indexOf("<link"), `${address || "the page"} has not the policy before all that it speaks of`);
  }
  const refused = await page.evaluate(async () => {
    /** @type {string[]} */
    const broken = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => broken.push(effectiveDirective));
    await fetch("data:text/plain,x").catch(() => {});
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
    document.body.append(Object.assign(document.createElement("img"), { src: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" }));
    document.body.append(Object.assign(document.createElement("base"), { href: "https://example.org/" }));
    document.body.setAttribute("style", "color: red");
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    return { broken: [...new Set(broken)].sort(), ran: "ran" in window };
  });
  assert.deepEqual(refused, { broken: ["base-uri", "connect-src", "img-src", "script-src-elem", "style-src-attr"], ran: false });
}, { ...REDUCED, errors: [] }));
