import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultSpeed, SPEEDS, speedAtMost } from "../../www/speeds.js";

/** @import { Description } from "../../www/edge.js" */

/** @param {number | null} own @param {number | null} run */
const described = (own, run) => /** @type {Description} */ (/** @type {unknown} */ ({ speed_ns_per_s: own, run_ns: run }));

test("the text's own speed comes first, whatever it is", () => {
  assert.equal(defaultSpeed(described(3e6, 1e9)), 3e6);
});

test("a run without a speed takes about half a minute", () => {
  assert.equal(defaultSpeed(described(null, 60e9)), 2e9);
  assert.equal(defaultSpeed(described(null, 1e12)), 2e10);
  assert.equal(defaultSpeed(described(null, null)), 2e9);
});

test("speeds rise", () => {
  SPEEDS.forEach((speed, at) => assert.ok(at === 0 || speed > (SPEEDS[at - 1] ?? 0)));
  assert.equal(speedAtMost(1), SPEEDS[0]);
});
