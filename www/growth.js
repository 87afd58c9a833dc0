/**
 * Growth: what keeps filling, as the run's history shows it. Only a straight rise that lasts is said to be one: a queue
 * that comes and goes is none. Pure.
 */

/** @import { Description } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
/** @import { Series } from "./series.js" */
import { isBinary, listed, significant, size, whole } from "./format.js";
import { nodeOf } from "./outline-index.js";

const ROWS_MIN = 12;
const ITEMS_MIN = 20;
/** How much of the movement a straight line must explain, and how much of what is there must be new. */
const STRAIGHT = 0.9;
const NEW_MIN = 0.05;
const NAMED_MAX = 3;

/**
 * How fast something rises over the latter half of its history.
 * @param {readonly number[]} timesNs
 * @param {ReadonlyArray<number | null>} values
 * @returns {number} Per second; 0 for what does not keep rising.
 */
export const growthPerS = (timesNs, values) => {
  const from = Math.floor(timesNs.length / 2);
  const rows = timesNs.slice(from).map((ns, at) => ({ x: ns / 1e9, y: values[from + at] ?? 0 }));
  if (rows.length < ROWS_MIN) return 0;
  const mean = (/** @type {(row: { x: number, y: number }) => number} */ of) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const [x, y] = [mean((row) => row.x), mean((row) => row.y)];
  const both = mean((row) => (row.x - x) * (row.y - y));
  const [spreadX, spreadY] = [mean((row) => (row.x - x) ** 2), mean((row) => (row.y - y) ** 2)];
  const slope = both / spreadX;
  const rise = slope * ((rows.at(-1)?.x ?? 0) - (rows[0]?.x ?? 0));
  const isStraight = both * both >= STRAIGHT * spreadX * spreadY;
  return slope > 0 && isStraight && rise >= NEW_MIN * y ? slope : 0;
};

/** In the unit in which it is about one at least. @param {number} perS */
const pace = (perS) => {
  const [times, unit] = perS >= 0.95 ? [1, "second"] : perS * 60 >= 0.95 ? [60, "minute"] : [3600, "hour"];
  return `${significant(perS * times, 2)} a ${unit}`;
};

/** The columns that may rise; nothing of what has a wall, which stops it. */
const RISING = new Set(["channel depth", "queue visible", "group lag", "memory used"]);

/** What an endless channel holds; nothing of one with a wall. @param {FrameReader} reader @param {number} index */
const heldIn = (reader, index) => {
  /** @param {string} field */
  const read = (field) => reader.value("channel", index, field);
  const isOpen = read("capacity") < 0 || read("high_water") === 1;
  if (!isOpen || !(read("depth") >= ITEMS_MIN)) return "";
  return read("counts_bytes") === 1 ? size(read("level")) : `${whole(read("depth"))} items`;
};

/** What waits in a leased queue; nothing of one for dead letters, which nobody is meant to take. @param {FrameReader} reader @param {number} index @param {ReadonlySet<number>} graves */
const visibleIn = (reader, index, graves) => {
  const visible = reader.value("queue", index, "visible");
  return visible >= ITEMS_MIN && !graves.has(index) ? `${whole(visible)} messages` : "";
};

/** @param {FrameReader} reader @param {number} index */
const usedOf = (reader, index) => {
  const [used = 0, limit = 0] = ["used", "limit"].map((field) => reader.value("memory", index, field));
  return used > limit * NEW_MIN ? `${size(used, 3, isBinary(limit))} of ${size(limit)}` : "";
};

/** @param {ReadonlyArray<readonly [name: string, held: string]>} found @param {string} one How it goes on. @param {string} many */
const filling = (found, one, many) => {
  const named = found.filter(([, held]) => held !== "").slice(0, NAMED_MAX);
  if (named.length > 1) return [`${listed(named.map(([name, held]) => `${name} (${held})`))} keep filling${many}.`];
  return named.map(([name, held]) => `${name} keeps filling: ${held} and rising${one}.`);
};

/**
 * @param {FrameReader} reader
 * @param {Description} description
 * @param {Series} series
 * @returns {string[]} A sentence for each kind, and each group, that keeps growing.
 */
export const growthsOf = (reader, { outline, series: columns }, series) => {
  const rising = columns.flatMap(({ kind, name, index }, at) => {
    const node = RISING.has(`${kind} ${name}`) ? nodeOf(outline, kind, index) : undefined;
    const perS = node ? growthPerS(series.timesNs, series.columns[at] ?? []) : 0;
    return node && perS > 0 ? [{ kind, name: node.name, index, perS }] : [];
  });
  /** @param {string} kind @param {(reader: FrameReader, index: number) => string} held */
  const found = (kind, held) => rising.filter((one) => one.kind === kind)
    .map(({ name, index }) => /** @type {const} */ ([name, held(reader, index)]));
  const behind = rising.filter(({ kind }) => kind === "group").slice(0, NAMED_MAX).flatMap(({ name, index, perS }) => {
    const lag = reader.value("group", index, "lag");
    return lag >= ITEMS_MIN ? [`${name} falls behind: its lag, now ${whole(lag)}, grows by ${pace(perS)}.`] : [];
  });
  const graves = new Set(outline.edges.filter(({ verb, to }) => verb === "dead_letter" && to.kind === "queue").map(({ to }) => to.index));
  const stores = [...found("channel", heldIn), ...found("queue", (reader, index) => visibleIn(reader, index, graves))];
  const channels = filling(stores, ", and nothing holds its producers back", ", and nothing holds their producers back");
  return [...channels, ...behind, ...filling(found("memory", usedOf), "", "")];
};
