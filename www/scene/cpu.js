// Cores as the cells of a chip: on each that is busy stands who works on it; who waits for one stands in line before it.

/** @import { Drawer, Easel } from "./node.js" */

import { createCells } from "./cells.js";
import { createLabels, NO_TAG, PACE_WORDS } from "./node.js";
import { readCores } from "./readings.js";
import { createSteadyCount } from "./steady.js";
import { createTab } from "./tab.js";
import { createWaitingLine } from "./waiting-line.js";
import { coreWords, lineWords, turnWords } from "./words.js";

const PIN_PITCH = 14;

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createCpu = (easel) => {
  const { group, placed } = easel;
  const { box, node } = placed;
  const pins = Math.floor((box.width - 12) / PIN_PITCH);
  const first = box.x + (box.width - (pins - 1) * PIN_PITCH) / 2;
  const pin = (/** @type {number} */ y) => Array.from({ length: pins }, (_, index) => `M${first + index * PIN_PITCH} ${y}v4`).join("");
  group.add("path", { d: pin(box.y - 4) + pin(box.y + box.height), class: "hw-pins" });
  const chip = group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 2 });
  const cells = createCells(easel, "working");
  const line = createWaitingLine(easel, "cpu");
  const labels = createLabels(easel);
  const tab = createTab(easel);
  const steadyUse = createSteadyCount();
  const steadyWaiting = createSteadyCount();
  let said = "";

  return {
    draw: (frame, tick, mood) => {
      const read = readCores(frame, node.index);
      const cores = { ...read, inUse: steadyUse(read.inUse, tick), waiting: steadyWaiting(read.waiting, tick) };
      const { inUse, waiting } = cores;
      // Cores that were taken away meanwhile finish what they are at.
      cells.draw(Math.max(cores.cores, inUse), inUse);
      chip.set({ class: inUse >= cores.cores && waiting > 0 ? "hw-rack is-full" : "hw-rack" });
      line.draw(waiting);
      tab.say(turnWords(cores));
      const words = lineWords({ permits: cores.cores, inUse, waiting, refused: 0 });
      labels.write(mood.setsPace ? PACE_WORDS : NO_TAG, [coreWords(cores), words], [false, waiting > 0]);
      said = [`${node.name} ${coreWords(cores)[0] ?? ""}`, words[0], turnWords(cores)[0]].filter((part) => part).join(", ");
    },
    summary: () => said,
  };
};
