// The outlines of a channel's tank as path data: walls with a door where items come in and another where they leave.
// Written once along and across the way of travel, turned for either direction. Pure.

/** @import { Box, Direction } from "./types.js" */

const CORNER = 9;
const DOOR = 24;

/** Turns places along and across into text. @param {Box} box @param {Direction} direction */
const turner = (box, direction) => {
  const [long, wide] = direction === "right" ? [box.width, box.height] : [box.height, box.width];
  const at = (/** @type {number} */ along, /** @type {number} */ across) => (direction === "right" ? `${box.x + along} ${box.y + across}` : `${box.x + across} ${box.y + along}`);
  return { long, wide, at };
};

/** The end where items leave, as far back as `from`. @param {ReturnType<typeof turner>} turn @param {number} from */
const exitEnd = ({ long, wide, at }, from) => {
  const [near, far] = [wide / 2 - DOOR / 2, wide / 2 + DOOR / 2];
  return (
    `M${at(from, 0)}L${at(long - CORNER, 0)}Q${at(long, 0)} ${at(long, CORNER)}L${at(long, near)}` +
    `M${at(long, far)}L${at(long, wide - CORNER)}Q${at(long, wide)} ${at(long - CORNER, wide)}L${at(from, wide)}`
  );
};

/** Walls all round but for the doors. @param {Box} box @param {Direction} direction */
export const closedWalls = (box, direction) => {
  const turn = turner(box, direction);
  const { wide, at } = turn;
  const [near, far] = [wide / 2 - DOOR / 2, wide / 2 + DOOR / 2];
  const entry = `M${at(CORNER, 0)}Q${at(0, 0)} ${at(0, CORNER)}L${at(0, near)}M${at(0, far)}L${at(0, wide - CORNER)}Q${at(0, wide)} ${at(CORNER, wide)}`;
  return exitEnd(turn, CORNER) + entry;
};

/** No wall at the entry: what has no limit is open at that end. @param {Box} box @param {Direction} direction @returns {{ walls: string, fading: string }} */
export const openWalls = (box, direction) => {
  const turn = turner(box, direction);
  const { long, wide, at } = turn;
  const solid = long * 0.45;
  return { walls: exitEnd(turn, solid), fading: `M${at(solid, 0)}L${at(0, 0)}M${at(solid, wide)}L${at(0, wide)}` };
};

/** A doorway and nothing else: no room to stay in. @param {Box} box @param {Direction} direction */
export const doorway = (box, direction) => {
  const { long, wide, at } = turner(box, direction);
  const middle = long / 2;
  const [near, far] = [wide / 2 - DOOR / 2, wide / 2 + DOOR / 2];
  const post = (/** @type {number} */ along) => `M${at(along, 4)}L${at(along, near)}M${at(along, far)}L${at(along, wide - 4)}`;
  const sill = (/** @type {number} */ across) => `M${at(middle - 4, across)}L${at(middle + 4, across)}`;
  return post(middle - 4) + post(middle + 4) + sill(near) + sill(far) + sill(4) + sill(wide - 4);
};

/** The way to a doorway and on from it. @param {Box} box @param {Direction} direction */
export const throughDoorway = (box, direction) => {
  const { long, wide, at } = turner(box, direction);
  return `M${at(0, wide / 2)}L${at(long / 2 - 8, wide / 2)}M${at(long / 2 + 8, wide / 2)}L${at(long, wide / 2)}`;
};

/** The gate across the way in. @param {Box} box @param {Direction} direction */
export const gate = (box, direction) => {
  const { wide, at } = turner(box, direction);
  return `M${at(0, wide / 2 - DOOR / 2)}L${at(0, wide / 2 + DOOR / 2)}`;
};

/** Water whose surface is a wave, wider than the tank by one wave so that it can drift. @param {Box} box @param {number} height of the waves */
export const wave = (box, height) => {
  const length = 28;
  const count = Math.ceil(box.width / length) + 1;
  let d = `M${box.x - length} 0`;
  for (let index = 0; index <= count; index += 1) d += `q${length / 4} ${-height} ${length / 2} 0t${length / 2} 0`;
  return { d, close: `V${box.height + 4}H${box.x - length}Z`, length };
};
