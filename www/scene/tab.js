// A small tab on the lower edge of a body: what holds for it all the time.

/** @import { Easel } from "./node.js" */

import { clipped } from "./measure.js";
import { px } from "./svg.js";

const SIZE = 11;
const ROUND = 7;

/** @param {Easel} easel */
export const createTab = ({ group, placed: { box, direction }, measure }) => {
  const [right, bottom] = [box.x + box.width - 8, box.y + box.height];
  const plate = group.add("rect", { y: bottom - ROUND, height: ROUND * 2, rx: ROUND, class: "hw-tab" });
  const text = group.add("text", { x: right - ROUND, y: bottom + 3.5, class: "hw-scale", "text-anchor": "end" });
  // The middle of the edge is where links leave on a narrow page.
  const room = (direction === "right" ? box.width - 8 : box.width / 2) - 8 - ROUND * 2;
  const widthOf = (/** @type {string} */ words) => measure(words, SIZE, false);

  /** @param {string} words none: no tab */
  const say = (words) => {
    const shown = clipped(words, widthOf, room);
    const width = px(widthOf(shown) + ROUND * 2);
    plate.show(words !== "").set({ x: px(right - width), width });
    text.say(shown);
  };
  return { say };
};
