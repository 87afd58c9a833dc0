/**
 * Speeds: the playback speeds to choose from, and the one to begin with. A speed is virtual nanoseconds per second
 * of the viewer's. Pure.
 */

/** @import { Description } from "./edge.js" */

const MINUTE = 60e9;
/** A run without a speed of its own takes half a minute to watch. */
const WATCHED_S = 30;
/** As the language has it for a text without `run`. */
const RUN_NS = 60e9;

const DECADES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];
/** From 1us to 50s per second in steps of 1, 2, 5, then in minutes. */
export const SPEEDS = Object.freeze([
  ...DECADES.flatMap((decade) => [decade, 2 * decade, 5 * decade]),
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE,
]);

/** The fastest speed that is no faster than `nsPerS`. @param {number} nsPerS */
export const speedAtMost = (nsPerS) => SPEEDS.findLast((speed) => speed <= nsPerS) ?? SPEEDS[0] ?? 1e9;

/** @param {Description} description */
export const defaultSpeed = ({ speed_ns_per_s: own, run_ns: run }) => own ?? speedAtMost((run ?? RUN_NS) / WATCHED_S);

/** What the seek bar spans. @param {Description} description */
export const horizonOf = ({ run_ns: run }) => run ?? RUN_NS;
