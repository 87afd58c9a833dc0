// What is turned away, falling beside the door. Shared by whatever has a door and may refuse.

/** @import { Tick } from "./types.js" */
/** @import { Easel } from "./node.js" */

import { createFlow } from "./flow.js";
import { createPool, px } from "./svg.js";

const STREAM_DROPS = 4;

/**
 * @param {Easel} easel
 */
export const createFall = ({ group, placed }) => {
  const { box, direction, outer } = placed;
  const drops = createPool(() => group.add("circle", { r: 4, class: "hw-drop" }));
  const flow = createFlow();
  const x = box.x - 9;
  const top = direction === "right" ? box.y + box.height / 2 + 8 : box.y + 4;
  const depth = (direction === "right" ? outer.y + outer.height : box.y + box.height) - top - 4;

  /** @param {number} lost @param {Tick} tick */
  const draw = (lost, tick) => {
    const state = flow.advance(lost, tick.wallMs);
    const streaming = Array.from({ length: STREAM_DROPS }, (_, index) => ((state.phase + index) / STREAM_DROPS) % 1);
    const shares = tick.still ? [] : state.mode === "stream" ? streaming : state.dots;
    drops.draw(shares.length, (drop, index) => {
      const share = shares[index] ?? 0;
      drop.set({ cx: px(x - share * 4), cy: px(top + share * share * depth), opacity: px(1 - share * share) });
    });
  };
  return { draw };
};
