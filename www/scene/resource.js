// A pool of permits: a square for each, filled while it is in use, and the line that waits for one. A large pool is a bar.
// Who is refused falls out beside the door. Of a pool for each key there is no end: the squares are what its keys have.

/** @import { Drawer, Easel } from "./node.js" */

import { CELLS_SHOWN, createCells } from "./cells.js";
import { createFall } from "./fall.js";
import { createLabels, NO_TAG, PACE_WORDS } from "./node.js";
import { readPermits } from "./readings.js";
import { createSteadyCount } from "./steady.js";
import { createTab } from "./tab.js";
import { createWaitingLine } from "./waiting-line.js";
import { lineWords, permitWords, perKeyWords } from "./words.js";

/** For so many squares there is a place in a pool for each key, until it has more. */
const FEW = 16;

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createResource = (easel) => {
  const { group, placed } = easel;
  const { box, node } = placed;
  const rack = group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 4 });
  const cells = createCells(easel);
  const line = createWaitingLine(easel, "resource");
  const fall = createFall(easel);
  const labels = createLabels(easel);
  /** @type {ReturnType<typeof createTab>|undefined} */
  let tab;
  const steadyUse = createSteadyCount();
  const steadyKeys = createSteadyCount();
  const steadyWaiting = createSteadyCount();
  let room = FEW;
  let said = "";

  return {
    draw: (frame, tick, mood) => {
      const read = readPermits(frame, node.index);
      // Keys come and go by the thousand; what one pool has out is told as it is.
      const permits = read.perKey ? { ...read, inUse: steadyUse(read.inUse, tick), keys: steadyKeys(read.keys ?? 0, tick) } : read;
      const waiting = steadyWaiting(permits.waiting, tick);
      // Permits in use that were taken away meanwhile still stand there.
      const all = Math.max(permits.permits * (permits.perKey ? permits.keys ?? 0 : 1), permits.inUse);
      if (permits.perKey) {
        room = all > FEW ? CELLS_SHOWN : room;
        cells.draw(Math.min(room, all), Math.min(room, permits.inUse), room);
        (tab ??= createTab(easel)).say(perKeyWords(permits));
      } else cells.draw(all, permits.inUse);
      rack.set({ class: permits.inUse >= permits.permits && waiting > 0 ? "hw-rack is-full" : "hw-rack" });
      line.draw(waiting);
      fall.draw(permits.refused, tick);
      const words = lineWords({ ...permits, waiting });
      labels.write(mood.setsPace ? PACE_WORDS : NO_TAG, [permitWords(permits), words], [false, waiting > 0 || permits.refused > 0]);
      said = [`${node.name} ${permitWords(permits)[0] ?? ""}`, ...words.slice(0, 1)].filter((part) => part !== "").join(", ");
    },
    summary: () => said,
  };
};
