// What the scene draws, recorded without a browser: one snapshot for each fixture, in tests/js/snapshots. After a wanted
// change, UPDATE_SNAPSHOTS=1 writes them anew; read the difference before committing it.

import * as dagre from "../../www/vendor/dagre.js";
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { createStage } from "../../www/scene/stage.js";
import { createContainer } from "./fixtures/recorder.mjs";
import { fixtures, frameOf } from "./fixtures/scenes.mjs";

const FOLDER = new URL("./snapshots/", import.meta.url);

for (const [name, { description, state }] of Object.entries(fixtures)) {
  test(`${name} is drawn as recorded`, () => {
    const { container, root } = createContainer(888);
    const scene = createStage(container, description, { reducedMotion: false }, dagre);
    scene.update(frameOf(state), 0);
    scene.update(frameOf({ ...state, time_ns: 1e6, edge: (state.edge ?? []).map((passed) => passed + 1) }), 260);
    scene.update(frameOf({ ...state, time_ns: 2e6, edge: (state.edge ?? []).map((passed) => passed + 1) }), 520);
    const drawn = `${root.print()}\n`;
    const file = new URL(`scene-${name}.txt`, FOLDER);
    if (process.env["UPDATE_SNAPSHOTS"]) {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(file, drawn);
    }
    assert.equal(drawn, readFileSync(file, "utf8"));
  });
}

test("drawing the same frame again writes nothing", () => {
  for (const { description, state } of Object.values(fixtures)) {
    const { container, root } = createContainer(888);
    const scene = createStage(container, description, { reducedMotion: true }, dagre);
    scene.update(frameOf(state), 0);
    scene.update(frameOf(state), 1000);
    const before = root.writes();
    scene.update(frameOf(state), 1016);
    assert.equal(root.writes() - before, 0, description.title);
  }
});

test("with reduced motion nothing travels, and numbers still change", () => {
  const { container, root } = createContainer(888);
  const { description, state } = fixtures["bounded-queue"] ?? assert.fail();
  const scene = createStage(container, description, { reducedMotion: true }, dagre);
  scene.update(frameOf(state), 0);
  scene.update(frameOf({ ...state, channel: [{ depth: 7, capacity: 20, level: 7 }], edge: [323, 302] }), 100);
  const drawn = root.print();
  assert.ok(!drawn.includes("hw-dot"));
  assert.ok(drawn.includes("7 of 20"));
});

test("the label tells the state, every two seconds at most", () => {
  const { container, root } = createContainer(888);
  const { description, state } = fixtures["bounded-queue"] ?? assert.fail();
  const scene = createStage(container, description, { reducedMotion: false }, dagre);
  const label = () => root.children[0]?.attributes.get("aria-label");
  assert.equal(label(), "A bounded buffer");
  scene.update(frameOf(state), 0);
  const told = "buffer 20 of 20, full, 1 waits to send; producer waits to send; consumer busy";
  assert.equal(label(), told);
  const emptied = frameOf({ ...state, channel: [{ depth: 0, capacity: 20 }] });
  scene.update(emptied, 1900);
  assert.equal(label(), told);
  scene.update(emptied, 2100);
  assert.equal(label(), "buffer 0 of 20; producer waits to send; consumer busy");
});

test("an out-of-memory is signed for a moment of the viewer's, and then still told", () => {
  const { container, root } = createContainer(888);
  const { description, state } = fixtures["leak"] ?? assert.fail();
  const scene = createStage(container, description, { reducedMotion: true }, dagre);
  const isSignedAfter = (/** @type {number} */ ooms, /** @type {number} */ wallMs) => {
    scene.update(frameOf({ ...state, memory: [{ ...state.memory?.[0], ooms }] }), wallMs);
    return root.print().includes("all killed");
  };
  // Who joins a run half way has not seen those before.
  assert.equal(isSignedAfter(3, 0), false);
  assert.equal(isSignedAfter(4, 1000), true);
  assert.equal(isSignedAfter(4, 3900), true);
  assert.equal(isSignedAfter(4, 4100), false);
  assert.ok(root.print().includes("OOM ×4, last 10:41"));
  assert.equal(isSignedAfter(5, 5000), true);
  assert.equal(isSignedAfter(2, 5100), false);
});

test("a rebalance is signed while it lasts, and for a moment of the viewer's", () => {
  const { container, root } = createContainer(888);
  const { description, state } = fixtures["slow-group"] ?? assert.fail();
  const scene = createStage(container, description, { reducedMotion: true }, dagre);
  const isSignedAfter = (/** @type {object} */ changes, /** @type {number} */ wallMs) => {
    scene.update(frameOf({ ...state, group: [{ members: 1, rebalances: 1, ...changes }, {}] }), wallMs);
    return root.print().includes("is-rebalancing");
  };
  assert.equal(isSignedAfter({}, 0), false);
  assert.equal(isSignedAfter({ rebalancing: 1 }, 1000), true);
  assert.equal(isSignedAfter({ rebalancing: 1 }, 9000), true);
  assert.equal(isSignedAfter({}, 9700), true);
  assert.equal(isSignedAfter({}, 9900), false);
  // One that was over between two frames.
  assert.equal(isSignedAfter({ rebalances: 2 }, 10_000), true);
  assert.equal(isSignedAfter({ rebalances: 1 }, 10_100), false);
});

test("who sets the pace is said before the words where a long name leaves no room, and of nobody when all are gone", () => {
  const { description, state } = fixtures["bounded-queue"] ?? assert.fail();
  const nodes = description.outline.nodes.map((node) => (node.name === "consumer" ? { ...node, name: "a_consumer_of_a_long_name" } : node));
  const drawn = (/** @type {number} */ activities) => {
    const { container, root } = createContainer(888);
    const scene = createStage(container, { ...description, outline: { ...description.outline, nodes } }, { reducedMotion: true }, dagre);
    const [producer = {}, consumer = {}] = state.process ?? [];
    const process = [producer, activities > 0 ? consumer : {}];
    for (let ms = 0; ms <= 4000; ms += 100) scene.update(frameOf({ ...state, process, time_ns: ms * 1e6 }), ms);
    return root.print();
  };
  assert.ok(drawn(1).includes("a_consumer_of_a_long_name"));
  assert.ok(drawn(1).includes("limits · busy"));
  assert.ok(!drawn(0).includes("limits"));
});

test("a queue's way back and its dead letters are alive while they grow, and stay told", () => {
  const { container, root } = createContainer(888);
  const { description, state } = fixtures["dead-letters"] ?? assert.fail();
  const [dead = {}, images = {}] = state.queue ?? [];
  const scene = createStage(container, description, { reducedMotion: false }, dagre);
  const drawnAfter = (/** @type {number} */ more, /** @type {number} */ wallMs) => {
    const grown = { ...images, received: (images["received"] ?? 0) + more, dead_lettered: (images["dead_lettered"] ?? 0) + more };
    scene.update(frameOf({ ...state, queue: [dead, grown] }), wallMs);
    return root.print();
  };
  const isAlive = (/** @type {string} */ drawn) => [drawn.includes("hw-return is-alive"), drawn.includes("r=3.5 class=hw-drop"), drawn.includes("r=3 class=hw-drop")];
  assert.deepEqual(isAlive(drawnAfter(0, 0)), [false, false, false]);
  assert.deepEqual(isAlive(drawnAfter(2, 100)), [true, true, true]);
  const later = drawnAfter(2, 5000);
  assert.deepEqual(isAlive(later), [false, false, false]);
  assert.ok(later.includes("253k came back") && later.includes("814 dead letters"));
});

test("single messages turn to water when many, and back only when few", () => {
  const { container, root } = createContainer(888);
  const { description, state } = fixtures["few-messages"] ?? assert.fail();
  const scene = createStage(container, description, { reducedMotion: true }, dagre);
  const slots = [12, 13, 12, 7, 6].map((visible, at) => {
    scene.update(frameOf({ ...state, queue: [{ visible, in_flight: 1 }] }), at * 1000);
    return root.print().includes("hw-slot is-taken");
  });
  assert.deepEqual(slots, [true, false, false, false, true]);
});

test("what an engine does not measure is drawn as none", () => {
  for (const { description } of Object.values(fixtures)) {
    const { container, root } = createContainer(888);
    createStage(container, description, { reducedMotion: false }, dagre).update({ header: () => NaN, value: () => NaN }, 0);
    assert.ok(!root.print().includes("NaN"), description.title);
  }
});

test("a scene that is taken down leaves nothing", () => {
  const { container, root } = createContainer(888);
  const { description } = fixtures["tandem"] ?? assert.fail();
  createStage(container, description, { reducedMotion: false }, dagre).destroy();
  assert.deepEqual(root.children, []);
});
