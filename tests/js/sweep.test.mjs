/** What a curve is made of, and the runs for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createDirectBackend } from "../../www/backend.js";
import { engineOf } from "../../www/engine.js";
import { runSweep } from "../../www/sweep-runs.js";
import { errorOf, figureOf, isByRatio, labelled, measureKey, movesItself, offersOf, spread, usualOf, withTold } from "../../www/sweep.js";
import * as fake from "./fake-engine.mjs";

/** @import { Knob } from "../../www/edge.js" */
/** @import { Plan } from "../../www/sweep-runs.js" */

/** @param {Partial<Knob>} given @returns {Knob} */
const knob = (given) => ({
  name: "n", label: "N", value: 1, from: 1, to: 128, step: null, log: false, whole: true, percent: false, per_s: 1, unit: { time: 0, bytes: 0 }, ...given,
});

const REPORT = {
  time_s: 10, throughput_per_s: 5, goodput_per_s: 4, items: { produced: 50, lost: 2 }, latency_s: { p50: 0.1, p99: 0.25, count: 50 },
  shared: { hits: 30, span: 2e9 }, tables: { rows: { entries: 7, writes: 40 } }, channels: { jobs: { max_depth: 9, max_bytes: 2048 } },
  resources: { lock: { utilisation: 0.5, max_waiting: 3 } }, memories: { heap: { peak: 1e6, ooms: 1 } }, failures: { "HTTP 429/503": 4 }, error: null,
};
const START = { time_s: 0, items: { produced: 0, lost: 0 }, shared: { hits: 10, span: 0 }, tables: { rows: { entries: 0, writes: 0 } }, failures: {} };
const SHARED = [{ name: "hits", unit: { time: 0, bytes: 0 }, per_key: false }, { name: "span", unit: { time: 1, bytes: 0 }, per_key: false }];

/** @param {string} path @param {boolean} [per_s] */
const told = (path, per_s = false) => {
  const [measure] = withTold([], { knob: "n", values: [], show: [{ path, per_s }] }, SHARED).picked;
  assert.ok(measure);
  return measure;
};

test("values go over all of a knob's range, in ratios if it is logarithmic, each once and tidy", () => {
  assert.deepEqual(spread(knob({ log: true }), 8), [1, 2, 4, 8, 16, 32, 64, 128]);
  assert.deepEqual(spread(knob({ from: 0, to: 500 }), 6), [0, 100, 200, 300, 400, 500]);
  assert.deepEqual(spread(knob({ from: 1, to: 4 }), 12), [1, 2, 3, 4]);
  assert.deepEqual(spread(knob({ from: 1e6, to: 1e9, log: true, whole: false, unit: { time: 1, bytes: 0 } }), 4), [1e6, 1e7, 1e8, 1e9]);
  assert.equal(isByRatio(knob({ log: true }), [1, 2]), true);
  assert.equal(isByRatio(knob({ log: true }), [0, 2]), false);
});

test("what is offered is what the report has, with its unit", () => {
  const offers = offersOf(REPORT, SHARED);
  assert.deepEqual(offers.map(({ title }) => title), ["Items", "Latency", "Shared", "Tables", "Channels", "Resources", "Memory"]);
  const units = new Map(offers.flatMap(({ measures }) => measures).map((one) => [one.label, [measureKey(one), one.unit]]));
  assert.deepEqual(units.get("items per second"), ["throughput_per_s", "per_s"]);
  assert.deepEqual(units.get("p99"), ["latency_s/p99", "ns"]);
  assert.deepEqual(units.get("hits at the end"), ["shared/hits", "items"]);
  assert.deepEqual(units.get("hits per s"), ["shared/hits per s", "per_s"]);
  assert.deepEqual(units.get("span at the end"), ["shared/span", "ns"]);
  assert.deepEqual(units.get("rows, writes per s"), ["tables/rows/writes per s", "per_s"]);
  assert.deepEqual(units.get("jobs, greatest depth"), ["channels/jobs/max_depth", "items"]);
  assert.deepEqual(units.get("lock, in use"), ["resources/lock/utilisation", "share"]);
  assert.deepEqual(units.get("heap, peak"), ["memories/heap/peak", "bytes"]);
  assert.equal(units.has("dropped"), false);
});

test("a figure is the report's, or what it grew by in a second, from its value at the start", () => {
  assert.equal(figureOf(told("latency_s/p99"), START, REPORT), 2.5e8);
  assert.equal(figureOf(told("shared/hits"), START, REPORT), 30);
  assert.equal(figureOf(told("shared/hits", true), START, REPORT), 2);
  assert.equal(figureOf(told("failures/HTTP 429/503"), START, REPORT), 4);
  assert.equal(figureOf(told("failures/HTTP 429/503", true), START, REPORT), 0.4);
  assert.equal(figureOf(told("failures/never met"), START, REPORT), 0);
  assert.equal(figureOf(told("shared/none"), START, REPORT), Number.NaN);
  assert.equal(figureOf(told("shared"), START, REPORT), Number.NaN);
});

test("what a preset tells of is offered under its own label, and what was not offered is added", () => {
  const { offers, picked } = withTold(offersOf(REPORT, SHARED), {
    knob: "n", values: ["1", "2"], show: [{ path: "shared/hits", per_s: true, label: "mutex" }, { path: "channels/jobs/max_bytes" }, { path: "latency_s/p99" }],
  }, SHARED);
  assert.deepEqual(picked.map(({ label, unit }) => [label, unit]), [["mutex", "per_s"], ["jobs max bytes", "bytes"], ["p99", "ns"]]);
  assert.deepEqual(offers.at(-1)?.title, "Others");
  assert.deepEqual(offers.find(({ title }) => title === "Shared")?.measures.map(({ label }) => label), ["hits at the end", "mutex", "span at the end", "span per s"]);
});

test("if nobody says: rate and latency, but variables where no items move", () => {
  const offers = offersOf(REPORT, SHARED);
  assert.deepEqual(usualOf(offers, REPORT).map(measureKey), ["throughput_per_s", "latency_s/p99"]);
  assert.deepEqual(usualOf(offers, START).map(measureKey), ["shared/hits per s", "shared/span per s"]);
});

test("whether a text moves a knob by itself", () => {
  assert.equal(movesItself("at 5s { set rate = 1/s }", "rate"), true);
  assert.equal(movesItself("at 5s { set rates = 1/s } // set rate", "rate"), false);
});

test("labels of an axis stand no closer than asked, the first and the last among them", () => {
  assert.deepEqual(labelled([0, 1, 2, 3, 4], 1), [0, 1, 2, 3, 4]);
  assert.deepEqual(labelled([0, 1, 2, 3, 4], 1.5), [0, 2, 4]);
  assert.deepEqual(labelled([0, 1, 10], 5), [0, 2]);
  assert.deepEqual(labelled([], 1), []);
});

test("why a run was stopped is a sentence", () => {
  assert.equal(errorOf({ error: null }), "");
  assert.equal(errorOf({ error: "line 3: endless" }), "line 3: endless");
  assert.equal(errorOf({ error: { line: 3, column: 1, message: "endless" } }), "line 3: endless");
});

/** @param {Partial<Plan>} given @param {number} [cancelAt] */
const swept = (given, cancelAt = Infinity) => new Promise((/** @type {(heard: string[]) => void} */ resolve) => {
  /** @type {string[]} */
  const heard = [];
  const plan = { base: { source: "", seed: null, knobs: { rate: 10 } }, knob: "room", values: [1, 2, 3], runNs: 5e9, ...given };
  const sweep = runSweep((receive) => createDirectBackend(engineOf(fake), receive), plan, {
    progressed: (at, share) => assert.ok(at >= 0 && at < 3 && share >= 0 && share <= 1),
    measured: (at, begin, end) => {
      heard.push(`${at} ${typeof begin} ${/** @type {{ ended: string }} */ (end).ended}`);
      if (at !== cancelAt) return;
      sweep.cancel();
      setTimeout(() => resolve(heard), 100);
    },
    ended: () => resolve([...heard, "ended"]),
    failed: (message) => resolve([...heard, message]),
  });
});

test("each value is a run, one after the other", async () => {
  assert.deepEqual(await swept({}), ["0 object horizon", "1 object horizon", "2 object horizon", "ended"]);
});

test("a run that is stopped is measured as far as it came, and the next one follows", async () => {
  assert.deepEqual(await swept({ base: { source: "runaway", seed: null, knobs: {} } }), ["0 object error", "1 object error", "2 object error", "ended"]);
});

test("after it was cancelled nothing comes any more", async () => {
  assert.deepEqual(await swept({}, 1), ["0 object horizon", "1 object horizon"]);
});

test("a text with errors and an engine that breaks down end it with a sentence", async () => {
  assert.deepEqual(await swept({ base: { source: "broken", seed: null, knobs: {} } }), ["The text has errors."]);
  assert.deepEqual(await swept({ base: { source: "panic", seed: null, knobs: {} } }), ["unreachable"]);
});

test("an engine that hangs ends it with a sentence", () => {
  /** @type {string[]} */
  const heard = [];
  /** @type {(reply: import("../../www/protocol.js").Reply) => void} */
  let reply = () => {};
  runSweep((receive) => {
    reply = receive;
    return { send: () => {}, restart: () => {}, close: () => heard.push("closed") };
  }, { base: { source: "", seed: null, knobs: {} }, knob: "room", values: [1, 2], runNs: 1e9 }, {
    progressed: () => {}, measured: () => {}, ended: () => {}, failed: (message) => void heard.push(message),
  });
  reply({ type: "hung", silentS: 8 });
  assert.deepEqual(heard, ["closed", "The engine did not answer for 8 seconds and was stopped."]);
});
