/** How much of a scenario stands on the page, and that what is left out is said. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LISTED_MAX, NAME_MAX, leftOut, shortened, shownDescription, shownDiagnostics } from "../../www/limits.js";
import { offersOf } from "../../www/sweep.js";
import { lagsOf, verdictOf } from "../../www/verdict.js";
import { createFrameReader } from "../../www/frame.js";
import * as fake from "./fake-engine.mjs";

/** @import { OutlineEdge, OutlineNode } from "../../www/edge.js" */

const LONG = "l".repeat(1 << 20);

test("words are cut where there is no end to them, and only there", () => {
  assert.equal(shortened("abc", 3), "abc");
  assert.equal(shortened("abcd", 3), "abc…");
  const description = new fake.Simulation(`scenario "${LONG}" about "${LONG}"`).description();
  const [knob, ...others] = description.knobs;
  const shown = shownDescription({ ...description, knobs: knob ? [{ ...knob, name: LONG, label: LONG }, ...others] : [], expectations: [LONG], outline: { ...description.outline, nodes: [{ kind: "channel", index: 0, line: 1, name: LONG }] } });
  assert.equal(shown.knobs[0]?.name, LONG, "a knob is moved by its whole name");
  const all = [shown.title, shown.about, shown.knobs[0]?.label, shown.expectations[0], shown.outline.nodes[0]?.name];
  assert.ok(all.every((text) => text !== undefined && text.endsWith("…") && text.length <= 4_001));
  assert.ok(JSON.stringify(shownDiagnostics([{ line: 1, column: 1, end_line: 1, end_column: 2, message: LONG, help: LONG }])).length < 2_000);
});

test("what is left out is said in full figures, and nothing where all is there", () => {
  assert.equal(leftOut(60, 3000, "knobs have a slider"), "60 of 3\u202f000 knobs have a slider.");
  assert.equal(leftOut(3, 3, "knobs have a slider"), "");
});

test("of many things the first are offered for a curve, and how many there are is said", () => {
  const channels = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [at === 0 ? LONG : `c${at}`, { max_depth: 1 }]));
  const offer = offersOf({ channels }, []).find(({ title }) => title.startsWith("Channels"));
  assert.equal(offer?.title, "Channels: 60 of 3\u202f000 are offered.");
  assert.equal(offer?.measures.length, 3 * LISTED_MAX);
  assert.ok(offer?.measures.every(({ label }) => label.length < NAME_MAX + 30));
});

test("a verdict on thousands of crews and stores is one sentence, found in one look at each arrow", () => {
  const many = 20_000;
  const fields = ["share_sleeping", "share_working", "share_sending", "share_resource_wait", "share_cpu_wait"];
  const header = ["done", "produced", "time_ns", "dropped"];
  const reader = createFrameReader({
    header,
    blocks: [
      { kind: "process", offset: 4, count: many, fields },
      { kind: "channel", offset: 4 + many * fields.length, count: many, fields: ["rejected", "out"] },
    ],
  });
  const frame = new Float64Array(4 + many * fields.length + many * 2).fill(1);
  frame.set([100, 100, 1e9, 0]);
  // Crew 0 sends to all channels and waits; the last one takes from the last channel and never waits.
  for (let crew = 0; crew < many; crew += 1) frame.set(crew === 0 ? [0, 0, 1, 0, 0] : crew === many - 1 ? [1, 0, 0, 0, 0] : [0.5, 0, 0, 0, 0], 4 + crew * fields.length);
  reader.load(frame);
  /** @type {OutlineNode[]} */
  const nodes = Array.from({ length: many }, (_, index) => [
    /** @type {OutlineNode} */ ({ kind: "process", index, line: 1, name: `p${index}` }), /** @type {OutlineNode} */ ({ kind: "channel", index, line: 1, name: `c${index}` }),
  ]).flat();
  let looks = 0;
  const edges = Array.from({ length: many }, (_, index) => {
    const from = { kind: /** @type {const} */ ("process"), index: 0 };
    return /** @type {OutlineEdge} */ ({ get from() { looks += 1; return from; }, to: { kind: "channel", index }, verb: "send" });
  });
  edges.push({ from: { kind: "channel", index: many - 1 }, to: { kind: "process", index: many - 1 }, verb: "receive" });
  const description = { ...new fake.Simulation("").description(), outline: { nodes, edges }, series: [] };
  const said = verdictOf(reader, description, true, { timesNs: [], columns: [] });
  assert.match(said, /^The pace, 1\/s, is set by p19999, which never waits; p0 waits to send 100% of the time\./);
  assert.match(said, /c11 turned away 1 and 19988 more turned some away\./);
  assert.ok(looks <= 6 * many, `it looked ${looks} times at ${many} arrows`);
  const groups = Array.from({ length: 100 }, (_, index) => /** @type {OutlineNode} */ ({ kind: "group", index, line: 1, name: `g${index}` }));
  assert.match(lagsOf(reader, { ...description, outline: { nodes: groups, edges: [] } }), /g11 – and 88 more\. $/);
});
