import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrameReader } from "../../www/frame.js";
import { growthPerS } from "../../www/growth.js";
import { heldUp, lagsOf, standstillOf, verdictOf } from "../../www/verdict.js";
import { Simulation } from "./fake-engine.mjs";
import { describe } from "./fixtures/scenes.mjs";

const NO_SERIES = { timesNs: [], columns: [] };

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
  assert.equal(verdictOf(reader, description, false, NO_SERIES), "");
  assert.notEqual(verdictOf(reader, description, true, NO_SERIES), "");
});

test("who never waits, with somebody waiting before its store, sets the pace", () => {
  const { reader, description } = after(20e9);
  assert.equal(verdictOf(reader, description, false, NO_SERIES), "The pace, 62.5/s, is set by consumer, which never waits; producer waits to send 40% of the time.");
  assert.equal(heldUp(reader), reader.value("process", 0, "sending"));
});

/** @import { SeriesColumn } from "../../www/edge.js" */

/** @param {Record<string, number>} values @param {string[]} nodes @param {Array<Pick<SeriesColumn, "kind"|"name"|"index">>} [series] @param {string[]} [edges] */
const madeUp = (values, nodes, series = [], edges = []) => {
  const read = (/** @type {string} */ name) => values[name] ?? NaN;
  const reader = { header: read, value: (/** @type {string} */ kind, /** @type {number} */ index, /** @type {string} */ field) => read(`${kind} ${index} ${field}`), count: () => 1, sum: () => 0, load: () => {} };
  const { outline } = describe("", nodes, edges);
  const columns = series.map((column) => ({ ...column, unit: /** @type {const} */ ("items") }));
  return { reader, description: { ...after(0).description, outline: { nodes: [...outline.nodes], edges: [...outline.edges] }, series: columns } };
};

test("who waits for a core, which cpu is always busy, and whose limit was passed", () => {
  /** @type {Record<string, number>} */
  const values = {
    "process 0 share_cpu_wait": 0.7, "process 0 share_sending": 0.1, "cpu 0 utilisation": 1, "memory 0 ooms": 2, "memory 0 last_oom_ns": 18.4e9,
  };
  const { reader, description } = madeUp(values, ["process jobs", "cpu gil", "memory heap"]);
  assert.equal(verdictOf(reader, description, true, NO_SERIES),
    "Held up: jobs waits for a core 80% of the time. gil is always busy. heap passed its limit 2 times, last at 18.4s: all that was in it was killed.");
});

const timesNs = Array.from({ length: 100 }, (_, row) => (row + 0.5) * 1e9);

test("a straight rise that lasts is growth, what comes and goes is none", () => {
  assert.ok(Math.abs(growthPerS(timesNs, timesNs.map((ns) => 330 * (ns / 1e9))) - 330) < 1e-6);
  assert.ok(growthPerS(timesNs, timesNs.map((ns, row) => 330 * (ns / 1e9) + (row % 2) * 1000)) > 300);
  const wave = (/** @type {number} */ row) => 500 + 400 * Math.sin(row / 5);
  for (const shape of [() => 700, wave, (/** @type {number} */ row) => 1000 - row, (/** @type {number} */ row) => 5000 + row]) {
    assert.equal(growthPerS(timesNs, timesNs.map((_, row) => shape(row))), 0);
  }
  // It caught up, or too little is known.
  assert.equal(growthPerS(timesNs, timesNs.map((_, row) => (row < 80 ? row * 10 : 0))), 0);
  assert.equal(growthPerS(timesNs.slice(0, 20), timesNs.slice(0, 20).map((ns) => ns)), 0);
});

test("what keeps filling has a sentence of its own, and then nothing is not held up", () => {
  const columns = [
    { kind: /** @type {const} */ ("channel"), name: "depth", index: 0 }, { kind: /** @type {const} */ ("channel"), name: "depth", index: 1 },
    { kind: /** @type {const} */ ("memory"), name: "used", index: 0 }, { kind: /** @type {const} */ ("group"), name: "lag", index: 0 },
  ];
  const { reader, description } = madeUp({
    "channel 0 depth": 540_000, "channel 0 capacity": 16384, "channel 0 high_water": 1, "channel 0 counts_bytes": 1, "channel 0 level": 211 * 2 ** 20,
    "channel 1 depth": 90, "channel 1 capacity": 100, "memory 0 used": 220 * 2 ** 20, "memory 0 limit": 2 ** 30, "group 0 lag": 10_744,
  }, ["channel response_a", "channel bounded", "memory heap", "topic events", "group audit"], columns);
  const rising = timesNs.map((ns) => 330 * (ns / 1e9));
  const none = "process waits to send, for a resource or for a core.";
  assert.equal(verdictOf(reader, description, true, { timesNs, columns: [rising, rising, rising, rising] }),
    "response_a keeps filling: 211MiB and rising, and nothing holds its producers back. "
    + `audit falls behind: its lag, now 10\u202f744, grows by 330 a second. heap keeps filling: 220MiB of 1GiB and rising. No ${none}`);
  assert.equal(verdictOf(reader, description, true, { timesNs, columns: [[], rising, [], rising.map((items) => items / 1e4)] }),
    `audit falls behind: its lag, now 10\u202f744, grows by 2 a minute. No ${none}`);
  assert.equal(verdictOf(reader, description, true, NO_SERIES), `Nothing is held up: no ${none}`);
  assert.equal(lagsOf(reader, description), "Lag: audit 10\u202f744. ");
});

test("several that keep filling share a sentence", () => {
  const names = ["a", "b", "c", "d", "e"];
  const { reader, description } = madeUp(Object.fromEntries(names.flatMap((_, index) => [[`channel ${index} depth`, 100 + index], [`channel ${index} capacity`, -1]])),
    names.map((name) => `channel ${name}`), names.map((_, index) => ({ kind: /** @type {const} */ ("channel"), name: "depth", index })));
  assert.equal(verdictOf(reader, description, true, { timesNs, columns: names.map(() => timesNs) }),
    "a (100 items), b (101 items) and c (102 items) keep filling, and nothing holds their producers back. No process waits to send, for a resource or for a core.");
});

test("channels and resources that turn away say how many", () => {
  const { reader, description } = madeUp({ "channel 0 rejected": 340, "resource 0 refused": 5120, "resource 1 refused": 0 }, ["channel jobs", "resource connections", "resource locks"]);
  assert.equal(verdictOf(reader, description, true, NO_SERIES),
    "No process waits to send, for a resource or for a core; jobs turned away 340 and connections turned away 5\u202f120.");
  const held = madeUp({ "process 0 share_resource_wait": 0.5, "resource 0 refused": 1 }, ["process lambda", "resource connections"]);
  assert.equal(verdictOf(held.reader, held.description, true, NO_SERIES), "Held up: lambda waits for a resource 50% of the time. connections turned away 1.");
});

test("what a leased queue handed out again, what it gave up on, and that it keeps filling", () => {
  const visible = [0, 1].map((index) => ({ kind: /** @type {const} */ ("queue"), name: "visible", index }));
  const { reader, description } = madeUp({
    "queue 0 sent": 14_400, "queue 0 redelivered": 144, "queue 0 dead_lettered": 72, "queue 0 visible": 9000, "queue 1 visible": 72, "queue 1 redelivered": 0,
  }, ["queue orders", "queue dead"], visible, ["orders dead_letter dead"]);
  const said = "orders handed out a message again 144 times: its lease had ended without an ack. orders gave up on 72 of 14\u202f400 messages: dead letters, in dead. ";
  const none = "No process waits to send, for a resource or for a core.";
  assert.equal(verdictOf(reader, description, true, NO_SERIES), said + none);
  assert.equal(verdictOf(reader, description, true, { timesNs, columns: [timesNs, timesNs] }),
    `orders keeps filling: 9\u202f000 messages and rising, and nothing holds its producers back. ${said}${none}`);
  const once = madeUp({ "queue 0 redelivered": 1, "queue 0 dead_lettered": 1, "queue 0 sent": 3 }, ["queue orders"]);
  assert.equal(verdictOf(once.reader, once.description, true, NO_SERIES),
    `orders handed out a message again once: its lease had ended without an ack. orders gave up on 1 of 3 messages. ${none}`);
});

test("a limit that was passed and members that were thrown out come first", () => {
  const { reader, description } = madeUp({
    "memory 0 ooms": 1, "memory 0 last_oom_ns": 18.4e9, "group 0 evicted": 8, "group 0 rebalances": 5, "group 0 redelivered": 4000, "group 0 delivered": 6000,
  }, ["memory heap", "topic events", "group billing"]);
  assert.equal(verdictOf(reader, description, false, NO_SERIES), "billing threw out members 8 times for not polling in time: 5 rebalances, and 4\u202f000 records were delivered again. "
    + "heap passed its limit at 18.4s: all that was in it was killed. No process waits to send, for a resource or for a core.");
  const crashed = madeUp({ "group 0 evicted": 0, "group 0 redelivered": 1 }, ["topic events", "group billing"]);
  assert.equal(verdictOf(crashed.reader, crashed.description, true, NO_SERIES), "1 record was delivered to billing again. No process waits to send, for a resource or for a core.");
});

test("a run that cannot go on is told to stand still; an end in order is not", () => {
  const summary = "stands still since 3ms, in a circle: main -> jobs -> worker -> results -> main";
  assert.equal(standstillOf({ stuck: true, summary }), "Stands still since 3ms, in a circle: main → jobs → worker → results → main. ");
  for (const silent of [{ stuck: false, summary: "nothing more happens after 3ms" }, null, undefined]) assert.equal(standstillOf(silent), "");
});
