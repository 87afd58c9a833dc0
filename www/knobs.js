/**
 * Knobs: the values that a slider stops at. Each stop is a tidy number, so one press of an arrow key is always one
 * visible step, on a logarithmic slider too. Pure.
 */

/** @import { Knob } from "./edge.js" */
import { tidy } from "./format.js";

/** Stops of an even slider at most; a knob with more gets wider steps. */
const STOPS_MAX = 240;
const NANOSECONDS_PER_MINUTE = 6e10;

/** The smallest of 1, 2, 5 times a power of ten that is at least `least`. @param {number} least */
export const roundStep = (least) => {
  const power = 10 ** Math.floor(Math.log10(least));
  return tidy(([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power);
};

/**
 * Multiples of `step` counted from `origin`, strictly inside the knob's range.
 * @param {Knob} knob @param {number} step @param {number} origin
 */
const even = ({ from, to }, step, origin) => {
  const first = Math.floor((from - origin) / step) + 1;
  const count = Math.max(0, Math.ceil((to - origin) / step) - first);
  return Array.from({ length: count }, (_, at) => tidy(origin + (first + at) * step));
};

/** Two significant digits in each decade. @param {Knob} knob */
const decades = ({ from, to }) => {
  const powers = Array.from({ length: Math.ceil(Math.log10(to / from)) + 1 }, (_, at) => 10 ** (Math.floor(Math.log10(from)) + at));
  return powers.flatMap((power) => Array.from({ length: 90 }, (_, at) => tidy(power * (10 + at) / 10)));
};

/** Eighths of each octave, for sizes in KiB and MiB. @param {Knob} knob */
const octaves = ({ from, to }) => {
  const lowest = Math.floor(Math.log2(from));
  const powers = Array.from({ length: Math.ceil(Math.log2(to)) - lowest + 1 }, (_, at) => 2 ** (lowest + at));
  return powers.flatMap((power) => Array.from({ length: 8 }, (_, at) => power * (1 + at / 8)));
};

/** @param {Knob} knob */
const isBinary = ({ from, to, unit }) => unit.bytes === 1 && (from % 1024 === 0 || to % 1024 === 0);

/** @param {Knob} knob */
const evenStep = ({ from, to, step, whole }) => {
  if (step !== null && step > 0) return step;
  const least = (to - from) / STOPS_MAX;
  return whole ? Math.max(1, roundStep(least)) : roundStep(least);
};

/** Long durations step in whole minutes or tens of seconds, not in powers of ten of a nanosecond. @param {Knob} knob @param {number} step */
const naturalStep = ({ unit }, step) =>
  unit.time === 1 && unit.bytes === 0 && step >= NANOSECONDS_PER_MINUTE
    ? Math.ceil(step / NANOSECONDS_PER_MINUTE) * NANOSECONDS_PER_MINUTE
    : step;

/** @param {Knob} knob */
const inner = (knob) => {
  if (knob.log && knob.from > 0) {
    const stops = isBinary(knob) ? octaves(knob) : decades(knob);
    return knob.whole ? stops.filter(Number.isInteger) : stops;
  }
  if (knob.step !== null && knob.step > 0) return even(knob, knob.step, knob.from);
  return even(knob, naturalStep(knob, evenStep(knob)), 0);
};

/** A rate as the text wrote it, so that its stops are tidy there. @param {Knob} knob @returns {Knob} */
const asWritten = (knob) => {
  /** @param {number} value */
  const times = (value) => tidy(value * knob.per_s);
  return { ...knob, from: times(knob.from), to: times(knob.to), value: times(knob.value), step: knob.step && times(knob.step), per_s: 1 };
};

/**
 * All values that the slider offers, rising: both ends, the value that the text gives, and tidy ones between.
 * @param {Knob} knob
 * @returns {number[]}
 */
export const knobStops = (knob) => {
  if (knob.per_s !== 1) return knobStops(asWritten(knob)).map((stop) => stop / knob.per_s);
  const { from, to, value } = knob;
  const inside = [...inner(knob), value].filter((stop) => stop > from && stop < to);
  return [...new Set([from, ...inside, to])].sort((a, b) => a - b);
};

/**
 * The stop nearest to a value, by ratio on a logarithmic knob.
 * @param {readonly number[]} stops Rising, at least one.
 * @param {number} value
 * @param {boolean} log
 */
export const nearestStop = (stops, value, log) => {
  const above = stops.findIndex((stop) => stop >= value);
  if (above === -1) return stops.length - 1;
  if (above === 0) return 0;
  const high = stops[above] ?? value;
  const low = stops[above - 1] ?? value;
  const isNearerLow = log && low > 0 ? value * value < low * high : value - low < high - value;
  return isNearerLow ? above - 1 : above;
};

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
  const value = moved[knob.name];
  const isStill = given === null || given[knob.name] === knob.value;
  return value !== undefined && isStill ? [[knob.name, clampKnob(knob, value)]] : [];
}));
