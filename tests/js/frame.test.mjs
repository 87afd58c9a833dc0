import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrameReader } from "../../www/frame.js";

const layout = {
  header: ["time_ns", "events"],
  blocks: [
    { kind: "knob", offset: 2, count: 1, fields: ["value"] },
    { kind: "channel", offset: 3, count: 2, fields: ["depth", "capacity"] },
  ],
};

test("reads header and rows by name", () => {
  const reader = createFrameReader(layout);
  reader.load(Float64Array.of(5, 6, 7, 1, 10, 2, 20));
  assert.equal(reader.header("events"), 6);
  assert.equal(reader.value("knob", 0, "value"), 7);
  assert.equal(reader.value("channel", 1, "depth"), 2);
  assert.equal(reader.value("channel", 1, "capacity"), 20);
  assert.equal(reader.count("channel"), 2);
});

test("a field is added up over its rows", () => {
  const reader = createFrameReader(layout);
  reader.load(Float64Array.of(5, 6, 7, 1, 10, 2, NaN));
  assert.equal(reader.sum("channel", "depth"), 3);
  assert.equal(reader.sum("channel", "capacity"), 10);
  assert.equal(reader.sum("queue", "depth") + reader.sum("channel", "nope"), 0);
});

test("before the first frame every value is NaN", () => {
  assert.equal(createFrameReader(layout).header("time_ns"), Number.NaN);
});

test("what the layout lacks reads as NaN, never as a neighbour's value", () => {
  const reader = createFrameReader(layout);
  reader.load(new Float64Array(7).fill(1));
  assert.equal(reader.header("nope"), Number.NaN);
  assert.equal(reader.value("queue", 0, "depth"), Number.NaN);
  assert.equal(reader.value("channel", 0, "nope"), Number.NaN);
  assert.equal(reader.value("channel", 2, "depth"), Number.NaN);
  assert.equal(reader.value("channel", -1, "depth"), Number.NaN);
  assert.equal(reader.count("queue"), 0);
});
