// Places for things that stand in rows within a box: slots of a tank, permits of a pool, members of a crew, people in a
// line. Pure.

/** @import { Box, Direction, Point } from "./types.js" */

/** `cells` in order: the first is nearest the exit. @typedef {{ cells: Point[], radius: number }} Grid */

const MOST_STRETCH = 1.7;
const MOST_ROWS = 12;
const GOOD_ENOUGH = 0.88;

/**
 * As many cells as asked for, as large as fits, filled up column by column from the exit.
 * @param {Box} box @param {number} count at least 1 @param {Direction} direction @param {number} largest pitch in pixels
 * @returns {Grid}
 */
export const gridIn = (box, count, direction, largest) => {
  const [long, wide] = direction === "right" ? [box.width, box.height] : [box.height, box.width];
  const most = Math.min(count, MOST_ROWS);
  const pitchOf = (/** @type {number} */ rows) => Math.min(long / Math.ceil(count / rows), wide / rows, largest);
  const arrangements = Array.from({ length: most }, (_, index) => ({ rows: index + 1, pitch: pitchOf(index + 1) }));
  const largestPitch = Math.max(...arrangements.map((one) => one.pitch));
  // Of arrangements about as good as each other the flattest is taken, whichever way items travel.
  const flattestFirst = direction === "right" ? arrangements : arrangements.reverse();
  const best = flattestFirst.find((one) => one.pitch >= largestPitch * GOOD_ENOUGH) ?? { rows: 1, pitch: largest };
  const columns = Math.ceil(count / best.rows);
  const alongPitch = Math.min(long / columns, best.pitch * MOST_STRETCH);
  const acrossPitch = Math.min(wide / best.rows, best.pitch * MOST_STRETCH);
  const cells = Array.from({ length: count }, (_, index) => {
    const along = long / 2 + (columns / 2 - Math.floor(index / best.rows) - 0.5) * alongPitch;
    const across = wide / 2 + ((index % best.rows) + 0.5 - best.rows / 2) * acrossPitch;
    return /** @type {Point} */ (direction === "right" ? [box.x + along, box.y + across] : [box.x + across, box.y + along]);
  });
  return { cells, radius: best.pitch * 0.39 };
};

/** A box with less on every side. @param {Box} box @param {number} by @returns {Box} */
export const inset = (box, by) => ({ x: box.x + by, y: box.y + by, width: box.width - 2 * by, height: box.height - 2 * by });

/**
 * Where a line of people stands before a door: one behind the other, in a crowd when they are many.
 * @param {Box} door @param {number} count @param {Direction} direction
 * @returns {Grid}
 */
export const lineAt = (door, count, direction) => {
  const [long, wide] = direction === "right" ? [door.width, Math.min(door.height, 40)] : [door.height, door.width];
  const inSingleFile = Math.floor((direction === "right" ? long : wide / 2) / 12.5);
  if (count <= inSingleFile) {
    const cells = Array.from({ length: count }, (_, index) => singleFile(door, index, direction));
    return { cells, radius: 5 };
  }
  const pitch = 8;
  const rows = Math.floor((direction === "right" ? wide : long) / pitch);
  const files = Math.floor((direction === "right" ? long : wide) / pitch);
  const cells = Array.from({ length: Math.min(count, rows * files) }, (_, index) => crowd(door, index, rows, files, pitch, direction));
  return { cells, radius: 3.2 };
};

/** @param {Box} door @param {number} index @param {Direction} direction @returns {Point} */
const singleFile = (door, index, direction) =>
  direction === "right" ? [door.x + door.width - 8 - index * 12.5, door.y + door.height / 2] : [door.x + door.width / 2 - index * 12.5, door.y + door.height - 9];

/** @param {Box} door @param {number} index @param {number} rows @param {number} files @param {number} pitch @param {Direction} direction @returns {Point} */
const crowd = (door, index, rows, files, pitch, direction) => {
  const deep = Math.floor(index / (direction === "right" ? rows : files));
  const beside = index % (direction === "right" ? rows : files);
  // From the middle outwards: the first stands before the door.
  const swing = (beside % 2 === 0 ? 1 : -1) * Math.ceil(beside / 2) * pitch;
  return direction === "right"
    ? [door.x + door.width - 7 - deep * pitch, door.y + door.height / 2 + swing]
    : [door.x + door.width / 2 + swing, door.y + door.height - 7 - deep * pitch];
};
