// A table as rows of key and value: those written last, in the order of their keys, so that rows keep their places as well
// as they can. What was written a moment ago is framed.

/** @import { Drawer, Easel } from "./node.js" */
/** @import { Entry, Table } from "./words.js" */

import { quantity } from "../format.js";
import { valueText } from "../shared.js";
import { clipped, fitting } from "./measure.js";
import { createLabels, NAME_SIZE, NO_TAG } from "./node.js";
import { readTable } from "./readings.js";
import { createPool, px } from "./svg.js";
import { entryWords, restWords, writeWords } from "./words.js";

const SIZE = 11;
const PITCH = 13;
const HEAD = 26;
const PADDING = 6;
const GAP = 10;
const ROWS = 8;
const SAID_MOST = 3;
/** A mark stays for so long of the viewer's time; where rows are written ever faster, marks on all of them would say nothing. */
const MARKED_MS = 700;
const MARKED_MOST = 4;

/** @typedef {Entry & { isFresh: boolean }} Row */

/**
 * Follows a table from frame to frame: which rows to show, in the order of their keys, and which were just written.
 * @returns {(table: Table, most: number, timeNs: number, wallMs: number) => Row[]}
 */
export const createRows = () => {
  /** @type {Map<number, { value: number, writtenMs: number }>} */
  let seen = new Map();
  let lastNs = NaN;
  let lastWrites = NaN;
  return ({ rows, writes }, most, timeNs, wallMs) => {
    // Whoever joins a run half way, or goes back in it, has seen nothing written.
    const before = timeNs >= lastNs ? seen : new Map();
    const written = writes - lastWrites;
    [lastNs, lastWrites] = [timeNs, writes];
    // So many rows at most are new, the first of them for sure; others come up as those before them go.
    seen = new Map(rows.map(({ key, value }, place) => {
      const isWritten = place < written && (place === 0 || value !== before.get(key)?.value);
      return [key, { value, writtenMs: isWritten ? wallMs : before.get(key)?.writtenMs ?? -Infinity }];
    }));
    return rows.slice(0, most)
      .map((row, place) => ({ ...row, isFresh: place < MARKED_MOST && wallMs - (seen.get(row.key)?.writtenMs ?? -Infinity) < MARKED_MS }))
      .sort((a, b) => a.key - b.key);
  };
};

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createTable = (easel) => {
  const { group, placed, measure, outline, shared } = easel;
  const { box, node } = placed;
  const place = outline.nodes.filter(({ kind, index }) => kind === "table" && index < node.index).length;
  const unit = shared[node.index]?.unit ?? { time: 0, bytes: 0 };
  group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 4, class: "hw-rack" });
  const head = group.add("text", { x: box.x + PADDING + 3, y: box.y + 17, class: "hw-state" });
  group.add("path", { d: `M${box.x} ${box.y + HEAD - 2}H${box.x + box.width}`, class: "hw-divide" });
  // Marks lie under all words.
  const ground = group.add("g");
  const marks = createPool(() => ground.add("rect", { rx: 2, height: PITCH, class: "hw-written" }));
  const keys = createPool(() => group.add("text", { class: "hw-scale" }));
  const values = createPool(() => group.add("text", { class: "hw-value", "text-anchor": "end" }));
  const labels = createLabels(easel);
  const widthOf = (/** @type {string} */ text) => measure(text, SIZE, false);
  const textOf = (/** @type {number} */ value) => valueText(value, unit, 3);
  const inner = box.width - PADDING * 2;
  const follow = createRows();
  let widest = 0;
  let said = "";

  const drawRows = (/** @type {Row[]} */ rows, /** @type {number} */ columns) => {
    const width = (inner - GAP * (columns - 1)) / columns;
    const deep = Math.max(1, Math.ceil(rows.length / columns));
    const left = (/** @type {number} */ index) => box.x + PADDING + Math.floor(index / deep) * (width + GAP);
    const top = (/** @type {number} */ index) => box.y + HEAD + (index % deep) * PITCH;
    const fresh = rows.flatMap(({ isFresh }, index) => (isFresh ? [index] : []));
    marks.draw(fresh.length, (mark, at) => mark.set({ x: px(left(fresh[at] ?? 0) - 1), y: top(fresh[at] ?? 0), width: px(width + 2) }));
    const keyTexts = rows.map(({ key }) => clipped(String(key), widthOf, width / 2));
    keys.draw(rows.length, (text, index) => text.set({ x: px(left(index) + 2), y: top(index) + 10 }).say(keyTexts[index] ?? ""));
    values.draw(rows.length, (text, index) => {
      const value = rows[index]?.value ?? 0;
      const room = width - widthOf(keyTexts[index] ?? "") - 8;
      const words = clipped(fitting([textOf(value), quantity(value, unit, { digits: 2 })], widthOf, room), widthOf, room);
      text.set({ x: px(left(index) + width - 2), y: top(index) + 10 }).say(words);
    });
  };

  return {
    draw: (frame, tick) => {
      const table = readTable(frame, node.index, place);
      // Two columns, once they are needed, if both are wide enough for what was shown so far.
      widest = Math.max(widest, ...table.rows.map(({ key, value }) => widthOf(`${key}${textOf(value)}`) + 10));
      const columns = table.rows.length > ROWS && widest * 2 + GAP <= inner ? 2 : 1;
      const rows = follow(table, ROWS * columns, frame.header("time_ns"), tick.wallMs);
      drawRows(rows, columns);
      head.say(fitting(entryWords(table), (text) => measure(text, NAME_SIZE, false), box.width - 16));
      labels.write(NO_TAG, [writeWords(table), restWords(table, rows.length)], [false, false]);
      const few = table.entries <= SAID_MOST ? rows.map(({ key, value }) => `${key} is ${textOf(value)}`) : [];
      said = [`${node.name} ${entryWords(table)[0]}`, ...few].join(", ");
    },
    summary: () => said,
  };
};
