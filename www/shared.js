/** Shared: what all activities share, in words: a variable's value in its unit, or how many entries a table has. Pure. */

/** @import { SharedVariable, Unit } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
import { quantity, whole } from "./format.js";

/** How long a change is marked, in the viewer's time. */
const MARKED_MS = 700;

/** `isFresh`: it changed a moment ago. @typedef {{ text: string, isFresh: boolean }} Standing */

/** Plain whole numbers in full: who counts wants to see the one that is missing. @param {number} value @param {Unit} unit @param {number} [digits] */
export const valueText = (value, unit, digits = 4) =>
  (unit.time === 0 && unit.bytes === 0 && Number.isInteger(value) && Math.abs(value) < 1e9 ? whole(value) : quantity(value, unit, { digits }));

/** @param {number} entries */
export const entriesText = (entries) => `${whole(entries)} ${entries === 1 ? "entry" : "entries"}`;

/**
 * Follows the variables from frame to frame. Marks go with frames: while a run stands still, they show what it did last.
 * @param {readonly SharedVariable[]} variables
 * @returns {(reader: FrameReader, wallMs: number) => Standing[]}
 */
export const createShared = (variables) => {
  let lastNs = Number.NaN;
  /** @type {Array<{ text: string, changedMs: number }>} */
  const seen = [];
  return (reader, wallMs) => {
    const nowNs = reader.header("time_ns");
    // What a run did before its first frame, or before where it was taken back to, nobody saw.
    const goesOn = nowNs >= lastNs;
    lastNs = nowNs;
    return variables.map(({ unit, per_key: isTable }, index) => {
      const text = isTable ? entriesText(reader.value("shared", index, "entries")) : valueText(reader.value("shared", index, "value"), unit);
      const before = seen[index];
      const changedMs = !goesOn ? -Infinity : text === before?.text ? before.changedMs : wallMs;
      seen[index] = { text, changedMs };
      return { text, isFresh: wallMs - changedMs < MARKED_MS };
    });
  };
};
