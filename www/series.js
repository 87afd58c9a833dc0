/**
 * Series: the run's history, from one array of the edge to columns to draw, and the figures that axes need. Pure.
 * Buckets are of equal width; where nothing was measured there is a gap, not a nought.
 */

/** @import { SeriesColumn } from "./edge.js" */
import { DRAWN_MAX } from "./limits.js";

/** @typedef {{ timesNs: number[], columns: Array<Array<number | null>> }} Series */

const HEAD = 3;

/**
 * @param {Float64Array} raw As `Simulation.series()` gives it.
 * @param {number} columnCount
 * @returns {Series} Times are the middles of the buckets.
 */
export const readSeries = (raw, columnCount) => {
  const [rows = 0, startNs = 0, widthNs = 0] = raw;
  const timesNs = Array.from({ length: rows }, (_, row) => startNs + (row + 0.5) * widthNs);
  const columns = Array.from({ length: columnCount }, (_, column) =>
    Array.from(raw.subarray(HEAD + column * rows, HEAD + (column + 1) * rows), (value) => (Number.isNaN(value) ? null : value)));
  return { timesNs, columns };
};

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
/** So much higher than the line a limit may be for the axis to reach up to it. */
const LIMIT_REACH = 4;

/** The next calm bound above a value, so that an axis moves seldom. @param {number} value @param {number} [least] For an empty axis. */
export const boundAbove = (value, least = 1) => {
  if (!(value > 0)) return least;
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
};

/**
 * The bound of an axis of bytes, whose limit is in sight once the line comes near it.
 * @param {number} value The highest of the line.
 * @param {number} limit NaN for none.
 * @param {boolean} binary Whether it counts in KiB.
 */
export const boundOfBytes = (value, limit, binary) => {
  const highest = limit <= value * LIMIT_REACH ? Math.max(value, limit * 1.05) : value;
  const unit = binary && highest > 1 ? 1024 ** Math.floor(Math.log(highest) / Math.log(1024)) : 1;
  return boundAbove(highest / unit) * unit;
};

/** @param {number} base */
const stepsOf = (base) => [0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * base ** power));
/** Steps of an axis of bytes. */
export const DECIMAL_STEPS = stepsOf(1000);
/** The same, counted in KiB. */
export const BINARY_STEPS = stepsOf(1024);
/** And of an axis of time, in nanoseconds: above a second as a clock counts. */
export const TIME_STEPS = [
  ...Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat(),
  ...[1e9, 6e10].flatMap((unit) => [1, 2, 5, 10, 20, 30].map((step) => step * unit)),
  ...[1, 2, 4, 12, 24, 48, 120, 240, 720].map((hours) => hours * 3.6e12),
];

/** What the axis of time spans: calm while the run grows, and never wider than the run. @param {number} nowNs @param {number} horizonNs */
export const spanOf = (nowNs, horizonNs) => {
  if (nowNs === 0) return horizonNs;
  return nowNs > horizonNs ? boundAbove(nowNs) : Math.min(horizonNs, boundAbove(nowNs));
};

/** `left`: how many more there are than are drawn. @typedef {{ title: string, columns: number[], left: number }} ChartPlan */

/** @type {Readonly<Record<string, string>>} */
const TITLES = { depth: "Depth", lag: "Lag", used: "Memory", limit: "Memory", visible: "Depth", in_flight: "Depth", in_use: "Resources", waiting: "Resources", activities: "Activities" };
/** Drawn by nothing of its own: the peaks within a bucket. */
const UNDRAWN = new Set(["max_depth", "max_lag", "highest_used"]);
/** @type {Readonly<Record<string, string>>} */
const SYSTEM_TITLES = { throughput: "Throughput", goodput: "Throughput", produced: "Throughput", p50: "Latency", p99: "Latency" };

/** Of shared variables only those of one unit can share an axis. @type {Readonly<Record<string, string>>} */
const SHARED_TITLES = { items: "Shared state", ns: "Shared times", bytes: "Shared sizes", per_s: "Shared rates" };
/** So many lines of a chart differ in colour and dash; shared variables, of which there may be many, are spread over several charts. */
export const LINES_MAX = 6;

/** @param {SeriesColumn} column */
const titleOf = ({ name, kind, unit }) => {
  if (kind === "shared") return SHARED_TITLES[unit] ?? name;
  return (kind === "cpu" ? "Cores" : kind === "system" ? SYSTEM_TITLES[name] : TITLES[name]) ?? name;
};

/** The order in which charts are read; what is unknown comes last. */
const ORDER = ["Depth", "Lag", "Throughput", "Latency", ...Object.values(SHARED_TITLES), "Resources", "Cores", "Memory", "Activities"];
/** Where nothing is stored, what is shared is what there is to see. */
const ORDER_WITHOUT_STORES = [...Object.values(SHARED_TITLES), ...ORDER];

/** @param {ChartPlan} plan @returns {ChartPlan[]} */
const spread = ({ title, columns, left }) => {
  const charts = Object.values(SHARED_TITLES).includes(title) ? Math.ceil(columns.length / LINES_MAX) : 1;
  if (charts === 1) return [{ title, columns, left }];
  const from = (/** @type {number} */ chart) => Math.round(chart * columns.length / charts);
  // What is left out is said once, of the last.
  return Array.from({ length: charts }, (_, chart) =>
    ({ title: `${title}, ${chart + 1} of ${charts}`, columns: columns.slice(from(chart), from(chart + 1)), left: chart === charts - 1 ? left : 0 }));
};

/** Whether a scenario can have items; an engine that does not say so thought of none without. @param {{ makes_items?: boolean }} description */
export const makesItems = ({ makes_items: makes = true }) => makes;

/**
 * Which columns go into which chart: what later engines measure gets a chart under its own name.
 * @param {readonly SeriesColumn[]} columns
 * @param {boolean} [hasItems] Without them there is no throughput and no latency to draw.
 * @returns {ChartPlan[]}
 */
export const planCharts = (columns, hasItems = true) => {
  /** @type {Map<string, number[]>} */
  const plans = new Map();
  columns.forEach((column, index) => {
    if (UNDRAWN.has(column.name) || (column.kind === "system" && !hasItems)) return;
    const title = titleOf(column);
    const own = plans.get(title);
    if (own) own.push(index);
    else plans.set(title, [index]);
  });
  const order = plans.has("Depth") || plans.has("Lag") ? ORDER : ORDER_WITHOUT_STORES;
  /** @param {ChartPlan} plan */
  const rankOf = ({ title }) => (order.includes(title) ? order.indexOf(title) : order.length);
  return Array.from(plans, ([title, columns]) => ({ title, columns: columns.slice(0, DRAWN_MAX), left: Math.max(0, columns.length - DRAWN_MAX) }))
    .sort((a, b) => rankOf(a) - rankOf(b)).flatMap(spread);
};

/** At most `most` rows spread over all, the last one always among them. @param {number} rows @param {number} most */
export const sampleRows = (rows, most) => {
  const count = Math.min(rows, most);
  return Array.from({ length: count }, (_, at) => Math.round((at + 1) * rows / count) - 1);
};
