/** The panel of curves as a reader meets it. Presets stand in `presets/` beside this file, in place of the page's own. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { onPage } from "./browser.mjs";

/** @typedef {import("playwright-core").Page} Page */

const OWN = new URL("./presets/", import.meta.url);
const NARROW = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** @param {import("playwright-core").BrowserContext} context */
const prepare = (context) => context.route("**/presets/**", (route) => {
  const file = new URL(`.${new URL(route.request().url()).pathname.replace("/presets", "")}`, OWN);
  return existsSync(file) ? route.fulfill({ body: readFileSync(file) }) : route.fulfill({ status: 404, body: "not found" });
});

/** Waits until the panel says so. @param {Page} page @param {string} said */
const tells = (page, said) => page.waitForFunction((said) => document.querySelector(".curve-told")?.textContent?.includes(said), said);
/** The table of the curve, line by line. @param {Page} page */
const table = (page) => page.locator("#curve table").evaluate((all) =>
  [...all.querySelectorAll("tr")].map((line) => [...line.children].map((cell) => cell.textContent ?? "").join(" | ")));
/** @param {Page} page @param {number} least */
const playedTo = (page, least) => page.waitForFunction((least) => {
  const parts = (document.querySelector("#clock")?.textContent ?? "").split(":").map(Number);
  return parts.reduce((sum, part) => sum * 60 + part, 0) >= least;
}, least);
/** @param {Page} page */
const openPanel = async (page) => {
  await page.locator("#curve > summary").click();
  await page.waitForSelector("#curve-knob option", { state: "attached" });
};
/** @param {Page} page @param {string} label */
const choose = async (page, label) => {
  const box = page.getByRole("checkbox", { name: label, exact: true });
  if (!await box.isVisible()) await page.locator(".curve-measures > summary").click();
  await box.check();
};

test("a curve of an example is drawn while the run goes on, and the table has its figures", () => onPage("/", async (page) => {
  await playedTo(page, 0.3);
  await openPanel(page);
  assert.equal(await page.locator("#curve-run").inputValue(), "60s");
  assert.equal(await page.locator(".curve-picked").innerText(), "items per second · p99");
  await page.getByLabel("Knob", { exact: true }).selectOption("Buffer capacity");
  assert.match(await page.locator("#curve-values").inputValue(), /^0, 70, .*, 500$/);
  await page.getByLabel("Values", { exact: true }).fill("20 0, 5");
  await page.getByLabel("Each run lasts", { exact: true }).fill("5s");
  await choose(page, "buffer, greatest depth");
  await page.getByRole("button", { name: "Draw", exact: true }).click();
  await tells(page, "Drawn: 3 runs of 5s.");
  assert.deepEqual(await table(page), [
    "Buffer capacity | items per second | p99 | buffer, greatest depth",
    "0 | 62.2/s | 22ms | 0", "5 | 62.2/s | 102ms | 5", "20 | 62.2/s | 342ms | 20",
  ]);
  assert.equal(await page.locator("#curve canvas").count(), 3);
  assert.deepEqual(await page.locator("#curve .legend-value").allInnerTexts(), ["62.2/s", "342ms", "20"]);
  await page.getByRole("checkbox", { name: "Logarithmic height", exact: true }).check();
  assert.equal(await page.locator("#curve canvas").count(), 3);
  await playedTo(page, 1);
  // The slider of the knob itself changes nothing but the mark; another knob makes it old.
  await page.getByRole("slider", { name: "Buffer capacity", exact: true }).press("Home");
  await tells(page, "Drawn: 3 runs");
  await page.getByRole("slider", { name: "Consumer, time per item", exact: true }).press("Home");
  await tells(page, "have changed since");
}));

test("what cannot be drawn is said in a sentence; a long one can be cancelled", () => onPage("/", async (page) => {
  await playedTo(page, 0.3);
  await openPanel(page);
  await page.getByLabel("Knob", { exact: true }).selectOption("Buffer capacity");
  const values = page.getByLabel("Values", { exact: true });
  for (const [text, said] of [["1, 501", "501 is beyond what the knob offers: 0 to 500."], ["1, x", "not a quantity"], ["1", "from 2 to"]]) {
    await values.fill(text ?? "");
    await values.press("Enter");
    await tells(page, said ?? "");
  }
  await values.fill("1, 2");
  await page.getByLabel("Each run lasts", { exact: true }).fill("1000h");
  await page.getByRole("button", { name: "Draw", exact: true }).click();
  await page.waitForFunction(() => /** @type {HTMLProgressElement | null} */ (document.querySelector("#curve progress"))?.value);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await tells(page, "Cancelled.");
  assert.equal(await page.getByRole("button", { name: "Draw", exact: true }).isVisible(), true);
  assert.equal((await table(page)).length, 1);
}));

test("a preset's curve is drawn when the panel is opened, on a narrow screen too", () => onPage("/", async (page) => {
  await page.getByLabel("Example", { exact: true }).selectOption("leaky-tank@2");
  await page.locator("#code").waitFor();
  await playedTo(page, 0.2);
  assert.match(await page.locator("#curve-hint").innerText(), /this preset brings its own$/);
  await page.locator("#curve > summary").focus();
  await page.keyboard.press("Enter");
  await tells(page, "Drawn: 4 runs of 10s.");
  assert.deepEqual(await table(page), ["Inflow | drained | drops in the tank", "5/s | 4.9/s | 0", "10/s | 9.9/s | 0", "20/s | 9.9/s | 100", "40/s | 9.9/s | 300"]);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
}, { options: NARROW, prepare }));
