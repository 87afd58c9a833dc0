// Those who wait at a door: one behind the other, a crowd when they are many. Shared by whatever has a door.

/** @import { Box } from "./types.js" */
/** @import { Easel } from "./node.js" */
/** @import { State } from "./words.js" */

import { putGlyph } from "./glyphs.js";
import { lineAt } from "./grid.js";
import { createPool, px } from "./svg.js";

/** @param {Easel} easel @param {State} state the sign of those who wait */
export const createWaitingLine = ({ group, placed, names }, state) => {
  const signs = createPool(() => group.add("use"));
  /** @param {number} waiting @param {Box} [door] where they stand, if not where the node has its door */
  const draw = (waiting, door = placed.door) => {
    const { cells, radius } = lineAt(door, waiting, placed.direction);
    signs.draw(cells.length, (use, index) => {
      const [x, y] = cells[index] ?? [0, 0];
      putGlyph(use, names(state), px(x), px(y), radius * 1.2);
    });
  };
  return { draw };
};
