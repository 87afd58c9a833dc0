import assert from "node:assert/strict";
import { test } from "node:test";
import { createDirectBackend } from "../../www/backend.js";
import { engineOf } from "../../www/engine.js";
import * as fake from "./fake-engine.mjs";

/** @import { LoadRequest, Reply, Request } from "../../www/protocol.js" */

const GOOD = 'scenario "Buffer"';

/** @param {Partial<LoadRequest>} given @returns {LoadRequest} */
const loadOf = (given) => ({ type: "load", run: 1, source: GOOD, seed: null, knobs: {}, given: null, timeNs: 0, speedNsPerS: null, playing: false, ...given });
/** @param {number} wallMs @returns {Request} */
const frameAt = (wallMs) => ({ type: "frame", wallMs, wantsDetails: false, printedFrom: 0 });

/** Sends all, and gives what was answered. @param {Request[]} requests */
const answersTo = async (...requests) => {
  /** @type {Reply[]} */
  const replies = [];
  const backend = createDirectBackend(engineOf(fake), (reply) => replies.push(reply));
  requests.forEach(backend.send);
  await new Promise((resolve) => setTimeout(resolve, 20));
  backend.close();
  return replies;
};

/** @template {Reply["type"]} Type @param {Reply | undefined} reply @param {Type} type @returns {Extract<Reply, { type: Type }>} */
const expectReply = (reply, type) => {
  assert.equal(reply?.type, type);
  return /** @type {Extract<Reply, { type: Type }>} */ (reply);
};

test("a load describes the run and says the speed", async () => {
  const reply = expectReply((await answersTo(loadOf({})))[0], "loaded");
  assert.equal(reply.description.title, "Buffer");
  assert.equal(reply.speedNsPerS, 1e9);
});

test("knobs are moved by name, clamped, and unknown names are passed over", async () => {
  const replies = await answersTo(loadOf({ knobs: { room: 1e6, nobody: 3 } }), frameAt(0));
  const { description } = expectReply(replies[0], "loaded");
  const { frame } = expectReply(replies[1], "frame");
  assert.equal(frame[description.layout.header.length + 2], 500);
});

test("playing follows the page's clock", async () => {
  const replies = await answersTo(loadOf({ playing: true }), frameAt(1000), frameAt(1050), frameAt(1100));
  assert.equal(expectReply(replies.at(-1), "frame").frame[0], 1e8);
});

test("a link's moment is sought before the first frame", async () => {
  const replies = await answersTo(loadOf({ timeNs: 5e9 }), frameAt(0));
  assert.equal(expectReply(replies.at(-1), "frame").frame[0], 5e9);
});

test("a broken text is rejected at its place, and the old run goes on", async () => {
  const replies = await answersTo(loadOf({ playing: true }), frameAt(0), loadOf({ run: 2, source: "channel broken" }), frameAt(50));
  const rejected = expectReply(replies[2], "rejected");
  assert.deepEqual(rejected.diagnostics.map(({ line, column }) => [line, column]), [[1, 9]]);
  const frame = expectReply(replies[3], "frame");
  assert.equal(frame.run, 1);
  assert.equal(frame.frame[0], 5e7);
});

test("a panic is one message, and a restart is a way on", async () => {
  /** @type {Reply[]} */
  const replies = [];
  const backend = createDirectBackend(engineOf(fake), (reply) => replies.push(reply));
  backend.send(loadOf({}));
  backend.send(loadOf({ run: 2, source: "panic" }));
  backend.restart();
  backend.send(loadOf({ run: 3 }));
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(replies.map(({ type }) => type), ["loaded", "panicked", "loaded"]);
});

test("quantities are answered by number", async () => {
  const replies = await answersTo(
    { type: "parse", id: 8, text: "16ms", unit: { time: 1, bytes: 0 } },
    { type: "parse", id: 9, text: "many", unit: { time: 1, bytes: 0 } },
  );
  assert.equal(expectReply(replies[0], "parsed").value, 16e6);
  const refused = expectReply(replies[1], "parsed");
  assert.deepEqual([refused.id, refused.value, refused.message], [9, null, "'many' is no quantity"]);
});

test("details come when asked for", async () => {
  const replies = await answersTo(loadOf({ timeNs: 2e9 }), { type: "frame", wallMs: 0, wantsDetails: true, printedFrom: 0 });
  const { details, printed } = expectReply(replies.at(-1), "frame");
  assert.equal(details?.report.expectations[0]?.met, true);
  assert.equal(details?.series[0], 20);
  assert.equal(printed.length, 1);
});
