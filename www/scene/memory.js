// A memory as a tank whose wall is a line: up to it the level may rise, and past it all that lives there is killed. That
// is said by a sign that stays for a moment of the viewer's, however short the moment of the run.

/** @import { Drawer, Easel } from "./node.js" */

import { createLabels, NAME_SIZE, NO_TAG } from "./node.js";
import { fitting } from "./measure.js";
import { readMemory } from "./readings.js";
import { px } from "./svg.js";
import { createWater } from "./water.js";
import { oomWords, peakWords, useWords } from "./words.js";

// The limit is drawn at this share of the height, with room above for what passed it.
const LIMIT_AT = 0.76;
const SIGN_MS = 3000;
const SIGN_WORDS = ["limit passed: all killed", "all killed", "OOM"];

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createMemory = (easel) => {
  const { group, placed, names, measure } = easel;
  const { box, node } = placed;
  const right = box.x + box.width;
  const middle = box.y + box.height / 2;
  const heightOf = (/** @type {number} */ share) => px(box.y + box.height * (1 - Math.min(1, share * LIMIT_AT)));

  const clip = names(`clip-memory-${node.index}`);
  const frame = { x: box.x, y: box.y, width: box.width, height: box.height, rx: 4 };
  group.add("clipPath", { id: clip }).add("rect", frame);
  group.add("rect", { ...frame, class: "hw-tank-ground" });
  // Under the water, so that the level is seen to rise again.
  const hatch = group.add("rect", { ...frame, fill: `url(#${names("hatch")})` });
  const water = createWater(group.add("g", { "clip-path": `url(#${clip})` }), box);
  const walls = group.add("rect", { ...frame, class: "hw-walls" });
  group.add("path", { d: `M${box.x - 4} ${heightOf(1)}H${right}`, class: "hw-limit" });
  const limit = group.add("text", { x: box.x + 6, y: heightOf(1) - 3, class: "hw-scale" }).say("limit");
  const peak = group.add("path", { class: "hw-peak" });
  const sign = group.add("g");
  const widthOf = (/** @type {string} */ text) => measure(text, NAME_SIZE, true);
  const signText = fitting(SIGN_WORDS, widthOf, box.width - 32);
  const plate = widthOf(signText) + 16;
  sign.add("rect", { x: px(box.x + (box.width - plate) / 2), y: middle - 12, width: px(plate), height: 24, rx: 4, class: "hw-sign-plate" });
  sign.add("text", { x: box.x + box.width / 2, y: middle + 4.5, class: "hw-sign-text", "text-anchor": "middle" }).say(signText);
  const labels = createLabels(easel);
  let ooms = NaN;
  let signedMs = -Infinity;
  let said = "";

  return {
    draw: (reader, tick) => {
      const memory = readMemory(reader, node.index);
      // Whoever joins a run half way, or goes back in it, has seen none happen.
      if (memory.ooms > ooms) signedMs = tick.wallMs;
      if (memory.ooms < ooms) signedMs = -Infinity;
      ooms = memory.ooms;
      const isSigned = tick.wallMs - signedMs < SIGN_MS;
      const share = memory.limit > 0 ? memory.used / memory.limit : 0;
      water.draw(true, Math.min(1, share * LIMIT_AT), tick);
      const y = heightOf(memory.limit > 0 ? memory.peak / memory.limit : 0);
      peak.show(memory.peak > 0 && !isSigned).set({ d: `M${right - 1} ${y}l8 -4v8Z` });
      hatch.show(isSigned);
      limit.show(!isSigned);
      sign.show(isSigned);
      walls.set({ class: isSigned ? "hw-walls is-oom" : "hw-walls" });
      const words = memory.ooms > 0 ? oomWords(memory) : peakWords(memory);
      labels.write(NO_TAG, [useWords(memory), words], [false, memory.ooms > 0]);
      said = `${node.name} ${useWords(memory)[0] ?? ""}, ${words[0] ?? ""}`;
    },
    summary: () => said,
  };
};
