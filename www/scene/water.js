// Water in a tank: how full it is, with a level that glides. Shared by whatever fills.

/** @import { Box, Tick } from "./types.js" */
/** @import { Shape } from "./svg.js" */

import { px } from "./svg.js";
import { wave } from "./tank-shape.js";

const EASE_MS = 130;

/**
 * Water that rises and falls, with a surface that drifts while the scene may move.
 * @param {Shape} group clipped to the tank @param {Box} box
 */
export const createWater = (group, box) => {
  const { d, close, length } = wave(box, 2.5);
  const body = group.add("g");
  body.add("path", { d: d + close, class: "hw-water" });
  body.add("path", { d, class: "hw-surface" });
  let shown = NaN;
  let lastMs = 0;

  /** @param {boolean} visible @param {number} share 0..1 @param {Tick} tick */
  const draw = (visible, share, tick) => {
    const wanted = Math.min(1, Math.max(0, share));
    const keep = tick.still || tick.stands || Number.isNaN(shown) ? 0 : Math.exp(-Math.min(250, Math.max(0, tick.wallMs - lastMs)) / EASE_MS);
    shown = Number.isNaN(shown) ? wanted : wanted + (shown - wanted) * keep;
    lastMs = tick.wallMs;
    body.show(visible);
    if (!visible) return;
    const drift = tick.still ? 0 : px((tick.wallMs / 60) % length);
    const y = shown < 0.004 ? box.height + 3 : shown > 0.996 ? -4 : box.height * (1 - shown);
    body.set({ transform: `translate(${drift} ${px(box.y + y)})` });
  };
  return { draw };
};
