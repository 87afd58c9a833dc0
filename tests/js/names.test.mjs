/** A text may name its things as what every object of JavaScript has: all of them cross the edge, and are found under their names. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { offersOf, figureOf } from "../../www/sweep.js";
import init, { Simulation } from "../../www/wasm/highwater.js";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty"];

test("what a report says of a thing is there under its name, whatever that is", async () => {
  await init({ module_or_path: readFileSync(new URL("../../www/wasm/highwater_bg.wasm", import.meta.url)) });
  const channels = NAMES.map((name) => `channel ${name} capacity 3\n`).join("");
  const simulation = new Simulation(`${channels}process p { sleep 1s; ${NAMES.map((name) => `send ${name}`).join("; ")} }\n`, 1);
  simulation.advance(2e9, 1000);
  // As the worker posts it.
  const report = structuredClone(simulation.report());
  simulation.free();
  const { measures } = offersOf(report, []).find(({ title }) => title === "Channels") ?? { measures: [] };
  for (const name of NAMES) {
    const measure = measures.find(({ path }) => path === `channels/${name}/max_depth`);
    assert.ok(measure, `${name} is not offered`);
    assert.equal(figureOf(measure, report, report), 1, name);
  }
});
