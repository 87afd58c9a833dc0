/** A worker that does not answer is noticed and replaced; one that is only slow, or has nothing to do, is let be. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorkerBackend } from "../../www/backend.js";
import { engineOf } from "../../www/engine.js";
import { createSession } from "../../www/session.js";
import { SILENT_S } from "../../www/watchdog.js";
import * as fake from "./fake-engine.mjs";

/** @import { LoadRequest, Reply, Request } from "../../www/protocol.js" */

/** @param {number} run @param {string} source @returns {LoadRequest} */
const loadOf = (run, source) => ({ type: "load", run, source, seed: null, knobs: {}, given: null, timeNs: 0, speedNsPerS: null, playing: false });
/** @type {Request} */
const FRAME = { type: "frame", wallMs: 0, wantsDetails: false, printedFrom: 0 };

/** A worker with the fake engine, which answers at once, and nothing from a text that says `hang` on. */
class FakeWorker {
  isEnded = false;
  isHung = false;
  /** @type {((event: MessageEvent) => any) | null} */
  onmessage = null;
  onerror = null;

  constructor() {
    this.session = createSession(engineOf(fake), { post: (reply) => this.say(reply), clock: () => 0, defer: () => {} });
  }

  /** @param {unknown} reply */
  say(reply) {
    if (!this.isEnded) this.onmessage?.(/** @type {MessageEvent} */ ({ data: reply }));
  }

  /** @param {Request} request */
  postMessage(request) {
    this.isHung ||= request.type === "load" && request.source.includes("hang");
    if (!this.isHung && !this.isEnded) this.session.receive(request);
  }

  terminate() {
    this.isEnded = true;
  }
}

/** A backend whose workers and seconds are the test's. */
const bench = () => {
  /** @type {FakeWorker[]} */
  const workers = [];
  /** @type {Reply[]} */
  const replies = [];
  /** @type {Set<() => void>} */
  const looks = new Set();
  const backend = createWorkerBackend((reply) => replies.push(reply), {
    start: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    timer: {
      begin: (task) => {
        looks.add(task);
        return task;
      },
      end: (task) => looks.delete(task),
    },
  });
  return {
    backend, workers, looks,
    types: () => replies.map(({ type }) => type),
    ready: () => workers.at(-1)?.say({ type: "ready", version: "0" }),
    /** @param {number} seconds */
    pass: (seconds) => {
      for (let second = 0; second < seconds; second += 1) [...looks].forEach((look) => look());
    },
  };
};

test("a worker that does not answer is ended, another takes its place, and what comes next is answered", () => {
  const { backend, workers, types, ready, pass } = bench();
  ready();
  backend.send(loadOf(1, "hang"));
  backend.send(FRAME);
  pass(SILENT_S - 1);
  assert.equal(workers.length, 1, "it was given up too early");
  pass(1);
  assert.deepEqual(workers.map(({ isEnded }) => isEnded), [true, false]);
  assert.deepEqual(types(), ["ready", "hung"]);
  ready();
  backend.send(loadOf(2, "fine"));
  pass(10 * SILENT_S);
  assert.deepEqual(types(), ["ready", "hung", "ready", "loaded"]);
});

test("who has nothing to do is not watched, and an answered worker is never given up", () => {
  const { backend, workers, looks, ready, pass } = bench();
  ready();
  pass(100);
  for (let round = 0; round < 50; round += 1) {
    backend.send(round === 0 ? loadOf(1, "fine") : FRAME);
    pass(1);
    assert.equal(looks.size, 0, "a look is due though all was answered");
  }
  assert.equal(workers.length, 1);
});

test("an engine that is still on its way is waited for, however long the way is", () => {
  const { backend, workers, types, ready, pass } = bench();
  backend.send(loadOf(1, "hang"));
  pass(1000);
  assert.equal(workers.length, 1);
  ready();
  pass(SILENT_S);
  assert.deepEqual(types(), ["ready", "hung"], "from then on its silence counts");
});

test("a worker that was slow, and answered in the end, begins anew with its seconds", () => {
  const { backend, workers, ready, pass } = bench();
  ready();
  const [worker] = workers;
  assert.ok(worker);
  worker.isHung = true;
  for (let round = 0; round < 5; round += 1) {
    backend.send(FRAME);
    pass(SILENT_S - 1);
    worker.say({ type: "pong" });
  }
  assert.equal(workers.length, 1);
});

test("a closed backend and one that is restarted are watched no longer", () => {
  for (const end of /** @type {const} */ (["close", "restart"])) {
    const { backend, types, ready, pass } = bench();
    ready();
    backend.send(loadOf(1, "hang"));
    backend[end]();
    pass(100);
    assert.deepEqual(types(), ["ready"], end);
  }
});
