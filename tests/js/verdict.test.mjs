import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrameReader } from "../../www/frame.js";
import { heldUp, verdictOf } from "../../www/verdict.js";
import { Simulation } from "./fake-engine.mjs";

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
