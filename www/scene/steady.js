// What changes faster than the eye can follow is shown by its recent mean, what changes slowly as it is: no flicker at
// high speed, no lag at low speed. While a run stands still, all is shown as it is. Pure; time is the viewer's.

const CHANGES_MEMORY_MS = 700;
const MEAN_MEMORY_MS = 450;
// Changes per second of the viewer's at which a reading is taken for a blur, and below which it is exact again.
const FAST_ABOVE = 7;
const FAST_UNTIL = 3;
// What has not changed for so long is no blur, however fast it changed before.
const SETTLED_MS = 300;
const LONGEST_STEP_MS = 250;
// What is there for such a share of the time is not taken for nothing.
const OFTEN = 0.2;

/** @import { Tick } from "./types.js" */

/** @typedef {{ fast: boolean, mean: ReadonlyArray<number> }} Steady */
/** @typedef {Pick<Tick, "wallMs" | "stands">} Moment */

/**
 * Follows a few numbers that belong together.
 * @returns {(values: ReadonlyArray<number>, moment: Moment) => Steady}
 */
export const createSteady = () => {
  /** @type {ReadonlyArray<number>} */
  let last = [];
  /** @type {number[]} */
  let mean = [];
  let lastMs = NaN;
  let changedMs = -Infinity;
  let changes = 0;
  let fast = false;

  return (values, { wallMs, stands }) => {
    if (stands) return { fast: false, mean: values };
    const fresh = last.length !== values.length;
    const stepMs = Math.min(LONGEST_STEP_MS, Math.max(0, wallMs - lastMs || 0));
    const changed = !fresh && values.some((value, index) => value !== last[index]);
    changes = changes * Math.exp(-stepMs / CHANGES_MEMORY_MS) + (changed ? 1000 / CHANGES_MEMORY_MS : 0);
    if (changed) changedMs = wallMs;
    const settled = wallMs - changedMs > SETTLED_MS;
    fast = !settled && (fast ? changes > FAST_UNTIL : changes > FAST_ABOVE);
    const keep = Math.exp(-stepMs / MEAN_MEMORY_MS);
    mean = fresh ? [...values] : values.map((value, index) => value + ((mean[index] ?? value) - value) * keep);
    last = [...values];
    lastMs = wallMs;
    return { fast, mean };
  };
};

/**
 * A yes or no that does not flutter: while it changes fast it says what holds most of the time.
 * @returns {(value: boolean, moment: Moment) => { on: boolean, fast: boolean }}
 */
export const createSteadyFlag = () => {
  const follow = createSteady();
  let shown = false;
  return (value, moment) => {
    const { fast, mean } = follow([value ? 1 : 0], moment);
    const share = mean[0] ?? 0;
    shown = fast ? share > (shown ? 0.3 : 0.55) : value;
    return { on: shown, fast };
  };
};

/**
 * A count that does not flutter: while it changes fast, its rounded mean, and at least one if it is often more than none.
 * @returns {(value: number, moment: Moment) => number}
 */
export const createSteadyCount = () => {
  const follow = createSteady();
  return (value, moment) => {
    const { fast, mean: [recent = 0] } = follow([value], moment);
    return fast ? Math.max(Math.round(recent), recent >= OFTEN ? 1 : 0) : value;
  };
};
