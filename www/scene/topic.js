// A topic as its partitions: lanes under one another, each as long as what the log still holds, with its end at the right.
// Every group has a band in every lane, hatched from what it committed to the end: that is its lag. Its mark stands where
// the lag begins, and a hollow one how far it has read.

/** @import { OutlineNode } from "../edge.js" */
/** @import { Drawer, Easel } from "./node.js" */

import { markAt } from "./glyphs.js";
import { clipped } from "./measure.js";
import { createLabels, NO_TAG } from "./node.js";
import { readersOf } from "./outline.js";
import { readGroup, readLog } from "./readings.js";
import { px } from "./svg.js";
import { deletedWords, logWords, moreLanesWords } from "./words.js";

const LEGEND_SIZE = 11;
const LEGEND_MOST = 3;
const LEGEND_HEIGHT = 22;
const MORE_HEIGHT = 13;
// Room at the left for what was deleted, and at the right for marks at the very end.
const [LEFT, RIGHT, TOP] = [18, 10, 7];
const LARGEST_PITCH = 17;
const LANE = 0.78;
/** So many records at least are the whole width: a few do not look like many. */
const LEAST_SPAN = 20;

/** @param {Easel} easel @param {ReadonlyArray<OutlineNode>} readers @param {number} room */
const drawLegend = ({ group, placed: { box }, measure }, readers, room) => {
  const widthOf = (/** @type {string} */ words) => measure(words, LEGEND_SIZE, false);
  const shown = readers.slice(0, LEGEND_MOST);
  const rest = readers.length > LEGEND_MOST ? ` +${readers.length - LEGEND_MOST}` : "";
  const y = box.y + box.height - 11;
  let x = box.x + 8;
  shown.forEach(({ name }, sign) => {
    const text = clipped(name, widthOf, room / shown.length - 24 - widthOf(rest)) + (sign === LEGEND_MOST - 1 ? rest : "");
    group.add("path", { d: markAt(sign, px(x + 4), y, 4), class: "hw-reader" });
    group.add("text", { x: px(x + 12), y: y + 4, class: "hw-scale" }).say(text);
    x += widthOf(text) + 22;
  });
};

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createTopic = (easel) => {
  const { group, placed, names, outline } = easel;
  const { box, node } = placed;
  const readers = readersOf(outline, node.index);
  group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 4, class: "hw-rack" });
  const fading = group.add("path", { class: "hw-lane is-deleted" });
  const lanes = group.add("path", { class: "hw-lane" });
  // All bands first: no mark lies under one.
  const bands = readers.map(() => group.add("path", { fill: `url(#${names("hatch-fine")})`, class: "hw-lag" }));
  const reads = readers.map(() => group.add("path", { class: "hw-reader is-position" }));
  const commits = readers.map(() => group.add("path", { class: "hw-reader" }));
  drawLegend(easel, readers, box.width - 8);
  const more = group.add("text", { x: box.x + box.width - RIGHT, y: box.y + box.height - LEGEND_HEIGHT - 2, class: "hw-scale", "text-anchor": "end" });
  const labels = createLabels(easel);
  const [left, right] = [box.x + LEFT, box.x + box.width - RIGHT];
  let said = "";

  return {
    draw: (frame) => {
      const log = readLog(frame, node.index);
      const count = Math.max(1, log.lanes.length);
      const moreWords = moreLanesWords(log);
      const room = box.height - TOP - LEGEND_HEIGHT - (moreWords ? MORE_HEIGHT : 0);
      const pitch = Math.min(LARGEST_PITCH, room / count);
      const span = Math.max(LEAST_SPAN, ...log.lanes.map(({ start, end }) => end - start));
      const middle = (/** @type {number} */ lane) => box.y + TOP + room / 2 + (lane + 0.5 - count / 2) * pitch;
      const at = (/** @type {number} */ lane, /** @type {number} */ offset) => {
        const { start, end } = log.lanes[lane] ?? { start: 0, end: 0 };
        return px(right - ((end - Math.max(start, offset)) / span) * (right - left));
      };
      const thick = pitch * LANE;
      const each = (/** @type {(lane: number) => string} */ draw) => log.lanes.map((_, lane) => draw(lane)).join("");
      const startOf = (/** @type {number} */ lane) => at(lane, 0);
      lanes.set({ d: each((lane) => `M${startOf(lane)} ${px(middle(lane))}H${right}`), "stroke-width": px(thick) });
      const cut = (/** @type {number} */ lane) => (log.lanes[lane]?.start ?? 0) > 0;
      fading.set({ d: each((lane) => (cut(lane) ? `M${px(startOf(lane) - 1)} ${px(middle(lane))}h-9` : "")), "stroke-width": px(thick) });
      readers.forEach(({ index }, reader) => {
        const { cursors } = readGroup(frame, index);
        const own = thick / readers.length;
        const radius = px(Math.min(4.5, Math.max(2.2, own * 0.55)));
        let [band, read, commit] = ["", "", ""];
        cursors.forEach(({ committed, position }, lane) => {
          const y = px(middle(lane) + (reader - (readers.length - 1) / 2) * own);
          const [x, reached] = [at(lane, committed), at(lane, position)];
          if (right - x >= 1) band += `M${x} ${px(y - own / 2)}H${right}v${px(own)}H${x}Z`;
          if (reached > x + 1) read += markAt(reader, reached, y, radius);
          commit += markAt(reader, x, y, radius);
        });
        bands[reader]?.set({ d: band });
        reads[reader]?.set({ d: read });
        commits[reader]?.set({ d: commit });
      });
      more.say(moreWords);
      labels.write(NO_TAG, [logWords(log), deletedWords(log)], [false, false]);
      said = [`${node.name} ${logWords(log)[0]}`, deletedWords(log)[0]].filter((part) => part).join(", ");
    },
    summary: () => said,
  };
};
