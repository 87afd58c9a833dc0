/** The served page, as a reader uses it. Console errors and breaches of the security policy fail every test here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { onPage } from "./browser.mjs";

/** @typedef {import("playwright-core").Page} Page */

const REDUCED = { options: { reducedMotion: /** @type {const} */ ("reduce") } };

/** @param {Page} page @param {string} name */
const button = (page, name) => page.getByRole("button", { name, exact: true });
/** @param {Page} page @param {string} name */
const slider = (page, name) => page.getByRole("slider", { name, exact: true });
/** @param {Page} page @param {string} name */
const choose = (page, name) => page.getByLabel("Example", { exact: true }).selectOption(name);
/** @param {Page} page @param {string} id */
const text = (page, id) => page.locator(`#${id}`).innerText();
/** @param {Page} page @param {string} field */
const ledger = async (page, field) => Number((await page.locator(`.term-${field} dd`).innerText()).replace(/\D/g, ""));
/** Waits until the page says so. @param {Page} page @param {RegExp} said */
const says = (page, said) => page.waitForFunction(([source, flags]) =>
  new RegExp(source ?? "", flags).test(document.querySelector("#message-text")?.textContent ?? ""), [said.source, said.flags]);
/** The clock in seconds, whatever it shows. @param {Page} page */
const seconds = async (page) => {
  const shown = await text(page, "clock");
  const scale = { ms: 1e-3, us: 1e-6 }[shown.split(" ")[1] ?? ""];
  return scale ? parseFloat(shown) * scale : shown.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
};
/** @param {Page} page @param {string} source */
const write = async (page, source) => {
  const editor = page.getByRole("textbox", { name: "Scenario text" });
  await page.waitForSelector(".code-field");
  await editor.fill(source);
};
/** @param {Page} page @param {number} least */
const playedTo = (page, least) => page.waitForFunction((least) => {
  const parts = (document.querySelector("#clock")?.textContent ?? "").split(":").map(Number);
  return parts.reduce((sum, part) => sum * 60 + part, 0) >= least;
}, least);

test("it plays by itself within three seconds, and numbers and pixels change", () => onPage("/", async (page) => {
  await playedTo(page, 0.5);
  assert.equal(await button(page, "Pause").isVisible(), true);
  const done = await ledger(page, "done");
  const picture = await page.locator("#scene").screenshot();
  await playedTo(page, 2);
  assert.ok(await ledger(page, "done") > done);
  assert.notDeepEqual(await page.locator("#scene").screenshot(), picture);
  assert.equal(await page.locator(".chart canvas").count(), 3);
}));

test("with reduced motion it starts paused, and the play button is there", () => onPage("/", async (page) => {
  await says(page, /Ready/);
  assert.equal(await button(page, "Play").isEnabled(), true);
  assert.equal(await seconds(page), 0);
  await button(page, "Play").click();
  await playedTo(page, 0.2);
}, REDUCED));

test("pause holds the clock, step moves it by one event, reset takes it back", () => onPage("/", async (page) => {
  await playedTo(page, 1);
  await button(page, "Pause").click();
  await says(page, /Paused/);
  const held = await seconds(page);
  await page.waitForTimeout(300);
  assert.equal(await seconds(page), held);
  // Read before the click: the worker may have answered by the time the click returns.
  const clock = await text(page, "clock");
  await button(page, "Step").click();
  await page.waitForFunction((before) => document.querySelector("#clock")?.textContent !== before, clock);
  assert.ok(await seconds(page) > held);
  await button(page, "Reset").click();
  await says(page, /Ready/);
  assert.equal(await seconds(page), 0);
  assert.equal(await ledger(page, "produced"), 0);
}));

test("go-select, played to its end, prints what Go prints", () => onPage("/", async (page) => {
  await choose(page, "go-select@1");
  await says(page, /Ready/);
  assert.match(await text(page, "title"), /^Go: five sends/);
  for (let steps = 0; steps < 40 && (await page.locator("#log li").count()) < 7; steps += 1) await button(page, "Step").click();
  await page.waitForFunction(() => document.querySelectorAll("#log li").length === 7);
  assert.deepEqual(await page.locator("#log li").evaluateAll((lines) => lines.map((line) => `${line.children[0]?.textContent} ${line.children[2]?.textContent}`)), [
    "0s sent 0", "0s sent 1", "0s sent 2", "0s 3 blocked (buffer full)",
    "10ms sent 3 after waiting", "10ms 4 blocked (buffer full)", "20ms sent 4 after waiting",
  ]);
}, REDUCED));

test("a slider acts on the running simulation, and throughput follows", () => onPage("/", async (page) => {
  await playedTo(page, 2);
  const before = parseFloat(await page.locator("#figures dd").nth(6).innerText());
  assert.ok(before > 55 && before < 70, `throughput ${before}`);
  await slider(page, "Consumer, time per item").press("Home");
  await page.waitForFunction(() => parseFloat(document.querySelectorAll("#figures dd")[6]?.textContent ?? "") > 80);
  assert.equal(await slider(page, "Consumer, time per item").getAttribute("aria-valuetext"), "1ms");
}));

test("an exact value can be typed, and what is no quantity is said so", () => onPage("/", async (page) => {
  await says(page, /Ready/);
  const field = page.locator(".knob-value").nth(1);
  await field.fill("12.5ms");
  await field.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll(".knob input[type=range]")[1]?.getAttribute("aria-valuetext") === "12.5ms");
  await field.fill("3s");
  await field.press("Enter");
  await page.waitForFunction(() => /^3s is not offered here: 200ms is/.test(document.querySelectorAll(".knob-note")[1]?.textContent ?? ""));
  await field.fill("soon");
  await field.press("Enter");
  await page.waitForFunction(() => /not a quantity/.test(document.querySelectorAll(".knob-note")[1]?.textContent ?? ""));
}, REDUCED));

test("the run stops at its end and play goes on past it; seeking goes back", () => onPage("/", async (page) => {
  await says(page, /Ready/);
  const seek = slider(page, "Time");
  await seek.press("End");
  await says(page, /The run ends here, at 60s/);
  // The details of what a run ends with come a frame after its end.
  await page.waitForFunction(() => /dropped == 0 met/.test(document.querySelector("#goals")?.textContent ?? ""));
  assert.ok(await ledger(page, "done") > 3700);
  await button(page, "Play").click();
  await playedTo(page, 60.2);
  await button(page, "Pause").click();
  await seek.press("Home");
  await says(page, /Paused|Ready/);
  await page.waitForFunction(() => document.querySelector("#clock")?.textContent === "00:00.000");
}, REDUCED));

test("a broken text shows its error at the line, and the old run stays and goes on", () => onPage("/", async (page) => {
  await playedTo(page, 0.5);
  await write(page, "channel ch capacity 3\nprocess p {\n  forever { sleep 1s; send chn }\n}\n");
  const error = page.locator("#errors li").first();
  await error.waitFor();
  assert.match(await error.innerText(), /^3:28/);
  assert.match(await error.innerText(), /chn/);
  assert.match(await text(page, "text-state"), /what ran before goes on/);
  const now = await seconds(page);
  await playedTo(page, now + 0.3);
  assert.match(await text(page, "title"), /bounded buffer/);
}));

test("a right text runs after a pause in typing", () => onPage("/", async (page) => {
  await playedTo(page, 0.2);
  await write(page, 'scenario "Mine"\nchannel ch capacity 3\nprocess p { forever { sleep 10ms; send ch } }\nprocess q { forever { receive ch; done } }\n');
  await page.waitForFunction(() => document.querySelector("#title")?.textContent === "Mine");
  await playedTo(page, 0.3);
  assert.equal(await page.locator("#errors li").count(), 0);
}));

test("a runaway text stops with an error that names the line, and the page stays usable", () => onPage("/", async (page) => {
  await playedTo(page, 0.2);
  await write(page, "// runs away\nprocess p { forever { } }\n");
  await says(page, /line 2/i);
  await write(page, "process p { forever { soon } }\n");
  await page.waitForFunction(() => /what ran before was stopped/.test(document.querySelector("#text-state")?.textContent ?? ""));
  await choose(page, "mm1@1");
  await page.waitForFunction(() => /M\/M\/1/.test(document.querySelector("#title")?.textContent ?? ""));
  await playedTo(page, 5);
}));

test("of two texts in a row, of which the second is wrong, the first runs with its own knobs", () => onPage("/", async (page) => {
  await says(page, /Ready/);
  await page.waitForSelector(".code-field");
  const editor = page.getByRole("textbox", { name: "Scenario text" });
  // Both are on their way before the engine answers: Ctrl+Enter does not wait for a pause in typing.
  await editor.fill('scenario "First"\nknob gap = 1s from 1ms to 10s "Gap"\nprocess p { forever { sleep gap; produce; done } }\n');
  await editor.press("Control+Enter");
  await editor.fill("process p { forever { soon } }\n");
  await editor.press("Control+Enter");
  await page.locator("#errors li").first().waitFor();
  await page.waitForFunction(() => document.querySelector("#title")?.textContent === "First");
  await slider(page, "Gap").press("End");
  await button(page, "Reset").click();
  await page.waitForFunction(() => document.querySelector("#clock")?.textContent === "00:00.000");
  assert.equal(await text(page, "title"), "First");
}, REDUCED));

test("a link holds text, knobs, seed and the moment", () => onPage("/", async (page, url) => {
  await says(page, /Ready/);
  await write(page, 'scenario "Linked"\nrun 10s\nspeed 1s/s\nknob gap = 10ms from 1ms to 1s "Gap"\nprocess p { forever { sleep gap; print "tick"; produce; done } }\n');
  await page.waitForFunction(() => document.querySelector("#title")?.textContent === "Linked");
  await page.getByRole("slider", { name: "Gap", exact: true }).press("End");
  await page.locator("#seed").fill("42");
  await page.locator("#seed").press("Enter");
  await page.waitForFunction(() => document.querySelector("#clock")?.textContent === "00:00.000");
  await slider(page, "Time").press("End");
  await says(page, /The run ends here/);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await button(page, "Copy link").click();
  await button(page, "Copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#1[\w-]+$/);

  const other = await page.context().newPage();
  await other.goto(link);
  await other.waitForFunction(() => document.querySelector("#clock")?.textContent === "00:10.000");
  assert.equal(await text(other, "title"), "Linked");
  assert.equal(await other.locator("#seed").inputValue(), "42");
  assert.equal(await other.locator(".knob-value").inputValue(), "1s");
  assert.equal(await ledger(other, "done"), await ledger(page, "done"));
  assert.equal(new URL(link).origin, new URL(url).origin);
}, REDUCED));

test("a broken link is one sentence, and the page stays usable", () => onPage("/#1nonsense", async (page) => {
  await says(page, /link is broken/);
  await choose(page, "tandem@1");
  await page.waitForFunction(() => /Eight stages/.test(document.querySelector("#title")?.textContent ?? ""));
  await playedTo(page, 1);
}));

test("an engine that does not load is one sentence with a way on", () => onPage("/bench.html", async (page, url) => {
  // A text that comes after the breakdown would get a new engine by itself.
  await page.context().route("**/highwater_bg.wasm", async (route) => {
    await page.waitForFunction(() => /scenario/.test(document.querySelector(".code-field")?.shadowRoot?.textContent ?? ""));
    await route.abort();
  });
  await page.goto(url);
  await says(page, /The engine broke down/);
  await page.context().unroute("**/highwater_bg.wasm");
  await button(page, "Restart the engine").click();
  await says(page, /Ready/);
  await button(page, "Play").click();
  await playedTo(page, 0.2);
}, { errors: [] }));

test("every example that is offered runs without an error", () => onPage("/", async (page) => {
  await says(page, /Ready/);
  const keys = await page.locator("#example > option").evaluateAll((options) => options.map((option) => /** @type {HTMLOptionElement} */ (option).value).filter(Boolean));
  assert.ok(keys.length >= 10);
  for (const key of keys) {
    const title = await text(page, "title");
    await choose(page, key);
    if (key !== "bounded-queue@1") await page.waitForFunction((before) => document.querySelector("#title")?.textContent !== before, title);
    await button(page, "Play").click();
    await page.waitForTimeout(150);
    assert.equal(await page.locator(".message.is-error").count(), 0, key);
  }
}, REDUCED));

test("at 360 pixels nothing runs off the side, and what is touched is large enough", () => onPage("/", async (page) => {
  for (const key of ["bounded-queue@1", "tandem@1", "overflow-policies@1"]) {
    await choose(page, key);
    await page.waitForTimeout(500);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${key}: ${width}`);
  }
  for (const name of ["Step", "Reset", "Copy link"]) {
    const box = await button(page, name).boundingBox();
    assert.ok(box && box.height >= 44, `${name}: ${box?.height}`);
  }
}, { options: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } }));

test("everything is reached and worked by keyboard", () => onPage("/", async (page) => {
  await says(page, /Ready/);
  await page.locator("#play").focus();
  await page.keyboard.press("Space");
  await playedTo(page, 0.2);
  await page.keyboard.press("Space");
  await says(page, /Paused/);
  const reached = new Set();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement?.id));
  }
  for (const id of ["step", "reset", "speed", "seek", "seed", "knob-0-range", "example"]) {
    assert.ok(reached.has(id) || id === "example", `${id} is not reached by Tab`);
  }
}, REDUCED));

test("each chart has a table with its figures", () => onPage("/", async (page) => {
  await playedTo(page, 1);
  await page.locator(".chart-table summary").first().click();
  const rows = page.locator(".chart-table").first().locator("tbody tr");
  await rows.first().waitFor();
  assert.ok(await rows.count() > 2);
}));

test("the text shows who stands where", () => onPage("/", async (page) => {
  await playedTo(page, 1);
  await page.waitForSelector(".code-field");
  await page.locator(".code-field").scrollIntoViewIfNeeded();
  await page.locator(".standing-words").first().waitFor();
  assert.match(await page.locator(".standing-words").first().innerText(), /1 (sleeps|waits to send)/);
}));

test("the bench measures three scenarios", () => onPage("/bench.html", async (page) => {
  await page.waitForFunction(() => "benchResults" in window);
  const results = await page.evaluate(() => /** @type {{ benchResults: Array<{ name: string, eventsPerS: number }> }} */ (/** @type {unknown} */ (window)).benchResults);
  assert.equal(results.length, 3);
  for (const { name, eventsPerS } of results) assert.ok(eventsPerS > 100_000, `${name}: ${eventsPerS}`);
}));

test("what is shared stands beside the scene and has a chart; where nothing is, there is no panel", () => onPage("/", async (page) => {
  await playedTo(page, 0.2);
  assert.equal(await page.locator("#shared").isVisible(), false);
  await write(page, `scenario "Shared"
run 10s
speed 100ms/s
shared total = 0
shared balance = 0 per key
resource row permits 1 per key
process p x 3 as i { forever { with row[i] { sleep exp(5ms); balance[i] = balance[i] + 1; total = total + 1 } } }`);
  await page.waitForFunction(() => Number(document.querySelector("#shared dd")?.textContent) > 3);
  assert.deepEqual(await page.locator("#shared dt").allInnerTexts(), ["total", "balance"]);
  assert.equal(await page.locator("#shared dd").last().innerText(), "3 entries");
  assert.equal(await page.locator("#shared [aria-live]").count(), 0);
  await page.getByRole("figure").filter({ hasText: "Shared state" }).waitFor();
  const drawn = await page.locator("#scene svg").evaluate((scene) => scene.textContent ?? "");
  assert.match(drawn, /3 entries/);
  assert.match(drawn, /one per key/);
  await choose(page, "go-select@1");
  await page.locator("#shared").waitFor({ state: "hidden" });
}));
