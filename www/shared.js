/** Shared: what all activities share, in words: a variable's value in its unit, or how many entries a table has. Pure. */

/** @import { SharedVariable, Unit } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
import { quantity, whole } from "./format.js";

/** How long a change is marked, in the viewer's time. */
const MARKED_MS = 700;

/** @typedef {{ value: string, writes: string, isFresh: boolean }} Standing `isFresh`: it changed a moment ago. */

/** Plain whole numbers in full: who counts wants to see the one that is missing. @param {number} value @param {Unit} unit */
export const valueText = (value, unit) =>
  (unit.time === 0 && unit.bytes === 0 && Number.isInteger(value) && Math.abs(value) < 1e9 ? whole(value) : quantity(value, unit, { digits: 4 }));

/** @param {number} number @param {string} one @param {string} many */
const several = (number, one, many) => `${whole(number)} ${number === 1 ? one : many}`;

/**
 * Follows the variables from frame to frame. Marks go with frames: while a run stands still, they show what it did last.
 * @param {readonly SharedVariable[]} variables
 * @returns {(reader: FrameReader, wallMs: number) => Standing[]}
 */
export const createShared = (variables) => {
  let lastNs = Number.NaN;
  const seen = variables.map(() => ({ value: "", changedMs: -Infinity }));
  return (reader, wallMs) => {
    const nowNs = reader.header("time_ns");
    // What a run did before its first frame, or before where it was taken back to, nobody saw.
    const goesOn = nowNs >= lastNs;
    lastNs = nowNs;
    return variables.map(({ unit, per_key: isTable }, index) => {
      /** @param {string} field */
      const read = (field) => reader.value("shared", index, field);
      const value = isTable ? several(read("entries"), "entry", "entries") : valueText(read("value"), unit);
      const before = seen[index];
      const changedMs = !goesOn ? -Infinity : value === before?.value ? before.changedMs : wallMs;
      seen[index] = { value, changedMs };
      return { value, writes: several(read("writes"), "write", "writes"), isFresh: wallMs - changedMs < MARKED_MS };
    });
  };
};
