import assert from "node:assert/strict";
import { test } from "node:test";
import { clampKnob, givenBy, keptKnobs, knobStops, nearestStop, roundStep, valueIn } from "../../www/knobs.js";
import { createPrng } from "./prng.mjs";

/** @import { Knob } from "../../www/edge.js" */

/** @param {Partial<Knob>} given @returns {Knob} */
const knob = (given) => ({
  name: "k", label: "K", value: 1, from: 0, to: 10, step: null, log: false, whole: false, percent: false, per_s: 1,
  unit: { time: 0, bytes: 0 }, ...given,
});

/** All stops of a knob that has few. @param {Knob} one */
const stopsOf = (one) => {
  const { count, at } = knobStops(one);
  return Array.from({ length: count }, (_, index) => at(index));
};

test("an even whole knob stops at whole numbers", () => {
  assert.deepEqual(stopsOf(knob({ from: 0, to: 5, value: 3, whole: true })), [0, 1, 2, 3, 4, 5]);
});

test("a step counts from the lower end and the ends are always there", () => {
  assert.deepEqual(stopsOf(knob({ from: 1, to: 10, value: 4, step: 3 })), [1, 4, 7, 10]);
  assert.deepEqual(stopsOf(knob({ from: 1, to: 9, value: 4, step: 3 })), [1, 4, 7, 9]);
});

test("the value that the text gives is a stop even off the grid", () => {
  assert.ok(stopsOf(knob({ from: 0, to: 1000, value: 333.25 })).includes(333.25));
});

test("a logarithmic knob stops at two significant digits", () => {
  const stops = stopsOf(knob({ from: 1, to: 1000, value: 100, log: true }));
  assert.deepEqual(stops.slice(0, 3), [1, 1.1, 1.2]);
  assert.ok(stops.includes(990) && !stops.includes(995));
  assert.equal(stops.length, 271);
});

test("a logarithmic whole knob has no two stops that look alike", () => {
  assert.deepEqual(stopsOf(knob({ from: 1, to: 12, value: 4, log: true, whole: true })), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("sizes in KiB step in eighths of an octave", () => {
  const stops = stopsOf(knob({ from: 4096, to: 16384, value: 8192, log: true, unit: { time: 0, bytes: 1 } }));
  assert.deepEqual(stops.slice(0, 3), [4096, 4608, 5120]);
});

test("durations of milliseconds step in milliseconds", () => {
  const stops = stopsOf(knob({ from: 1e6, to: 2e8, value: 1.6e7, unit: { time: 1, bytes: 0 } }));
  assert.deepEqual(stops.slice(0, 3), [1e6, 2e6, 3e6]);
});

test("a rate given per minute has tidy stops per minute, and both ends as they are", () => {
  const stops = stopsOf(knob({ from: 50 / 60, to: 100_000 / 60, value: 833 / 60, log: true, unit: { time: -1, bytes: 0 }, per_s: 60 }));
  assert.deepEqual(stops.slice(0, 3), [50 / 60, 51 / 60, 52 / 60]);
  assert.ok(stops.includes(833 / 60) && stops.includes(840 / 60));
  assert.equal(stops.at(-1), 100_000 / 60);
  assert.deepEqual(stopsOf(knob({ from: 1 / 60, to: 2 / 60, value: 1 / 60, step: 0.5 / 60, per_s: 60 })), [1 / 60, 1.5 / 60, 2 / 60]);
});

test("round steps", () => {
  assert.deepEqual([0.7, 1, 1.1, 3, 7, 0.03].map(roundStep), [1, 1, 2, 5, 10, 0.05]);
});

test("clamping keeps whole knobs whole", () => {
  assert.equal(clampKnob(knob({ whole: true }), 3.6), 4);
  assert.equal(clampKnob(knob({}), -3), 0);
  assert.equal(clampKnob(knob({}), 30), 10);
});

test("any knob: stops rise, hold both ends and the value, and a stop is its own nearest", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = createPrng(seed);
    const log = random() < 0.5;
    const from = 10 ** (random() * 6 - 3);
    const to = from * (1 + 10 ** (random() * 4 - 1));
    const value = from + random() * (to - from);
    const one = knob({ from, to, value, log, step: random() < 0.2 ? (to - from) / 7 : null });
    const stops = stopsOf(one);
    assert.equal(stops[0], from, `seed ${seed}`);
    assert.equal(stops.at(-1), to, `seed ${seed}`);
    assert.ok(stops.includes(value), `seed ${seed}`);
    stops.forEach((stop, at) => {
      assert.ok(at === 0 || stop > (stops[at - 1] ?? Infinity), `seed ${seed}`);
      assert.equal(nearestStop(knobStops(one), stop, log), at, `seed ${seed}`);
    });
    assert.ok(stops.length < 700, `seed ${seed}: ${stops.length}`);
  }
});

test("a moved knob stays moved, unless an edit gives it a new value", () => {
  const before = [knob({ name: "a", value: 1 }), knob({ name: "b", value: 2 }), knob({ name: "gone" })];
  const after = [knob({ name: "a", value: 1, to: 5 }), knob({ name: "b", value: 3 })];
  const moved = { a: 9, b: 9, gone: 9 };
  assert.deepEqual(keptKnobs(moved, givenBy(before), after), { a: 5 });
  assert.deepEqual(keptKnobs(moved, null, after), { a: 5, b: 9 });
});

const HOUR = 3.6e12;
/** @type {ReadonlyArray<readonly [string, Partial<Knob>]>} */
const HUGE = [
  ["a thousand million whole steps", { from: 0, to: 1e9, value: 5, step: 1, whole: true }],
  ["a hundred hours in nanoseconds", { from: 0, to: 100 * HOUR, value: HOUR, step: 1, unit: { time: 1, bytes: 0 } }],
  ["steps smaller than a double can tell apart", { from: 0, to: 1e18, value: 7, step: 1e-300 }],
  ["the whole range of doubles", { from: -1e308, to: 1e308, value: 0 }],
  ["all decades that there are", { from: 1e-300, to: 1e300, value: 1, log: true }],
  ["whole ones, all decades", { from: 1, to: 1e15, value: 3, log: true, whole: true }],
  ["a rate with many steps", { from: 0, to: 1e8, value: 1, step: 1e-3, per_s: 3600, unit: { time: -1, bytes: 0 } }],
  ["one value only", { from: 3, to: 3, value: 3, step: 1 }],
];
for (const [name, given] of HUGE) {
  test(`stops are worked out, never listed: ${name}`, () => {
    const one = knob(given);
    const { count, at } = knobStops(one);
    assert.ok(Number.isSafeInteger(count) && count >= 1, `it has ${count} stops`);
    assert.equal(at(0), one.from);
    assert.equal(at(count - 1), one.to);
    assert.equal(at(nearestStop({ count, at }, one.value, one.log)), one.value, "the text's own value is a stop");
    const looked = Array.from({ length: 101 }, (_, place) => at(Math.floor(place * (count - 1) / 100)));
    looked.forEach((stop, place) => assert.ok(place === 0 || stop >= (looked[place - 1] ?? Infinity), `stop ${place} of 100 looked at falls`));
  });
}

test("a step that the text gives stays its step, however many there are", () => {
  const { count, at } = knobStops(knob({ from: 0, to: 1e9, value: 5, step: 1, whole: true }));
  assert.equal(count, 1e9 + 1);
  assert.deepEqual([1, 2, 123_456_789].map(at), [1, 2, 123_456_789]);
});

test("a knob may be named as what every object has: it is moved only where it was", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    const knobs = [knob({ name, value: 1 })];
    assert.deepEqual(keptKnobs({}, null, knobs), {}, `nobody moved ${name}`);
    assert.deepEqual(Object.entries(keptKnobs(Object.fromEntries([[name, 7]]), givenBy(knobs), knobs)), [[name, 7]], `${name} was moved to 7`);
    assert.equal(valueIn({}, name), undefined, `${name} is nobody's own`);
  }
});
