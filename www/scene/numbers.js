// Numbers as the scene writes them: short, and as wide now as a moment ago, so that nothing beside them moves.
// Pure. Digits are expected to be tabular (scene.css), which makes a figure space as wide as a digit.

const FIGURE_SPACE = "\u2007";
const THIN_SPACE = "\u202f";

const shorten = (/** @type {number} */ scaled, /** @type {string} */ unit) => {
  const digits = scaled < 9.95 ? 1 : 0;
  return `${scaled.toFixed(digits)}${unit}`;
};

/**
 * A count: exact to five digits, then "123k", "1.2M", "34M", "1.2G".
 * @param {number} value at least 0; NaN gives a dash
 */
export const count = (value) => {
  if (!Number.isFinite(value)) return "–";
  const whole = Math.round(value);
  if (whole < 10_000) return String(whole);
  if (whole < 100_000) return `${Math.floor(whole / 1000)},${String(whole % 1000).padStart(3, "0")}`;
  if (whole < 999_500) return shorten(whole / 1e3, "k");
  if (whole < 999_500_000) return shorten(whole / 1e6, "M");
  return shorten(whole / 1e9, "G");
};

/**
 * A size in bytes, with a binary unit unless told otherwise.
 * @param {number} value bytes, at least 0
 * @param {boolean} [binary]
 */
export const bytes = (value, binary = true) => {
  if (!Number.isFinite(value)) return "–";
  const units = binary ? ["B", "KiB", "MiB", "GiB", "TiB"] : ["B", "KB", "MB", "GB", "TB"];
  const step = binary ? 1024 : 1000;
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(value * 1.0005) / Math.log(step)));
  const scaled = value / step ** power;
  return `${scaled.toFixed(power > 0 && scaled < 9.95 ? 1 : 0)} ${units[power] ?? "B"}`;
};

/**
 * A share as a percentage: "38 %". What is more than nothing never reads 0, what is not all never reads 100.
 * @param {number} share 0..1
 */
export const percent = (share) => {
  if (!Number.isFinite(share)) return `–${THIN_SPACE}%`;
  if (share > 0 && share < 0.01) return `<1${THIN_SPACE}%`;
  const whole = share < 1 ? Math.min(99, Math.round(share * 100)) : 100;
  return `${whole}${THIN_SPACE}%`;
};

/**
 * `text` filled up at its left with spaces as wide as digits.
 * @param {string} text
 * @param {number} width in characters
 */
export const padded = (text, width) => text.padStart(width, FIGURE_SPACE);

/**
 * The next round number (1, 2 or 5 times a power of ten) that is at least `value`: where a scale without an end stops.
 * @param {number} value
 */
export const roundUp = (value) => {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((step) => step * power >= value - 1e-9) ?? 10;
  return factor * power;
};
