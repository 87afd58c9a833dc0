// A small tab on the lower edge of a body: what holds for it all the time.

/** @import { Easel } from "./node.js" */

import { clipped, fitting } from "./measure.js";
import { px } from "./svg.js";

const SIZE = 11;
const ROUND = 7;
const PADDING = 6;

/** @param {Easel} easel */
export const createTab = ({ group, placed: { box, outer, direction }, measure }) => {
  const bottom = box.y + box.height;
  // Running down, links leave at the middle of the edge, and there is room beside the body.
  const [left, room] = direction === "right" ? [box.x + 8, box.width - 16] : [outer.x, box.x + box.width / 2 - 4 - outer.x];
  const plate = group.add("rect", { x: left, y: bottom - 9, height: ROUND * 2, rx: ROUND, class: "hw-tab" });
  const text = group.add("text", { x: left + PADDING, y: bottom + 1.5, class: "hw-scale" });
  const widthOf = (/** @type {string} */ words) => measure(words, SIZE, false);

  /** @param {ReadonlyArray<string>} wordings longest first; "" for no tab */
  const say = (wordings) => {
    const shown = clipped(fitting(wordings, widthOf, room - PADDING * 2), widthOf, room - PADDING * 2);
    plate.show(shown !== "").set({ width: px(widthOf(shown) + PADDING * 2) });
    text.say(shown);
  };
  return { say };
};
