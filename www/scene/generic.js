// A plain box with a name, for kinds that have no drawing of their own yet.

/** @import { Drawer, Easel } from "./node.js" */

import { createLabels, NO_TAG } from "./node.js";

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createGeneric = (easel) => {
  const { group, placed } = easel;
  const { box, node } = placed;
  group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 4, class: "hw-rack" });
  group.add("text", { x: box.x + box.width / 2, y: box.y + box.height / 2 + 4.5, class: "hw-state", "text-anchor": "middle" }).say(node.kind);
  const labels = createLabels(easel);
  return {
    draw: () => labels.write(NO_TAG, [[""], [""]], [false, false]),
    summary: () => `${node.kind} ${node.name}`,
  };
};
