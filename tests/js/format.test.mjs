import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../../www/format.js";

/** @param {(value: number) => string} show @param {Array<[number, string]>} cases */
const check = (show, cases) => {
  for (const [value, text] of cases) assert.equal(show(value), text);
};

test("durations", () => check(format.duration, [
  [0, "0s"], [1, "1ns"], [1500, "1.5us"], [1e7, "10ms"], [1.25e9, "1.25s"], [9e10, "90s"], [3e11, "5m"], [1.44e13, "4h"],
  [999_999_999, "1s"], [NaN, "–"],
]));

test("a duration that was written is shown as it was written", () => check(format.wholeDuration, [
  [1e12, "1000s"], [6e10, "60s"], [3e11, "5m"], [1.44e13, "4h"], [2e7, "20ms"], [0, "0s"], [0.5, "0.5ns"],
]));

test("sizes follow the way they were meant", () => check(format.size, [
  [0, "0B"], [400, "400B"], [65536, "64KiB"], [1.4e9, "1.4GB"], [1536, "1.5KiB"], [2e6, "2MB"], [2 ** 20, "1MiB"], [500 * 2 ** 20, "500MiB"],
]));

test("a size is written in the units of another", () => {
  assert.equal(format.size(327_000_000, 3, format.isBinary(2 ** 29)), "312MiB");
  assert.equal(format.size(2 ** 29, 3, format.isBinary(1.4e9)), "537MB");
});

test("a moment is a duration at first, then as on a clock", () => check(format.moment, [[18.4e9, "18.4s"], [641.2e9, "10:41"]]));

test("counts, rates and shares", () => {
  check(format.count, [[0, "0"], [20, "20"], [9999, "9999"], [1607.4, "1607"], [12345, "12.3k"], [2e6, "2M"], [0.0625, "0.0625"], [NaN, "–"]]);
  check(format.rate, [[62.5, "62.5/s"], [2000, "2000/s"], [50_000, "50k/s"]]);
  check(format.share, [[0.8, "80%"], [0.125, "12.5%"], [0, "0%"]]);
});

test("whole numbers are grouped by a narrow space", () => check(format.whole, [[1234567, "1\u202f234\u202f567"], [12, "12"], [NaN, "–"]]));

test("any unit, as it can be typed again", () => {
  assert.equal(format.quantity(100, { time: -1, bytes: 0 }), "100/s");
  assert.equal(format.quantity(16e6, { time: 1, bytes: 0 }), "16ms");
  assert.equal(format.quantity(1e8, { time: -1, bytes: 1 }), "100MB/s");
  assert.equal(format.quantity(833 / 60, { time: -1, bytes: 0 }, { seconds: 60 }), "833/m");
  assert.equal(format.quantity(50_000 / 60, { time: -1, bytes: 0 }, { seconds: 60 }), "50k/m");
  assert.equal(format.quantity(1e6 / 3600, { time: -1, bytes: 1 }, { seconds: 3600 }), "1MB/h");
  assert.equal(format.quantity(0.8, { time: 0, bytes: 0 }, { percent: true }), "80%");
});

test("the clock is as fine as the speed needs", () => {
  assert.equal(format.clock(25_184_000_000, 1e9), "00:25.184");
  assert.equal(format.clock(3_725_000_000_000, 1e9), "1:02:05.000");
  assert.equal(format.clock(3_725_000_000_000, 1.2e11), "1:02:05");
  assert.equal(format.clock(10_000_000, 5e6), "10.00 ms");
  assert.equal(format.clock(1_500, 1e5), "2 us");
});

test("errors become one line", () => {
  assert.equal(format.sentence(new Error("a\n  b")), "a b");
});
