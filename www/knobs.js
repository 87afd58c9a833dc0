/**
 * Knobs: the values that a slider stops at. Each stop is a tidy number, so one press of an arrow key is always one
 * visible step, on a logarithmic slider too. Pure.
 */

/** @import { Knob } from "./edge.js" */
import { tidy } from "./format.js";

/** Stops of an even slider at most; a knob with more gets wider steps. */
const STOPS_MAX = 240;
/** The same where the text gives the step: more than a screen can tell apart, and few enough to be counted. */
const STOPS_GIVEN_MAX = 1e9;
const NANOSECONDS_PER_MINUTE = 6e10;

/** The smallest of 1, 2, 5 times a power of ten that is at least `least`. @param {number} least */
export const roundStep = (least) => {
  const power = 10 ** Math.floor(Math.log10(least));
  return tidy(([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power);
};

/**
 * The first whole number from `low` on that holds, and `high` if none below it does. Once one holds, all after it do.
 * @param {number} low @param {number} high @param {(index: number) => boolean} holds
 */
const firstOf = (low, high, holds) => {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = from + Math.floor((to - from) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
};

/**
 * Numbers that rise with their index, for as long as one likes; the range of the knob lies between those of `low` and `high`.
 * @typedef {{ low: number, high: number, at: (index: number) => number }} Ruler
 */

/** Multiples of `step` counted from `origin`. @param {Knob} knob @param {number} step @param {number} origin @returns {Ruler} */
const even = ({ from, to }, step, origin) => ({
  low: Math.floor((from - origin) / step) + 1,
  high: Math.max(Math.floor((from - origin) / step) + 1, Math.ceil((to - origin) / step)),
  at: (index) => tidy(origin + index * step),
});

/** Two significant digits in each decade. @param {Knob} knob @returns {Ruler} */
const decades = ({ from, to }) => ({
  low: 90 * (Math.floor(Math.log10(from)) - 1),
  high: 90 * (Math.ceil(Math.log10(to)) + 1),
  at: (index) => {
    const power = Math.floor(index / 90);
    return tidy(10 ** power * (10 + index - 90 * power) / 10);
  },
});

/** Eighths of each octave, for sizes in KiB and MiB. @param {Knob} knob @returns {Ruler} */
const octaves = ({ from, to }) => ({
  low: 8 * (Math.floor(Math.log2(from)) - 1),
  high: 8 * (Math.ceil(Math.log2(to)) + 1),
  at: (index) => {
    const power = Math.floor(index / 8);
    return 2 ** power * (1 + (index - 8 * power) / 8);
  },
});

/** Of such a ruler the whole numbers: one after the other up to `least`, and from there on, where all of them are whole. @param {Ruler} ruler @param {number} least */
const wholeOf = ({ low, high, at }, least) => {
  const start = firstOf(Math.min(0, low), Math.max(0, high), (index) => at(index) >= least);
  return { low: 0, high: Math.max(least, high - start + least), at: (/** @type {number} */ index) => (index < least ? index : at(start + index - least)) };
};

/** @param {Knob} knob */
const isBinary = ({ from, to, unit }) => unit.bytes === 1 && (from % 1024 === 0 || to % 1024 === 0);

/** How far apart so many stops would stand. @param {Knob} knob @param {number} stops */
const apart = ({ from, to }, stops) => to / stops - from / stops;

/** @param {Knob} knob */
const evenStep = (knob) => {
  const least = apart(knob, STOPS_MAX);
  return knob.whole ? Math.max(1, roundStep(least)) : roundStep(least);
};

/** The step that the text gives, or so many of it that an index is a number which is exact. @param {Knob} knob @param {number} step */
const givenStep = (knob, step) => {
  const least = apart(knob, STOPS_GIVEN_MAX);
  if (step >= least) return step;
  return Number.isFinite(least / step) ? step * roundStep(least / step) : roundStep(least);
};

/** Long durations step in whole minutes or tens of seconds, not in powers of ten of a nanosecond. @param {Knob} knob @param {number} step */
const naturalStep = ({ unit }, step) =>
  unit.time === 1 && unit.bytes === 0 && step >= NANOSECONDS_PER_MINUTE
    ? Math.ceil(step / NANOSECONDS_PER_MINUTE) * NANOSECONDS_PER_MINUTE
    : step;

/** @param {Knob} knob @returns {Ruler} */
const rulerOf = (knob) => {
  if (knob.log && knob.from > 0) {
    const [ruler, least] = isBinary(knob) ? [octaves(knob), 8] : [decades(knob), 10];
    return knob.whole ? wholeOf(ruler, least) : ruler;
  }
  if (knob.step !== null && knob.step > 0) return even(knob, givenStep(knob, knob.step), knob.from);
  return even(knob, naturalStep(knob, evenStep(knob)), 0);
};

/** A rate as the text wrote it, so that its stops are tidy there. @param {Knob} knob @returns {Knob} */
const asWritten = (knob) => {
  /** @param {number} value */
  const times = (value) => tidy(value * knob.per_s);
  return { ...knob, from: times(knob.from), to: times(knob.to), value: times(knob.value), step: knob.step && times(knob.step), per_s: 1 };
};

/** What a slider offers, rising. Worked out one by one: a text may ask for more than a list can hold. @typedef {{ count: number, at: (index: number) => number }} Stops */

/** The tidy ones strictly between both ends. @param {Knob} knob @returns {Stops} */
const innerStops = (knob) => {
  const { low, high, at } = rulerOf(knob);
  const first = firstOf(low, high, (index) => at(index) > knob.from);
  const end = firstOf(first, high, (index) => at(index) >= knob.to);
  return { count: end - first, at: (index) => at(first + index) };
};

/**
 * All values that the slider offers: both ends, the value that the text gives, and tidy ones between.
 * @param {Knob} knob
 * @returns {Stops}
 */
export const knobStops = (knob) => {
  if (knob.per_s !== 1) {
    const { count, at } = knobStops(asWritten(knob));
    return { count, at: (index) => at(index) / knob.per_s };
  }
  const { from, to, value } = knob;
  if (!(from < to)) return { count: 1, at: () => from };
  const inner = innerStops(knob);
  const place = firstOf(0, inner.count, (index) => inner.at(index) >= value);
  const isBetween = value > from && value < to && !(place < inner.count && inner.at(place) === value);
  const last = inner.count + (isBetween ? 2 : 1);
  return {
    count: last + 1,
    at: (index) => {
      if (index <= 0) return from;
      if (index >= last) return to;
      if (isBetween && index - 1 === place) return value;
      return inner.at(isBetween && index - 1 > place ? index - 2 : index - 1);
    },
  };
};

/**
 * The index of the stop nearest to a value, by ratio on a logarithmic knob.
 * @param {Stops} stops At least one.
 * @param {number} value
 * @param {boolean} log
 */
export const nearestStop = ({ count, at }, value, log) => {
  const above = firstOf(0, count, (index) => at(index) >= value);
  if (above === count) return count - 1;
  if (above === 0) return 0;
  const [low, high] = [at(above - 1), at(above)];
  const isNearerLow = log && low > 0 ? value * value < low * high : value - low < high - value;
  return isNearerLow ? above - 1 : above;
};

/**
 * A knob's value among those that were moved. A text may name its knob as something that every object has: `constructor`.
 * @param {Record<string, number>} values By name.
 * @param {string} name
 */
export const valueIn = (values, name) => (Object.hasOwn(values, name) ? values[name] : undefined);

/** @param {Knob} knob @param {number} value */
export const clampKnob = (knob, value) => {
  const clamped = Math.min(knob.to, Math.max(knob.from, value));
  return knob.whole ? Math.round(clamped) : clamped;
};

/** What a text gives to its knobs, by name. @param {readonly Knob[]} knobs @returns {Record<string, number>} */
export const givenBy = (knobs) => Object.fromEntries(knobs.map(({ name, value }) => [name, value]));

/**
 * Knobs that the reader moved and that stay moved: those that the text has. After an edit, only those to which the text
 * still gives the same value; whoever writes a new value into the text means it.
 * @param {Record<string, number>} moved By name.
 * @param {Record<string, number> | null} given What the text before the edit gave; null if this is no edit.
 * @param {readonly Knob[]} knobs
 * @returns {Record<string, number>}
 */
export const keptKnobs = (moved, given, knobs) => Object.fromEntries(knobs.flatMap((knob) => {
  const value = valueIn(moved, knob.name);
  const isStill = given === null || valueIn(given, knob.name) === knob.value;
  return value !== undefined && isStill ? [[knob.name, clampKnob(knob, value)]] : [];
}));
