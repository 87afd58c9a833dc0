// The anatomy of a node: how large it is and where its body, its door and its words go, for each manner of drawing.
// On a wide page words stand above and below the body, on a narrow one beside it, or below where several share a row. Pure.

/** @import { OutlineNode } from "../edge.js" */
/** @import { Direction, Placed, Point } from "./types.js" */

import { idOf } from "./outline.js";

/** Sizes in pixels. `side`: the words stand beside the body; `room`: the width of the whole drawing. @typedef {{ body: number, door: number, gap: number, side: boolean, room: number }} Manner */

const BODY_HEIGHT = 60;
const HEAD = 21;
const FOOT = 38;
// Running down, the line of waiters stands above the body.
const DOOR_HEIGHT = 22;
// Running down, what is dropped falls beside the body.
const FALL_WIDTH = 18;
const TEXT_GAP = 14;

const WITH_DOOR = new Set(["channel", "resource", "cpu", "queue"]);

/** @param {OutlineNode} node @param {Manner} manner @param {Direction} direction */
const doorSize = (node, manner, direction) => (!WITH_DOOR.has(node.kind) ? 0 : direction === "right" ? manner.door : DOOR_HEIGHT);

/** The size of a node with its words and its waiting line. @param {OutlineNode} node @param {Manner} manner @param {Direction} direction */
export const sizeOf = (node, manner, direction) => {
  const door = doorSize(node, manner, direction);
  if (direction === "right") return { width: door + manner.body, height: HEAD + BODY_HEIGHT + FOOT };
  if (manner.side) return { width: manner.room, height: door + BODY_HEIGHT };
  return { width: FALL_WIDTH + manner.body, height: door + BODY_HEIGHT + HEAD + FOOT };
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
  const box = rightward
    ? { x: x + doorLong, y: y + HEAD, width: manner.body, height: BODY_HEIGHT }
    : { x: x + FALL_WIDTH, y: y + doorLong, width: manner.body, height: BODY_HEIGHT };
  const door = rightward ? { x, y: box.y, width: doorLong, height: BODY_HEIGHT } : { x: box.x, y, width: manner.body, height: doorLong };
  const outer = { x, y, ...size };
  const words = wordsOf(box, manner, direction);
  return { node, id: idOf(node), outer, box, door, direction, ...words };
};

/**
 * @param {{ x: number, y: number }} box @param {Manner} manner @param {Direction} direction
 * @returns {Pick<Placed, "name"|"lines"|"textWidth">}
 */
const wordsOf = (box, manner, direction) => {
  const below = box.y + BODY_HEIGHT;
  if (direction === "right") return { name: [box.x, box.y - 8], lines: [[box.x, below + 18], [box.x, below + 34]], textWidth: manner.body };
  if (!manner.side) return { name: [box.x, below + 18], lines: [[box.x, below + 36], [box.x, below + 52]], textWidth: manner.body };
  const left = box.x + manner.body + TEXT_GAP;
  return { name: [left, box.y + 16], lines: [[left, box.y + 36], [left, box.y + 53]], textWidth: manner.room - FALL_WIDTH - manner.body - TEXT_GAP };
};

/** Where links leave a node and come in. @param {Placed} placed @param {Manner} manner @returns {{ out: Point, in: Point }} */
export const portsOf = ({ box, outer, direction }, manner) =>
  direction === "right"
    ? { out: [box.x + box.width, box.y + box.height / 2], in: [box.x, box.y + box.height / 2] }
    : { out: [box.x + box.width / 2, manner.side ? box.y + box.height : outer.y + outer.height], in: [box.x + box.width / 2, box.y] };
