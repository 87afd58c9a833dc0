/** Presets as a reader meets them. Those of these tests stand in `presets/` beside this file, in place of the page's own. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { encodeHash } from "../../www/state.js";
import { onPage } from "./browser.mjs";

/** @typedef {import("playwright-core").Page} Page */

const OWN = new URL("./presets/", import.meta.url);
const SHIPPED = new URL("../../www/presets/", import.meta.url);
const NARROW = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** @param {import("playwright-core").BrowserContext} context */
const prepare = (context) => context.route("**/presets/**", (route) => {
  const file = new URL(`.${new URL(route.request().url()).pathname.replace("/presets", "")}`, OWN);
  return existsSync(file) ? route.fulfill({ body: readFileSync(file) }) : route.fulfill({ status: 404, body: "not found" });
});

/** @param {import("playwright-core").BrowserContextOptions} [options] */
const given = (options = {}) => ({ options, prepare });
const REDUCED = given({ reducedMotion: "reduce" });

/** @param {Page} page @param {string} name */
const choose = (page, name) => page.getByLabel("Example", { exact: true }).selectOption(name);
/** @param {Page} page @param {string} title */
const shows = (page, title) => page.waitForFunction((title) => document.querySelector("#title")?.textContent === title, title);
/** @param {Page} page @param {string} selector @param {string} said */
const says = (page, selector, said) => page.waitForFunction(([selector, said]) =>
  document.querySelector(selector ?? "")?.textContent?.includes(said ?? ""), [selector, said]);
/** The case that is marked as the one that runs. @param {Page} page @param {number} at */
const runsCase = (page, at) => page.waitForFunction((at) =>
  document.querySelectorAll(".case button")[at]?.getAttribute("aria-pressed") === "true", at);
/** Waits until the knobs stand so; a frame of the new run has them. @param {Page} page @param {readonly string[]} values */
const knobsAre = (page, values) => page.waitForFunction((values) =>
  [...document.querySelectorAll(".knob-value")].map((field) => /** @type {HTMLInputElement} */ (field).value).join() === values, values.join());
/** @param {Page} page */
const ready = (page) => page.waitForFunction(() => (document.querySelector("#message-text")?.textContent ?? "") === "Ready.");
/** @param {Page} page @param {number} least */
const playedTo = (page, least) => page.waitForFunction((least) => {
  const parts = (document.querySelector("#clock")?.textContent ?? "").split(":").map(Number);
  return parts.reduce((sum, part) => sum * 60 + part, 0) >= least;
}, least);
/** @param {Page} page */
const isTankShown = async (page) => {
  await shows(page, "A tank that fills");
  await page.locator("#code").waitFor();
};

test("a preset chosen from the menu plays, with what to look for above and its code beside it", () => onPage("/", async (page) => {
  await playedTo(page, 0.1);
  await choose(page, "leaky-tank@2");
  await isTankShown(page);
  await playedTo(page, 0.3);
  assert.equal(await page.locator("#about").innerText(), "Look at the tank: it grows by ten drops a second, as inflow is twice what the drain takes.");
  assert.deepEqual(await page.locator("#story h3").allInnerTexts(), ["What happens and why", "Sources"]);
  assert.equal(await page.locator("#story td").count(), 2);
  assert.match(await page.locator("#code-listing").innerText(), /^# A tank\.\nimport queue\n\ntank/);
  assert.equal(await page.locator("#code-listing .is-word").first().innerText(), "import");
  const [text, code] = await Promise.all([page.locator(".text").boundingBox(), page.locator("#code").boundingBox()]);
  assert.ok(text && code && code.x >= text.x + text.width && Math.abs(code.y - text.y) < 1, "side by side");
  await choose(page, "mm1@1");
  await page.locator("#code").waitFor({ state: "hidden" });
  for (const id of ["cases", "story"]) assert.equal(await page.locator(`#${id}`).isVisible(), false, id);
  assert.match(await page.locator("#about").innerText(), /\w/);
}, given()));

test("the menu has the presets in their groups", () => onPage("/", async (page) => {
  await ready(page);
  const groups = await page.locator("#example optgroup").evaluateAll((all) => all.map((group) => /** @type {HTMLOptGroupElement} */ (group).label));
  assert.deepEqual(groups, ["Tanks", "Others"]);
  assert.equal(await page.locator('optgroup[label="Others"] option').count(), 1);
}, REDUCED));

test("HTML in a text is shown as text, and a link leads to the web, to another preset or nowhere", () => onPage("/", async (page) => {
  await choose(page, "leaky-tank@2");
  await isTankShown(page);
  await page.locator("#story a code").waitFor();
  assert.equal(await page.locator("#story img").count(), 0);
  assert.match(await page.locator("#story").innerText(), /<img src="nowhere.png"/);
  assert.deepEqual(await page.locator("#story a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))), [
    await page.locator("#story a").first().getAttribute("href"), "https://example.org/"]);
  await page.getByRole("link", { name: "one-language" }).click();
  await shows(page, "Code in one language");
}, REDUCED));

test("a case moves the knobs and plays from the start; as it stands goes back", () => onPage("/", async (page) => {
  await choose(page, "leaky-tank@2");
  await isTankShown(page);
  await runsCase(page, 0);
  assert.deepEqual(await page.locator(".case p").allInnerTexts(),
    ["99 drops are in the tank at the end.", "With half the inflow nothing waits.", "a drain of 20 ms: nothing waits either."]);
  await knobsAre(page, ["20/s", "100ms"]);
  await page.locator(".case button").nth(1).click();
  await runsCase(page, 1);
  await knobsAre(page, ["10/s", "100ms"]);
  await playedTo(page, 0.3);
  await page.locator(".case button").nth(2).click();
  await runsCase(page, 2);
  await knobsAre(page, ["20/s", "20ms"]);
  await page.locator(".case button").first().click();
  await runsCase(page, 0);
  await knobsAre(page, ["20/s", "100ms"]);
  await page.getByRole("slider", { name: "Inflow", exact: true }).press("Home");
  await page.waitForFunction(() => document.querySelector(".case button[aria-pressed=true]") === null);
}, REDUCED));

test("a goal that a case is meant to miss is marked as meant", () => onPage("/", async (page) => {
  await choose(page, "leaky-tank@2");
  await isTankShown(page);
  await page.getByRole("slider", { name: "Time", exact: true }).press("End");
  await says(page, "#goals", "len(tank) < 50 missed, as meant here");
  assert.equal(await page.locator("#goals .is-meant").count(), 1);
  await page.locator(".case button").nth(1).click();
  await runsCase(page, 1);
  await page.getByRole("slider", { name: "Time", exact: true }).press("End");
  await says(page, "#goals", "len(tank) < 50 met");
  assert.equal(await page.locator("#goals .is-meant").count(), 0);
}, REDUCED));

test("a link opens a preset, with its knobs; one to an older edition has that text", async () => {
  const newest = await encodeHash({ example: "leaky-tank@2", knobs: { inflow: 10 }, language: 1 });
  await onPage(`/#${newest}`, async (page, url) => {
    await isTankShown(page);
    await runsCase(page, 1);
    assert.equal(await page.locator("#example").inputValue(), "leaky-tank@2");
    const oldest = await encodeHash({ example: "leaky-tank@1", language: 1 });
    await page.goto(`${url}#${oldest}`);
    await shows(page, "A tank of the first edition");
    assert.equal(await page.locator("#code").isVisible(), true);
    assert.equal(await page.locator("#cases").isVisible(), false);
  }, REDUCED);
});

test("an edit keeps text and code, and the cases say so, in a link too", () => onPage("/", async (page) => {
  await choose(page, "leaky-tank@2");
  await isTankShown(page);
  await page.waitForSelector(".code-field");
  const source = readFileSync(new URL("leaky-tank/scenario.hw", OWN), "utf8");
  await page.getByRole("textbox", { name: "Scenario text" }).fill(source.replace("A tank that fills", "My tank"));
  await shows(page, "My tank");
  await says(page, "#cases", "You changed the text");
  assert.equal(await page.locator("#code").isVisible(), true);
  assert.match(await page.locator("#about").innerText(), /^Look at the tank/);
  assert.equal(await page.locator("#example").inputValue(), "");
  await page.waitForFunction(() => location.hash.length > 100);
  const other = await page.context().newPage();
  await other.goto(await page.evaluate(() => location.href));
  await shows(other, "My tank");
  await says(other, "#cases", "You changed the text");
  await other.getByRole("button", { name: "Back to the preset", exact: true }).click();
  await isTankShown(other);
  await runsCase(other, 0);
  assert.equal(await other.locator("#cases .hint").innerText(), "");
  assert.equal(await other.locator("#example").inputValue(), "leaky-tank@2");
}, REDUCED));

test("a preset that is not there is one sentence, and what ran goes on", () => onPage("/", async (page) => {
  await playedTo(page, 0.2);
  const title = await page.locator("#title").innerText();
  await choose(page, "not-there@1");
  await says(page, "#message-text", "The server did not give ./presets/not-there/");
  const seconds = Number((await page.locator("#clock").innerText()).split(":")[1]);
  await playedTo(page, seconds + 0.3);
  assert.match(await page.locator("#message-text").innerText(), /did not give/);
  assert.equal(await page.locator("#title").innerText(), title);
  assert.equal(await page.locator("#example").inputValue(), "bounded-queue@1");
  assert.equal(await page.locator('option[value="not-there@1"]').isDisabled(), true);
  await choose(page, "one-language@1");
  await shows(page, "Code in one language");
  assert.equal(await page.locator("#code-heading").innerText(), "The code in Lua");
  assert.equal(await page.getByRole("tab").count(), 0);
}, { ...given(), errors: [] }));

test("tabs and cases are worked by keyboard, and the code can be copied", () => onPage("/", async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await choose(page, "leaky-tank@2");
  await isTankShown(page);
  await page.getByRole("tab", { name: "Python" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getByRole("tab", { name: "Go", selected: true }).evaluate((tab) => tab === document.activeElement), true);
  assert.match(await page.getByRole("tabpanel", { name: "Go" }).innerText(), /^package main/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await says(page, "#code button.quiet", "Copied");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), readFileSync(new URL("leaky-tank/code.go", OWN), "utf8"));
  await page.getByRole("button", { name: "Try" }).first().focus();
  await page.keyboard.press("Enter");
  await runsCase(page, 1);
  assert.equal(await page.locator(".case button").nth(1).evaluate((button) => button === document.activeElement), true);
  await page.getByRole("button", { name: /^What happens, why/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "story-heading");
}, REDUCED));

/** Where the focus is, in words. @param {Page} page */
const focused = (page) => page.evaluate(() => document.activeElement?.textContent ?? "");
/** Presses Tab until the focus is on what begins so. @param {Page} page @param {string} name @param {"Tab" | "Shift+Tab"} [key] */
const tabTo = async (page, name, key = "Tab") => {
  for (let presses = 0; presses < 12; presses += 1) {
    if ((await focused(page)).startsWith(name)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`the focus did not come to "${name}" but to "${await focused(page)}"`);
};
/** @param {Page} page @param {string} name */
const press = async (page, name) => {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
};

test("a tour is walked by keyboard: it asks, leads to presets with their knobs, and says where one is", () => onPage("/", async (page) => {
  await choose(page, "guided@1");
  await says(page, "#tour", "Question 1 of 3 · Tanks");
  await page.locator("#tour-heading").focus();
  await press(page, "Yes, it grows");
  assert.equal(await focused(page), "Your answer: Yes, it grows and grows");
  await says(page, "#tour", "Then more comes in than goes out.");
  await press(page, "Open: A tank that fills");
  await isTankShown(page);
  await runsCase(page, 1);
  await page.waitForFunction(() => document.activeElement?.textContent === "Half the inflow: the tank stays empty.");
  await page.waitForFunction(() => document.querySelector("#tour .is-here")?.textContent?.startsWith("A tank that fills"));
  await press(page, "Open: Code in one language");
  await shows(page, "Code in one language");
  await press(page, "Next question");
  assert.equal(await focused(page), "Question 2 of 3 · Tanks");
  await press(page, "No");
  await press(page, "Next question");
  assert.equal(await focused(page), "Question 3 of 3 · Tanks");
  await press(page, "No");
  await says(page, "#tour", "That was the last question.");
  assert.equal(await page.locator("#tour").getByRole("button", { name: "Open" }).count(), 0);
  await press(page, "Back");
  await press(page, "Back");
  assert.equal(await focused(page), "Your answer: No");
  await tabTo(page, "Leave the tour", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.locator("#tour").waitFor({ state: "hidden" });
  assert.equal(await focused(page), "Code in one language");
}, REDUCED));

test("the browser's way back leads through a tour, and a link copied there keeps the place", () => onPage("/", async (page, url) => {
  await choose(page, "guided@1");
  await says(page, "#tour", "Question 1 of 3");
  await page.waitForFunction(() => location.hash !== "");
  await page.getByRole("button", { name: "Yes, it grows" }).click();
  await page.getByRole("button", { name: "Open: A tank that fills" }).click();
  await isTankShown(page);
  await runsCase(page, 1);
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await says(page, "#message-text", "Paused");
  const before = page.url();
  await page.getByRole("button", { name: "Next question" }).click();
  await says(page, "#tour", "Question 2 of 3");
  await page.waitForFunction((before) => location.href !== before, before);
  await page.goBack();
  await says(page, "#tour", "Question 1 of 3");
  assert.equal(await page.locator("#message-text").innerText(), "Paused.", "what runs goes on where only the tour goes back");
  const other = await page.context().newPage();
  await other.goto(page.url());
  await isTankShown(other);
  await runsCase(other, 1);
  await says(other, "#tour .is-here", "Half the inflow");
  await page.goBack();
  await shows(page, "A guided tour");
  await says(page, "#tour", "Then more comes in");
  await page.goBack();
  await page.getByRole("button", { name: "Yes, it grows" }).waitFor();
  await page.goto(`${url}#${await encodeHash({ example: "leaky-tank@2", language: 1 })}`);
  await page.locator("#tour").waitFor({ state: "hidden" });
}, REDUCED));

test("at 360 pixels nothing runs off the side, and the code is below the scenario", () => onPage("/", async (page) => {
  await choose(page, "leaky-tank@2");
  await isTankShown(page);
  await page.waitForSelector(".code-field");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360);
  const [text, code] = await Promise.all([page.locator(".text").boundingBox(), page.locator("#code").boundingBox()]);
  assert.ok(text && code && code.y >= text.y + text.height, "one below the other");
  for (const one of await page.locator(".case button, .tab").all()) assert.ok(((await one.boundingBox())?.height ?? 0) >= 44);
  await page.locator(".case button").nth(2).click();
  await runsCase(page, 2);
  await page.waitForFunction(() => (document.querySelector("#scene")?.getBoundingClientRect().top ?? -1) >= 0);
}, given({ ...NARROW, reducedMotion: "reduce" })));

test("every preset that the page offers runs without an error, and narrow too", () => onPage("/", async (page) => {
  await ready(page);
  const keys = await page.locator("#example optgroup option:enabled").evaluateAll((options) => options.map((option) => /** @type {HTMLOptionElement} */ (option).value));
  const there = keys.filter((key) => existsSync(new URL(`${key.split("@")[0]}/preset.json`, SHIPPED)));
  for (const key of there) {
    await choose(page, key);
    await page.waitForFunction((key) => /** @type {HTMLSelectElement | null} */ (document.querySelector("#example"))?.value === key
      && document.querySelector(".case button[aria-pressed=true]"), key);
    await page.getByRole("button", { name: "Step", exact: true }).click();
    assert.equal(await page.locator(".message.is-error").count(), 0, key);
    assert.ok(await page.locator(".listing-line").count() > 3, key);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360, key);
  }
}, { options: { ...NARROW, reducedMotion: "reduce" } }));
