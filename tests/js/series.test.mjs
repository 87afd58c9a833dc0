import assert from "node:assert/strict";
import { test } from "node:test";
import { DRAWN_MAX } from "../../www/limits.js";
import { LINES_MAX, TIME_STEPS, boundAbove, boundOfBytes, planCharts, readSeries, sampleRows, spanOf } from "../../www/series.js";

/** @import { SeriesColumn } from "../../www/edge.js" */

test("buckets become columns, with gaps where nothing was measured", () => {
  assert.deepEqual(readSeries(Float64Array.of(2, 0, 10, 1, 2, NaN, 4), 2), { timesNs: [5, 15], columns: [[1, 2], [null, 4]] });
  assert.deepEqual(readSeries(Float64Array.of(0, 0, 10), 2), { timesNs: [], columns: [[], []] });
});

test("an axis of time is divided as a clock is", () => {
  assert.ok(TIME_STEPS.every((step, at) => at === 0 || step > (TIME_STEPS[at - 1] ?? 0)));
  assert.ok([2e8, 2e10, 6e11, 3.6e12].every((step) => TIME_STEPS.includes(step)), "200ms, 20s, 10m, 1h");
});

test("bounds are calm", () => {
  assert.deepEqual([0, 0.7, 1, 11, 19, 21, 62.5, 99].map((value) => boundAbove(value)), [1, 0.8, 1, 15, 20, 30, 80, 100]);
  assert.equal(spanOf(21e9, 60e9), 30e9);
  assert.equal(spanOf(59e9, 60e9), 60e9);
  assert.equal(spanOf(61e9, 60e9), 80e9);
  assert.equal(spanOf(0, 60e9), 60e9);
});

test("an axis of bytes keeps to the line, and shows the limit once the line comes near it", () => {
  const MiB = 2 ** 20;
  assert.equal(boundOfBytes(50 * MiB, 512 * MiB, true), 50 * MiB);
  assert.equal(boundOfBytes(200 * MiB, 512 * MiB, true), 600 * MiB);
  assert.equal(boundOfBytes(7e8, 1.4e9, false), 1.5e9);
  assert.equal(boundOfBytes(7e8, NaN, false), 8e8);
  assert.equal(boundOfBytes(0, 512 * MiB, true), 1);
});

test("columns of a kind share a chart; what is unknown gets its own", () => {
  /** @param {string} name @param {SeriesColumn["kind"]} kind @returns {SeriesColumn} */
  const column = (name, kind) => ({ name, kind, index: 0, unit: "items" });
  const columns = [
    column("depth", "channel"), column("max_depth", "channel"), column("visible", "queue"), column("throughput", "system"),
    column("goodput", "system"), column("p50", "system"), column("in_use", "resource"), column("waiting", "resource"), column("in_use", "cpu"),
    column("used", "memory"), column("highest_used", "memory"), column("limit", "memory"), column("activities", "process"), column("news", "queue"),
    column("lag", "group"), column("max_lag", "group"), column("in_flight", "queue"),
  ];
  assert.deepEqual(planCharts(columns), [
    { title: "Depth", columns: [0, 2, 16], left: 0 }, { title: "Lag", columns: [14], left: 0 }, { title: "Throughput", columns: [3, 4], left: 0 }, { title: "Latency", columns: [5], left: 0 },
    { title: "Resources", columns: [6, 7], left: 0 }, { title: "Cores", columns: [8], left: 0 },
    { title: "Memory", columns: [9, 11], left: 0 }, { title: "Activities", columns: [12], left: 0 }, { title: "news", columns: [13], left: 0 },
  ]);
});

test("shared variables of one unit share a chart, as long as its lines can be told apart", () => {
  /** @param {string} name @param {SeriesColumn["unit"]} unit @param {number} index @returns {SeriesColumn} */
  const column = (name, unit, index) => ({ name, kind: "shared", index, unit });
  const depth = /** @type {SeriesColumn} */ ({ name: "depth", kind: "channel", index: 0, unit: "items" });
  const p50 = /** @type {SeriesColumn} */ ({ name: "p50", kind: "system", index: 0, unit: "ns" });
  assert.deepEqual(planCharts([p50, depth, column("value", "items", 0), column("value", "ns", 1), column("entries", "items", 2)]), [
    { title: "Depth", columns: [1], left: 0 }, { title: "Latency", columns: [0], left: 0 }, { title: "Shared state", columns: [2, 4], left: 0 }, { title: "Shared times", columns: [3], left: 0 },
  ]);
  assert.deepEqual(planCharts([p50, column("value", "items", 0)]).map(({ title }) => title), ["Shared state", "Latency"], "first, where nothing is stored");
  const many = Array.from({ length: 15 }, (_, index) => column("value", "items", index));
  const charts = planCharts(many);
  assert.deepEqual(charts.map(({ title }) => title), ["Shared state, 1 of 3", "Shared state, 2 of 3", "Shared state, 3 of 3"]);
  assert.deepEqual(charts.flatMap(({ columns }) => columns), many.map((_, index) => index));
  assert.ok(charts.every(({ columns }) => columns.length <= LINES_MAX));
});

test("of more lines than an eye follows the first are drawn, and how many are not is said once", () => {
  const many = (/** @type {SeriesColumn["kind"]} */ kind, /** @type {string} */ name) => Array.from({ length: 100 }, (_, index) => /** @type {SeriesColumn} */ ({ name, kind, index, unit: "items" }));
  const charts = planCharts([...many("channel", "depth"), ...many("shared", "value")]);
  assert.deepEqual(charts.map(({ title, columns, left }) => [title, columns.length, left]), [
    ["Depth", DRAWN_MAX, 100 - DRAWN_MAX],
    ...[1, 2, 3].map((chart) => [`Shared state, ${chart} of 4`, LINES_MAX, 0]),
    ["Shared state, 4 of 4", LINES_MAX, 100 - DRAWN_MAX],
  ]);
});

test("a table shows few rows and always the last", () => {
  assert.deepEqual(sampleRows(3, 10), [0, 1, 2]);
  assert.deepEqual(sampleRows(100, 4), [24, 49, 74, 99]);
  assert.deepEqual(sampleRows(0, 4), []);
});
