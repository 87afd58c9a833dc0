// The layout of every system in the fixtures, at several widths: nothing overlaps, nothing sticks out, nothing depends
// on anything but the outline and the width.

/** @import { Kind } from "../../www/edge.js" */
/** @import { Box, Placed } from "../../www/scene/types.js" */

import * as dagre from "../../www/vendor/dagre.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, layOut, NARROW_PX } from "../../www/scene/layout.js";
import { componentsOf, drawnOf, LINKS_MAX, NODES_MAX } from "../../www/scene/outline.js";
import { createStage } from "../../www/scene/stage.js";
import { createContainer } from "./fixtures/recorder.mjs";
import { describe, fixtures } from "./fixtures/scenes.mjs";
import { createPrng } from "./prng.mjs";

const WIDTHS = [294, 320, 360, 500, 640, 760, 888, 1168, 1600];

const overlap = (/** @type {Box} */ a, /** @type {Box} */ b) =>
  a.x < b.x + b.width - 0.5 && b.x < a.x + a.width - 0.5 && a.y < b.y + b.height - 0.5 && b.y < a.y + a.height - 0.5;

for (const [name, { description }] of Object.entries(fixtures)) {
  test(`${name}: nodes keep apart and inside, routes join what they say`, () => {
    for (const width of WIDTHS) {
      const layout = layOut(description.outline, width, dagre);
      assert.equal(layout.direction, width < NARROW_PX ? "down" : "right");
      assert.equal(layout.width, width, `${width} px is room enough`);
      layout.nodes.forEach((one, index) => {
        const { outer } = one;
        assert.ok(outer.x >= 0 && outer.y >= 0 && outer.x + outer.width <= layout.width && outer.y + outer.height <= layout.height, `${one.node.name} inside at ${width}`);
        for (const other of layout.nodes.slice(index + 1)) assert.ok(!overlap(outer, other.outer), `${one.node.name} and ${other.node.name} at ${width}`);
      });
      const placeOf = new Map(layout.nodes.map((one) => [one.id, one]));
      for (const route of layout.routes) {
        for (const [share, id] of /** @type {const} */ ([[0, route.source], [1, route.target]])) {
          assert.ok(touches(placeOf.get(id), route.curve.at(share)), `${route.id} at ${width}`);
        }
        for (let share = 0; share <= 1; share += 0.02) {
          const { x, y } = route.curve.at(share);
          assert.ok(x >= 0 && x <= layout.width && y >= 0 && y <= layout.height, `${route.id} inside at ${width}`);
          const crossed = layout.nodes.find((one) => one.id !== route.source && one.id !== route.target && x > one.box.x && x < one.box.x + one.box.width && y > one.box.y && y < one.box.y + one.box.height);
          assert.equal(crossed?.node.name, undefined, `${route.id} runs through a body at ${width}`);
        }
      }
    }
  });
}

const touches = (/** @type {Placed|undefined} */ placed, /** @type {{ x: number, y: number }} */ { x, y }) => {
  if (!placed) return false;
  const { outer } = placed;
  return x >= outer.x - 1 && x <= outer.x + outer.width + 1 && y >= outer.y - 1 && y <= outer.y + outer.height + 1;
};

test("the same outline and width give the same layout", () => {
  for (const { description } of Object.values(fixtures)) assert.equal(JSON.stringify(layOut(description.outline, 888, dagre)), JSON.stringify(layOut(description.outline, 888, dagre)));
});

test("more sources than fit beside each other stand in two rows", () => {
  const { outline } = describe("sources", ["process a", "process b", "process c", "process d", "cpu one", "resource two"], ["a work one", "b work one", "c work one", "d work one", "d with two"]);
  const { nodes, width } = layOut(outline, 294, dagre);
  assert.equal(width, 294);
  assert.equal(new Set(nodes.filter(({ node }) => node.kind === "process").map(({ box }) => box.y)).size, 2);
});

test("a chain reads from left to right, and from top to bottom when narrow", () => {
  const outline = fixtures["bounded-queue"]?.description.outline ?? { nodes: [], edges: [] };
  const order = (/** @type {number} */ width, /** @type {"x"|"y"} */ axis) => [...layOut(outline, width, dagre).nodes].sort((a, b) => a.box[axis] - b.box[axis]).map((one) => one.node.name);
  assert.deepEqual(order(888, "x"), ["producer", "buffer", "consumer"]);
  assert.deepEqual(order(360, "y"), ["producer", "buffer", "consumer"]);
});

test("columns fold into the fewest rows, as even as can be", () => {
  assert.deepEqual(fold([100, 100, 100, 100, 100], 20, 1000), [0, 0, 0, 0, 0]);
  assert.deepEqual(fold([100, 100, 100, 100, 100, 100], 20, 580), [0, 0, 0, 1, 1, 1]);
  assert.deepEqual(fold([100, 100], 20, 50), [0, 1]);
});

test("a permit travels from its resource to who acquires it; its own release is no second link", () => {
  const { outline } = describe("permits", ["resource db", "process job"], ["job acquire db", "job release db"]);
  const [component] = componentsOf(drawnOf(outline));
  assert.deepEqual(component?.links, [{ from: "process:0", to: "resource:0", reversed: true, verbs: ["acquire"], edges: [0] }]);
});

test("a moment without connections is not drawn", () => {
  const { outline } = describe("moments", ["at 60s", "process lonely"], []);
  assert.deepEqual(layOut(outline, 888, dagre).nodes.map((one) => one.node.name), ["lonely"]);
});

test("memories come first, whatever they stand behind in the text", () => {
  const { outline } = describe("memories", ["process lonely", "memory heap"], []);
  assert.deepEqual(componentsOf(drawnOf(outline)).map(({ nodes }) => nodes[0]?.name), ["heap", "lonely"]);
});

test("an empty outline is an empty drawing", () => {
  assert.deepEqual(layOut({ nodes: [], edges: [] }, 888, dagre).nodes, []);
});

/** Processes and channels in turn, with those arrows between them. @param {number} nodes @param {ReadonlyArray<readonly [number, number]>} arrows */
const outlineOf = (nodes, arrows) => {
  const reference = (/** @type {number} */ at) => ({ kind: /** @type {Kind} */ (at % 2 === 0 ? "process" : "channel"), index: at >> 1 });
  return {
    nodes: Array.from({ length: nodes }, (_, at) => ({ ...reference(at), name: `n${at}`, line: at })),
    edges: arrows.map(([from, to]) => ({ from: reference(from), to: reference(to), verb: from % 2 === 0 ? "send" : "receive" })),
  };
};
const counted = (/** @type {number} */ count) => Array.from({ length: count }, (_, at) => at);
const random = createPrng(21);
/** From a process to a channel or back. @param {number} nodes @returns {readonly [number, number]} */
const anyArrow = (nodes) => {
  const [process, channel] = [2 * Math.floor(random() * nodes / 2), 2 * Math.floor(random() * nodes / 2) + 1];
  return random() < 0.5 ? [process, channel] : [channel, process];
};
const CROWDS = {
  "3,000 by themselves": outlineOf(3_000, []),
  "a chain of 3,000": outlineOf(3_000, counted(2_999).map((at) => [at, at + 1])),
  "one that sends to 2,000": outlineOf(4_000, counted(2_000).map((at) => [0, 2 * at + 1])),
  "each of 30 to each of 30": outlineOf(60, counted(900).map((at) => [2 * (at % 30), 2 * Math.floor(at / 30) + 1])),
  "a tangle of 1,000": outlineOf(1_000, counted(3_000).map(() => anyArrow(1_000))),
  "a tangle of 40": outlineOf(40, counted(80).map(() => anyArrow(40))),
  "a tangle of 20": outlineOf(20, counted(80).map(() => anyArrow(20))),
};
for (const [name, outline] of Object.entries(CROWDS)) {
  test(`${name}: the page's thread does not wait long for a layout, and what is left out is counted`, () => {
    for (const width of [294, 888, 1600]) {
      let work = 0;
      const spy = {
        Graph: dagre.Graph,
        layout: (/** @type {any} */ graph) => {
          work += graph.nodeCount() * (graph.edgeCount() + 1);
          return dagre.layout(graph);
        },
      };
      const { nodes, routes, left } = layOut(outline, width, spy);
      assert.ok(nodes.length <= NODES_MAX && routes.length <= LINKS_MAX, `${nodes.length} nodes, ${routes.length} links`);
      assert.equal(nodes.length + left.nodes, outline.nodes.length);
      // What is squeezed is ranked twice, and the last manner comes after all that could be afforded: 1 is about 0.09 ms.
      assert.ok(work <= 2 * 4_000 + NODES_MAX * (LINKS_MAX + 1), `dagre was given ${work} at ${width} px`);
      assert.equal(nodes.some(({ node }) => node.name === "n0"), true, "the first of the text is drawn");
    }
  });
}

test("what is drawn of too much hangs together as far as it can", () => {
  const { nodes, links, allNodes, allLinks } = drawnOf(CROWDS["a tangle of 1,000"]);
  assert.deepEqual([allNodes, nodes.length], [1_000, NODES_MAX]);
  assert.ok(links.length >= NODES_MAX - 1 && links.length <= LINKS_MAX, `${links.length} links`);
  assert.ok(allLinks > 2_000);
  assert.equal(componentsOf({ nodes, links }).length, 1);
  const few = fixtures["bounded-queue"]?.description.outline ?? { nodes: [], edges: [] };
  assert.equal(drawnOf(few).nodes.length, few.nodes.length);
});

test("a drawing of a part says so beneath it, and goes with it", () => {
  const { container, root } = createContainer(888);
  const scene = createStage(container, { title: "Crowd", outline: CROWDS["each of 30 to each of 30"] }, { reducedMotion: true }, dagre);
  assert.match(root.print(), /p .*80 of 900 connections are drawn\./);
  scene.destroy();
  assert.doesNotMatch(root.print(), /connections/);
  const crowd = createContainer(888);
  createStage(crowd.container, { title: "Crowd", outline: CROWDS["3,000 by themselves"] }, { reducedMotion: true }, dagre);
  assert.match(crowd.root.print(), /60 of 3\u202f000 things are drawn: what hangs together with the first of the text\./);
});
