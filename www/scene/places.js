// The anatomy of a node: how large it is and where its body, its door and its words go, for each manner of drawing.
// On a wide page words stand above and below the body, on a narrow one beside it, or below where several share a row. Pure.

/** @import { Kind, OutlineNode } from "../edge.js" */
/** @import { Direction, Placed, Point } from "./types.js" */

import { idOf } from "./outline.js";

/** Sizes in pixels. `side`: the words stand beside the body; `room`: the width of the whole drawing; `squeezes`: nodes may stand closer than well. @typedef {{ body: number, door: number, gap: number, side: boolean, room: number, squeezes?: boolean }} Manner */

const BODY_HEIGHT = 60;
/** What is tall: lanes under one another, three lines of words, two compartments with the way back under them, rows. @type {Partial<Record<Kind, number>>} */
const TALL = { topic: 118, group: 76, queue: 110, table: 136 };
const HEAD = 21;
const FOOT = 38;
const LINE = 16;
// By so much lanes are longer than other bodies are wide, unless a narrow page has no room.
const LONGER = 36;
const CRAMPED = 100;
const TINY = 76;
// Running down, the line of waiters stands above the body.
const DOOR_HEIGHT = 22;
// Running down, what is dropped falls beside the body. Nothing falls from a table.
const FALL_WIDTH = 18;
const TEXT_GAP = 14;

const WITH_DOOR = new Set(["channel", "resource", "cpu", "queue"]);

/** @param {OutlineNode} node @param {Manner} manner @param {Direction} direction */
const doorSize = (node, manner, direction) => (!WITH_DOOR.has(node.kind) ? 0 : direction === "right" ? manner.door : DOOR_HEIGHT);

/** @param {OutlineNode} node @param {boolean} beside whether the words stand beside the body */
const fallWidth = ({ kind }, beside) => (kind === "table" && !beside ? 0 : FALL_WIDTH);

/** The body, and whether the words stand beside it: lanes are to be long. @param {OutlineNode} node @param {Manner} manner @param {Direction} direction */
const bodyOf = ({ kind }, { body, room, side }, direction) => {
  const height = TALL[kind] ?? BODY_HEIGHT;
  if (kind !== "topic") return { width: body, height, side };
  const long = side || body > CRAMPED ? Math.min(room - FALL_WIDTH, 2 * body) : body;
  return { width: direction === "right" ? body + LONGER : long, height, side: false };
};

const linesOf = (/** @type {OutlineNode} */ { kind }) => (kind === "group" ? 3 : 2);

/** The size of a node with its words and its waiting line. @param {OutlineNode} node @param {Manner} manner @param {Direction} direction */
export const sizeOf = (node, manner, direction) => {
  const door = doorSize(node, manner, direction);
  const body = bodyOf(node, manner, direction);
  const foot = FOOT + LINE * (linesOf(node) - 2);
  if (direction === "right") return { width: door + body.width, height: HEAD + body.height + foot };
  if (manner.side) return { width: manner.room, height: door + body.height + (body.side ? 0 : HEAD + foot) };
  return { width: fallWidth(node, false) + body.width, height: door + body.height + HEAD + foot };
};

/**
 * The places within a node whose corner is known.
 * @param {OutlineNode} node @param {Manner} manner @param {Direction} direction @param {Point} corner
 * @returns {Placed}
 */
export const place = (node, manner, direction, [x, y]) => {
  const size = sizeOf(node, manner, direction);
  const doorLong = doorSize(node, manner, direction);
  const rightward = direction === "right";
  const { width, height, side } = bodyOf(node, manner, direction);
  const box = { x: x + (rightward ? doorLong : fallWidth(node, manner.side)), y: y + (rightward ? HEAD : doorLong), width, height };
  const door = rightward ? { x, y: box.y, width: doorLong, height } : { x: box.x, y, width, height: doorLong };
  const outer = { x, y, ...size };
  const left = box.x + width + TEXT_GAP;
  // The name, and how far below it the lines stand: above and below the body, all below it, or all beside it.
  const below = box.y + height;
  // Under the smallest bodies words take the room beside as well.
  const under = width < TINY ? x : box.x;
  const name = /** @type {Point} */ (rightward ? [box.x, box.y - 8] : side ? [left, box.y + 16] : [under, below + 18]);
  const first = rightward ? below + 18 : name[1] + (side ? 20 : 18);
  const lines = Array.from({ length: linesOf(node) }, (_, line) => /** @type {Point} */ ([name[0], first + line * (side ? LINE + 1 : LINE)]));
  const textWidth = side && !rightward ? manner.room - FALL_WIDTH - width - TEXT_GAP : width + (rightward ? 0 : box.x - under);
  return { node, id: idOf(node), outer, box, door, direction, name, lines, textWidth };
};

/**
 * Where links leave a node and come in; with the words beside the bodies, where all bodies have their middle.
 * @param {Placed} placed @param {Manner} manner
 * @returns {{ out: Point, in: Point }}
 */
export const portsOf = ({ box, outer, direction }, { body, side }) => {
  const middle = box.x + (side ? body : box.width) / 2;
  return direction === "right"
    ? { out: [box.x + box.width, box.y + box.height / 2], in: [box.x, box.y + box.height / 2] }
    : { out: [middle, outer.y + outer.height], in: [middle, box.y] };
};
