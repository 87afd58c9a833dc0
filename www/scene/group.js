// A group as its members: each a cell that holds a lane for every partition it owns. Who owns none is idle; lanes that
// nobody owns stand apart, hatched. A rebalance is signed for as long as it lasts, and for a moment of the viewer's at least.

/** @import { Drawer, Easel } from "./node.js" */
/** @import { Box } from "./types.js" */
/** @import { Readers } from "./words.js" */

import { markAt } from "./glyphs.js";
import { fitting } from "./measure.js";
import { createLabels, NAME_SIZE, NO_TAG } from "./node.js";
import { readersOf } from "./outline.js";
import { readGroup, readLog } from "./readings.js";
import { px } from "./svg.js";
import { isBehind, lagWords, memberWords, rebalanceWords, redeliveryWords } from "./words.js";

const SIGN_MS = 800;
const SIGN_WORDS = ["rebalancing", "rebalance"];
const HEAD = 28;
const PADDING = 10;
/** A cell is as wide as its lanes; the small ones are for many. */
const SIZES = [{ pitch: 9, lane: 6.5, height: 18, gap: 4 }, { pitch: 5, lane: 3.5, height: 13, gap: 3 }];
const EDGE = 3;

/** How many lanes each of the cells holds: members with any, members with none, and at last what nobody owns. @param {Readers} readers */
export const cellsOf = ({ cursors, members }) => {
  /** @type {Map<number, number>} */
  const owned = new Map();
  for (const { owner } of cursors) owned.set(owner, (owned.get(owner) ?? 0) + 1);
  const nobodys = owned.get(-1) ?? 0;
  owned.delete(-1);
  const idle = Array.from({ length: Math.max(0, members - owned.size) }, () => 0);
  return { cells: [...[...owned].sort(([a], [b]) => a - b).map(([, lanes]) => lanes), ...idle], nobodys };
};

const KINDS = /** @type {const} */ (["owner", "idle", "lane", "nobodys"]);

/** @param {ReturnType<typeof cellsOf>} all @param {Box} box @param {typeof SIZES[number]} size */
const layCells = ({ cells, nobodys }, box, { pitch, lane, height, gap }) => {
  const paths = { owner: "", idle: "", lane: "", nobodys: "" };
  /** @param {number} x @param {number} y @param {number} wide @param {number} high */
  const rect = (x, y, wide, high) => `M${px(x)} ${px(y)}h${wide}v${high}h${-wide}Z`;
  const [left, right] = [box.x + PADDING, box.x + box.width - PADDING];
  let [x, y, widest] = [left, box.y + HEAD, 0];
  const put = (/** @type {number} */ lanes, /** @type {"owner"|"idle"|"nobodys"} */ kind) => {
    const width = Math.max(1, lanes) * pitch - (pitch - lane) + EDGE * 2;
    if (x > left && x + width > right) [x, y] = [left, y + height + gap];
    if (kind !== "nobodys") paths[kind] += rect(x, y, width, height);
    for (let at = 0; at < lanes; at += 1) paths[kind === "nobodys" ? kind : "lane"] += rect(x + EDGE + at * pitch, y + EDGE, lane, height - EDGE * 2);
    x += width + gap;
    widest = Math.max(widest, x - gap);
  };
  for (const lanes of cells) put(lanes, lanes > 0 ? "owner" : "idle");
  if (nobodys > 0) put(nobodys, "nobodys");
  return { paths, fits: widest <= right && y + height <= box.y + box.height - 3 };
};

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createGroup = (easel) => {
  const { group, placed, names, measure, outline } = easel;
  const { box, node } = placed;
  const topic = outline.edges.find(({ verb, to }) => verb === "read" && to.index === node.index)?.from.index ?? 0;
  const sign = readersOf(outline, topic).findIndex(({ index }) => index === node.index);
  const body = group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 10 });
  group.add("path", { d: markAt(sign, box.x + 16, box.y + 17, 5), class: "hw-reader" });
  const head = group.add("text", { x: box.x + 28, y: box.y + 21.5 });
  const hatch = `url(#${names("hatch-fine")})`;
  const shapes = KINDS.map((kind) => ({ kind, shape: group.add("path", { class: `hw-cell is-${kind}`, ...(kind === "nobodys" && { fill: hatch }) }) }));
  const labels = createLabels(easel);
  let rebalances = NaN;
  let signedMs = -Infinity;
  let said = "";

  /**
   * The members in rows, as large as there is room for. Where not all partitions are shown, who owns how many is not known.
   * @param {Readers} readers @param {number} partitions
   */
  const drawCells = (readers, partitions) => {
    const all = cellsOf(readers);
    const drawn = partitions > readers.cursors.length ? undefined : SIZES.map((size) => layCells(all, box, size)).find(({ fits }) => fits);
    for (const { kind, shape } of shapes) shape.set({ d: drawn?.paths[kind] ?? "" });
  };

  return {
    draw: (frame, tick) => {
      const readers = readGroup(frame, node.index);
      // Whoever joins a run half way, or goes back in it, has seen none begin.
      if (readers.rebalancing || readers.rebalances > rebalances) signedMs = tick.wallMs;
      if (readers.rebalances < rebalances) signedMs = readers.rebalancing ? tick.wallMs : -Infinity;
      ({ rebalances } = readers);
      const isSigned = tick.wallMs - signedMs < SIGN_MS;
      const { partitions } = readLog(frame, topic);
      const words = memberWords(readers, partitions);
      body.set({ class: `hw-body ${isSigned ? "is-rebalancing" : readers.members > 0 ? "is-calm" : "is-empty"}` });
      const widthOf = (/** @type {string} */ text) => measure(text, NAME_SIZE, isSigned);
      head.set({ class: isSigned ? "hw-sign-text" : "hw-state" }).say(fitting(isSigned ? SIGN_WORDS : words, widthOf, box.width - 34));
      drawCells(readers, partitions);
      const lines = [lagWords(readers), rebalanceWords(readers), redeliveryWords(readers)];
      labels.write(NO_TAG, lines, [isBehind(readers), readers.evicted > 0, readers.redelivered > 0]);
      const told = [...(isSigned ? [SIGN_WORDS] : []), words, ...lines].map(([longest]) => longest);
      said = `${node.name} ${told.filter((part) => part).join(", ")}`;
    },
    summary: () => said,
  };
};
