// A pool of permits: a square for each, filled while it is in use, and the line that waits for one. A large pool is a bar.

/** @import { Drawer, Easel } from "./node.js" */

import { gridIn, inset } from "./grid.js";
import { createLabels, NO_TAG, PACE_WORDS } from "./node.js";
import { readPermits } from "./readings.js";
import { createSteadyCount } from "./steady.js";
import { createPool, px } from "./svg.js";
import { createWaitingLine } from "./waiting-line.js";
import { lineWords, permitWords } from "./words.js";

const PERMITS_SHOWN = 40;

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createResource = (easel) => {
  const { group, placed } = easel;
  const { box, node } = placed;
  const bar = inset(box, 14);
  const rack = group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 4 });
  const permitsPool = createPool(() => group.add("rect"));
  const track = group.add("rect", { ...bar, rx: 3, class: "hw-permit is-free" });
  const used = group.add("rect", { ...bar, rx: 3, class: "hw-permit is-taken" });
  const line = createWaitingLine(easel, "resource");
  const labels = createLabels(easel);
  const steadyWaiting = createSteadyCount();
  let said = "";

  const drawSquares = (/** @type {number} */ shown, /** @type {number} */ inUse) => {
    const { cells, radius } = gridIn(inset(box, 9), Math.max(1, shown), "right", 24);
    permitsPool.draw(Math.min(shown, cells.length), (square, index) => {
      const [x, y] = cells[index] ?? [0, 0];
      const side = px(radius * 2);
      square.set({ x: px(x - radius), y: px(y - radius), width: side, height: side, rx: px(radius * 0.35), class: `hw-permit ${index < inUse ? "is-taken" : "is-free"}` });
    });
  };

  return {
    draw: (frame, tick, mood) => {
      const permits = readPermits(frame, node.index);
      const waiting = steadyWaiting(permits.waiting, tick.wallMs);
      // Permits in use that were taken away meanwhile still stand there.
      const all = Math.max(permits.permits, permits.inUse);
      const asBar = all > PERMITS_SHOWN;
      drawSquares(asBar ? 0 : all, permits.inUse);
      track.show(asBar);
      used.show(asBar).set({ width: px(bar.width * (all > 0 ? permits.inUse / all : 0)) });
      rack.set({ class: permits.inUse >= permits.permits && waiting > 0 ? "hw-rack is-full" : "hw-rack" });
      line.draw(waiting);
      const words = lineWords({ ...permits, waiting });
      labels.write(mood.setsPace ? PACE_WORDS : NO_TAG, [permitWords(permits), words], [false, waiting > 0 || permits.refused > 0]);
      said = [`${node.name} ${permitWords(permits)[0] ?? ""}`, ...words.slice(0, 1)].filter((part) => part !== "").join(", ");
    },
    summary: () => said,
  };
};
