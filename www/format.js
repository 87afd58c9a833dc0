/**
 * Format: quantities as people read them. Short, in the language's own units, so that what is shown can be typed.
 * Pure. Durations are nanoseconds, rates per second, sizes bytes, as in the edge.
 */

/** @import { Unit, SeriesUnit } from "./edge.js" */

/** @typedef {readonly [size: number, name: string]} Scale */

/** @type {readonly Scale[]} */
const DURATIONS = [[3.6e12, "h"], [6e10, "m"], [1e9, "s"], [1e6, "ms"], [1e3, "us"], [1, "ns"]];
/** @type {readonly Scale[]} */
const DECIMAL_BYTES = [[1e9, "GB"], [1e6, "MB"], [1e3, "KB"], [1, "B"]];
/** @type {readonly Scale[]} */
const BINARY_BYTES = [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]];
/** @type {readonly Scale[]} */
const COUNTS = [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];
/** From how many of a unit on it is used: 90s reads better than 1.5m. */
const ENOUGH = new Map([["h", 2], ["m", 2]]);
const NOTHING = "–";

/**
 * A number with so many significant digits, without an exponent and without trailing noughts.
 * @param {number} value
 * @param {number} digits
 */
export const significant = (value, digits = 3) => {
  const text = value.toPrecision(digits);
  return text.includes("e") ? String(Number(text)) : text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
};

/**
 * @param {number} value
 * @param {readonly Scale[]} scales From large to small.
 * @param {number} digits
 */
const scaled = (value, scales, digits) => {
  if (value === 0) return `0${scales.at(-1)?.[1] ?? ""}`;
  // Rounded first, so that 999.9 of one unit becomes 1 of the next and not 1000.
  const rounded = Math.max(Math.abs(value), Math.abs(Number(value.toPrecision(digits))));
  const [size, name] = scales.find(([size, name]) => rounded >= size * (ENOUGH.get(name) ?? 1)) ?? scales.at(-1) ?? [1, ""];
  return significant(value / size, digits) + name;
};

/** @param {number} ns @param {number} [digits] */
export const duration = (ns, digits = 3) => (Number.isFinite(ns) ? scaled(ns, DURATIONS, digits).replace(/^0ns$/, "0s") : NOTHING);

/** A duration that somebody wrote: in the largest unit in which it is whole, so that 1000s stays 1000s. @param {number} ns */
export const wholeDuration = (ns) => {
  const [size, name] = DURATIONS.find(([size, name]) => ns % size === 0 && ns >= size * (ENOUGH.get(name) ?? 1)) ?? [1, ""];
  return name === "" ? duration(ns) : `${ns / size}${name}`;
};

/** Sizes that are whole in KiB, or in MiB, are meant so. @param {number} bytes */
export const isBinary = (bytes) => bytes >= 1024 && bytes % 128 === 0 && (bytes % 1000 !== 0 || bytes % 2 ** 20 === 0);

/** @param {number} bytes @param {number} [digits] @param {boolean} [binary] */
export const size = (bytes, digits = 3, binary = isBinary(bytes)) =>
  (Number.isFinite(bytes) ? scaled(bytes, binary ? BINARY_BYTES : DECIMAL_BYTES, digits) : NOTHING);

/** What a rate may be given for, by its seconds. */
const TIMES = new Map([[60, "m"], [3600, "h"]]);
/** Without the noise of binary fractions. @param {number} value */
export const tidy = (value) => Number(value.toPrecision(12));

/** @param {number} perS @param {number} [digits] @param {number} [seconds] Of the time that it is given for. */
export const rate = (perS, digits = 3, seconds = 1) =>
  (Number.isFinite(perS) ? `${count(tidy(perS * seconds), digits)}/${TIMES.get(seconds) ?? "s"}` : NOTHING);

/** @param {number} share @param {number} [digits] */
export const share = (share, digits = 3) => (Number.isFinite(share) ? `${significant(share * 100, digits)}%` : NOTHING);

/** Plain numbers: below 10,000 in full, and no shorter than whole. @param {number} value @param {number} [digits] */
export const count = (value, digits = 3) => {
  if (!Number.isFinite(value)) return NOTHING;
  const nearly = digits < 4 && Math.abs(value) >= 1000 ? Math.round(value) : value;
  if (Number.isInteger(nearly) && Math.abs(nearly) < 10_000) return String(nearly);
  return Math.abs(value) < 1 ? significant(value, digits) : scaled(value, COUNTS, digits);
};

/** Whole numbers in full, for a ledger that must add up: 1 234 567. @param {number} value */
export const whole = (value) => (Number.isFinite(value) ? Math.round(value).toLocaleString("en").replaceAll(",", "\u202f") : NOTHING);

/**
 * A quantity of any unit.
 * @param {number} value
 * @param {Unit} unit
 * @param {{ percent?: boolean, seconds?: number, digits?: number }} [options] `seconds`: of the time that a rate is given for.
 */
export const quantity = (value, { time, bytes }, { percent = false, seconds = 1, digits = 6 } = {}) => {
  if (percent) return share(value, digits);
  if (time === 1 && bytes === 0) return duration(value, digits);
  if (time === -1 && bytes === 0) return rate(value, digits, seconds);
  if (time === 0 && bytes === 1) return size(value, digits);
  if (time === -1 && bytes === 1) return `${size(tidy(value * seconds), digits)}/${TIMES.get(seconds) ?? "s"}`;
  return count(value, digits);
};

/**
 * A value of a series.
 * @param {number} value
 * @param {SeriesUnit} unit
 */
export const measure = (value, unit) => {
  if (unit === "ns") return duration(value);
  if (unit === "per_s") return rate(value);
  if (unit === "bytes") return size(value);
  if (unit === "share") return share(value);
  return count(value);
};

/** @param {number} value @param {number} digits */
const padded = (value, digits) => String(value).padStart(digits, "0");

/**
 * The clock: as fine as the eye can follow at this speed, and of one width while it runs.
 * @param {number} ns
 * @param {number} speedNsPerS
 */
export const clock = (ns, speedNsPerS) => {
  if (speedNsPerS < 1e6) return `${(ns / 1e3).toFixed(speedNsPerS < 1e5 ? 2 : 0)} us`;
  if (speedNsPerS < 2e8) return `${(ns / 1e6).toFixed(speedNsPerS < 2e7 ? 2 : 0)} ms`;
  const ms = Math.floor(ns / 1e6);
  const seconds = Math.floor(ms / 1e3);
  const minutes = Math.floor(seconds / 60);
  const rest = `${padded(minutes % 60, 2)}:${padded(seconds % 60, 2)}`;
  const fraction = speedNsPerS < 3e10 ? `.${padded(ms % 1e3, 3)}` : "";
  const hours = Math.floor(minutes / 60);
  return (hours > 0 ? `${hours}:` : "") + rest + fraction;
};

/** A moment of a run: as a duration while that is short, then as the clock has it. @param {number} ns */
export const moment = (ns) => (ns < 1e11 ? duration(ns) : clock(ns, 3e10));

/** "a, b and c". @param {readonly string[]} words */
export const listed = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

/** What the page must not turn into markup or more than one line. @param {unknown} error */
export const sentence = (error) => {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, " ").trim().slice(0, 400);
};
