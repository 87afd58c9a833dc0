import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrameReader } from "../../www/frame.js";
import { createShared, valueText } from "../../www/shared.js";

/** @param {number} time @param {number} bytes */
const unit = (time, bytes) => ({ time, bytes });
const PLAIN = unit(0, 0);
const VARIABLES = [{ name: "counter", unit: PLAIN, per_key: false }, { name: "balance", unit: PLAIN, per_key: true }];

const reader = createFrameReader({ header: ["time_ns"], blocks: [{ kind: "shared", offset: 1, count: 2, fields: ["value", "entries", "writes"] }] });
/** @param {number} timeNs @param {number[]} rows */
const frame = (timeNs, ...rows) => {
  reader.load(Float64Array.of(timeNs, ...rows));
  return reader;
};

test("values are written in their unit, and counters in full", () => {
  const plain = (/** @type {number} */ value) => valueText(value, PLAIN).replaceAll("\u202f", " ");
  assert.deepEqual([0, 1, -250, 12_345, 1_234_567, 2.5, 1 / 3, 4e12].map(plain), ["0", "1", "-250", "12 345", "1 234 567", "2.5", "0.3333", "4000G"]);
  assert.equal(valueText(1.5e9, unit(1, 0)), "1.5s");
  assert.equal(valueText(4096, unit(0, 1)), "4KiB");
  assert.equal(valueText(250, unit(-1, 0)), "250/s");
  assert.equal(valueText(NaN, PLAIN), "–");
});

test("a variable shows its value, a table its entries", () => {
  const follow = createShared(VARIABLES);
  const texts = (/** @type {number[]} */ ...rows) => follow(frame(0, ...rows), 0).map(({ text }) => text);
  assert.deepEqual(texts(71, NaN, NaN, NaN, 12, 40), ["71", "12 entries"]);
  assert.deepEqual(texts(1, NaN, NaN, NaN, 1, 1), ["1", "1 entry"]);
});

test("a change is marked for a moment; what was there at first is none", () => {
  const follow = createShared(VARIABLES);
  const fresh = (/** @type {number} */ wallMs, /** @type {number} */ timeNs, /** @type {number} */ value, /** @type {number} */ entries) =>
    follow(frame(timeNs, value, NaN, 0, NaN, entries, 0), wallMs).map(({ isFresh }) => isFresh);
  assert.deepEqual(fresh(0, 5, 7, 3), [false, false]);
  assert.deepEqual(fresh(16, 6, 8, 3), [true, false]);
  assert.deepEqual(fresh(500, 7, 8, 4), [true, true]);
  assert.deepEqual(fresh(800, 8, 8, 4), [false, true]);
  // Taken back, the run shows what was: nothing changed.
  assert.deepEqual(fresh(816, 5, 7, 3), [false, false]);
  assert.deepEqual(fresh(832, 5, 7, 3), [false, false]);
});
