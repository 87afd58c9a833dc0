import assert from "node:assert/strict";
import { test } from "node:test";
import { createLaboratory } from "../../www/laboratory.js";

/** @import { Description } from "../../www/edge.js" */
/** @import { FrameRequest, Reply, Request } from "../../www/protocol.js" */

const SETUP = { source: "", seed: null, knobs: {}, speedNsPerS: null };
const START = { timeNs: 0, playing: true, given: null };
const PLAYBACK = { playing: true, seeking: false, ended: null, pace: 1 };

/** A laboratory whose engine is this test: it answers when and as the test says. */
const bench = () => {
  /** @type {Request[]} */
  const sent = [];
  /** @type {string[]} */
  let shown = [];
  /** @type {string[]} */
  const heard = [];
  let restarts = 0;
  /** @type {(reply: Reply) => void} */
  let reply = () => {};
  const laboratory = createLaboratory((receive) => {
    reply = receive;
    return { send: (request) => void sent.push(request), restart: () => void (restarts += 1), close: () => {} };
  }, {
    loaded: (_, __, run) => void heard.push(`loaded ${run}`), rejected: () => void heard.push("rejected"), ready: () => {},
    panicked: () => void heard.push("panicked"), hung: (silentS) => void heard.push(`hung for ${silentS} s`),
    moved: ({ printed }) => shown.push(...printed.map(({ text }) => text)),
    logCleared: () => {
      shown = [];
    },
  });
  /** @param {number} run */
  const loaded = (run) => reply({
    type: "loaded", run, speedNsPerS: 1e9, description: /** @type {Description} */ (/** @type {unknown} */ ({ layout: { header: ["printed"], blocks: [] } })),
  });
  /** Asks for a frame, and gives what was asked. */
  const ask = () => {
    laboratory.tick(0);
    return /** @type {FrameRequest} */ (sent.at(-1));
  };
  /** Answers as the engine does whose log has `count` lines. @param {number} run @param {FrameRequest} asked @param {number} count */
  const answer = (run, { printedFrom }, count) => reply({
    type: "frame", run, frame: Float64Array.of(count), playback: PLAYBACK, details: null, printedFrom,
    printed: Array.from({ length: Math.max(0, count - printedFrom) }, (_, at) => ({ t_s: 0, by: "p", text: `${run}.${printedFrom + at}` })),
  });
  return { laboratory, sent, loaded, ask, answer, reply: (/** @type {Reply} */ one) => reply(one), shown: () => shown, heard, restarts: () => restarts };
};

test("the log of a new run begins with its first line, even if a frame was asked for before the run was there", () => {
  const { laboratory, loaded, ask, answer, shown } = bench();
  laboratory.load(SETUP, START);
  loaded(1);
  answer(1, ask(), 2);
  laboratory.load(SETUP, START);
  const early = ask();
  loaded(2);
  answer(2, early, 3);
  answer(2, ask(), 3);
  assert.deepEqual(shown(), ["2.0", "2.1", "2.2"]);
});

test("the log begins anew after a seek back, even if a frame was on its way", () => {
  const { laboratory, loaded, ask, answer, shown } = bench();
  laboratory.load(SETUP, START);
  loaded(1);
  answer(1, ask(), 5);
  const early = ask();
  laboratory.seek(0);
  answer(1, early, 5);
  answer(1, ask(), 2);
  answer(1, ask(), 2);
  answer(1, ask(), 3);
  assert.deepEqual(shown(), ["1.0", "1.1", "1.2"]);
});

test("after a panic the next text gets a new engine", () => {
  const { laboratory, reply, restarts } = bench();
  laboratory.load(SETUP, START);
  reply({ type: "panicked", message: "unreachable" });
  laboratory.load(SETUP, START);
  laboratory.load(SETUP, START);
  assert.equal(restarts(), 1);
});

test("each load is told by its number, and what is wrong only of the newest text", () => {
  const { laboratory, loaded, reply, heard } = bench();
  assert.deepEqual([1, 2, 3].map(() => laboratory.load(SETUP, START)), [1, 2, 3]);
  reply({ type: "rejected", run: 1, diagnostics: [] });
  loaded(2);
  reply({ type: "rejected", run: 3, diagnostics: [] });
  assert.deepEqual(heard, ["loaded 2", "rejected"]);
});

const PLAIN = { time: 0, bytes: 0 };
/** @type {ReadonlyArray<readonly [string, (one: ReturnType<typeof bench>) => void]>} */
const LOSSES = [
  ["a restart", ({ laboratory }) => laboratory.restart()],
  ["a panic", ({ reply }) => reply({ type: "panicked", message: "unreachable" })],
  ["a worker that hangs", ({ reply }) => reply({ type: "hung", silentS: 8 })],
];
for (const [name, lose] of LOSSES) {
  test(`${name} settles what was asked, with a sentence, and what is asked next is answered`, async () => {
    const one = bench();
    const { laboratory, reply, sent } = one;
    laboratory.load(SETUP, START);
    const asked = [laboratory.parse("1", PLAIN), laboratory.parse("2", PLAIN)];
    lose(one);
    for (const question of asked) await assert.rejects(question, /^Error: The engine was lost before it answered\./, "a question stays open for ever");
    laboratory.load(SETUP, START);
    const next = laboratory.parse("3", PLAIN);
    const { id } = /** @type {{ id: number }} */ (/** @type {unknown} */ (sent.at(-1)));
    reply({ type: "parsed", id, value: 3, message: "" });
    assert.equal(await next, 3);
  });
}

test("an engine that broke down is asked nothing", async () => {
  const { laboratory, reply, sent } = bench();
  reply({ type: "panicked", message: "could not be loaded" });
  await assert.rejects(laboratory.parse("1", PLAIN), /was lost/);
  assert.deepEqual(sent, []);
});

test("after a worker that hung nothing is asked of the new one until a text is loaded, which needs no other engine", () => {
  const { laboratory, loaded, ask, reply, sent, heard, restarts } = bench();
  laboratory.load(SETUP, START);
  loaded(1);
  ask();
  reply({ type: "hung", silentS: 8 });
  laboratory.tick(1e6);
  assert.deepEqual(sent.map(({ type }) => type), ["load", "frame"], "a frame was asked of an engine that has no run");
  laboratory.load(SETUP, START);
  loaded(2);
  assert.equal(ask().type, "frame");
  assert.deepEqual(heard, ["loaded 1", "hung for 8 s", "loaded 2"]);
  assert.equal(restarts(), 0);
});
