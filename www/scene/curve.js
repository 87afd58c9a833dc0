// Curves as data: smooth ones through points, and square ones with rounded corners, measured once so that a dot can be
// put anywhere on them without asking the browser. Pure.

/** @import { Curve, Direction, Point } from "./types.js" */

const STEPS_PER_BEND = 14;

const short = (/** @type {number} */ value) => String(Math.round(value * 10) / 10);
const pair = (/** @type {Point} */ point) => `${short(point[0])} ${short(point[1])}`;

/**
 * @param {string} d
 * @param {ReadonlyArray<Point>} points fine enough to be taken for the curve
 * @returns {Curve}
 */
const measured = (d, points) => {
  const reach = [0];
  for (let i = 1; i < points.length; i += 1) {
    const [ax, ay] = points[i - 1] ?? [0, 0];
    const [bx, by] = points[i] ?? [0, 0];
    reach.push((reach[i - 1] ?? 0) + Math.hypot(bx - ax, by - ay));
  }
  const length = reach[reach.length - 1] ?? 0;
  const at = (/** @type {number} */ share) => {
    const wanted = Math.min(1, Math.max(0, share)) * length;
    let i = 1;
    while (i < reach.length - 1 && (reach[i] ?? 0) < wanted) i += 1;
    const [ax, ay] = points[i - 1] ?? [0, 0];
    const [bx, by] = points[i] ?? [ax, ay];
    const from = reach[i - 1] ?? 0;
    const part = (reach[i] ?? from) - from;
    const within = part > 0 ? (wanted - from) / part : 0;
    return { x: ax + (bx - ax) * within, y: ay + (by - ay) * within, angle: (Math.atan2(by - ay, bx - ax) * 180) / Math.PI };
  };
  return { d, length, at };
};

const bezier = (/** @type {Point} */ a, /** @type {Point} */ b, /** @type {Point} */ c, /** @type {Point} */ d, /** @type {number} */ t) => {
  const u = 1 - t;
  const weigh = (/** @type {0|1} */ axis) =>
    u * u * u * a[axis] + 3 * u * u * t * b[axis] + 3 * u * t * t * c[axis] + t * t * t * d[axis];
  return /** @type {Point} */ ([weigh(0), weigh(1)]);
};

/**
 * A curve through the points that leaves and enters each of them in the direction of travel.
 * @param {ReadonlyArray<Point>} points at least two
 * @param {Direction} direction
 * @returns {Curve}
 */
export const smooth = (points, direction) => {
  const first = points[0] ?? [0, 0];
  let d = `M${pair(first)}`;
  /** @type {Point[]} */
  const fine = [first];
  for (let i = 1; i < points.length; i += 1) {
    const a = points[i - 1] ?? first;
    const b = points[i] ?? first;
    const straight = direction === "right" ? Math.abs(a[1] - b[1]) < 0.5 : Math.abs(a[0] - b[0]) < 0.5;
    if (straight) {
      d += `L${pair(b)}`;
      fine.push(b);
      continue;
    }
    /** @type {Point} */
    const leave = direction === "right" ? [(a[0] + b[0]) / 2, a[1]] : [a[0], (a[1] + b[1]) / 2];
    /** @type {Point} */
    const enter = direction === "right" ? [(a[0] + b[0]) / 2, b[1]] : [b[0], (a[1] + b[1]) / 2];
    d += `C${pair(leave)} ${pair(enter)} ${pair(b)}`;
    for (let step = 1; step <= STEPS_PER_BEND; step += 1) fine.push(bezier(a, leave, enter, b, step / STEPS_PER_BEND));
  }
  return measured(d, fine);
};

const towards = (/** @type {Point} */ from, /** @type {Point} */ to, /** @type {number} */ distance) => {
  const span = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const share = span > 0 ? Math.min(1, distance / span) : 0;
  return /** @type {Point} */ ([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]);
};

/**
 * Straight lines through the points with rounded corners.
 * @param {ReadonlyArray<Point>} points at least two
 * @param {number} radius of the corners, in pixels; less where the lines are short
 * @returns {Curve}
 */
export const square = (points, radius) => {
  const first = points[0] ?? [0, 0];
  let d = `M${pair(first)}`;
  /** @type {Point[]} */
  const fine = [first];
  for (let i = 1; i < points.length - 1; i += 1) {
    const corner = points[i] ?? first;
    const before = points[i - 1] ?? first;
    const after = points[i + 1] ?? first;
    const room = Math.min(radius, Math.hypot(corner[0] - before[0], corner[1] - before[1]) / 2, Math.hypot(after[0] - corner[0], after[1] - corner[1]) / 2);
    const start = towards(corner, before, room);
    const end = towards(corner, after, room);
    d += `L${pair(start)}Q${pair(corner)} ${pair(end)}`;
    for (let step = 0; step <= 6; step += 1) fine.push(bezier(start, towards(start, corner, room * (2 / 3)), towards(end, corner, room * (2 / 3)), end, step / 6));
  }
  const last = points[points.length - 1] ?? first;
  fine.push(last);
  return measured(`${d}L${pair(last)}`, fine);
};
