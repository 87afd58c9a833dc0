import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrameReader } from "../../www/frame.js";
import { heldUp, verdictOf } from "../../www/verdict.js";
import { Simulation } from "./fake-engine.mjs";
import { describe } from "./fixtures/scenes.mjs";

/** @param {number} untilNs */
const after = (untilNs) => {
  const simulation = new Simulation("");
  simulation.advance(untilNs, Infinity);
  const description = simulation.description();
  const reader = createFrameReader(description.layout);
  reader.load(simulation.frame());
  return { reader, description };
};

test("nothing is said while too little has happened, unless that was all", () => {
  const { reader, description } = after(1e8);
  assert.equal(verdictOf(reader, description, false), "");
  assert.notEqual(verdictOf(reader, description, true), "");
});

test("who never waits, with somebody waiting before its store, sets the pace", () => {
  const { reader, description } = after(20e9);
  assert.equal(verdictOf(reader, description, false), "The pace, 62.5/s, is set by consumer, which never waits; producer waits to send 40% of the time.");
  assert.equal(heldUp(reader), reader.value("process", 0, "sending"));
});

test("who waits for a core, which cpu is always busy, and whose limit was passed", () => {
  /** @type {Record<string, number>} */
  const values = {
    "process 0 share_cpu_wait": 0.7, "process 0 share_sending": 0.1, "cpu 0 utilisation": 1, "memory 0 ooms": 2, "memory 0 last_oom_ns": 18.4e9,
  };
  const reader = { header: () => 0, value: (/** @type {string} */ kind, /** @type {number} */ index, /** @type {string} */ field) => values[`${kind} ${index} ${field}`] ?? NaN, count: () => 1, load: () => {} };
  const { outline } = describe("", ["process jobs", "cpu gil", "memory heap"], []);
  const description = { ...after(0).description, outline: { nodes: [...outline.nodes], edges: [] } };
  assert.equal(verdictOf(reader, description, true),
    "Held up: jobs waits for a core 80% of the time. gil is always busy. heap passed its limit 2 times, last at 18.4s: all that was in it was killed.");
});
