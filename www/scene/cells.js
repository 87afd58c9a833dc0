// Places that are taken or free: a cell for each, filled or with somebody in it, or one bar when they are many.

/** @import { Easel } from "./node.js" */

import { putGlyph } from "./glyphs.js";
import { gridIn, inset } from "./grid.js";
import { createPool, px } from "./svg.js";

export const CELLS_SHOWN = 40;

/** @param {Easel} easel @param {string} [occupant] the sign that stands in a taken cell; without one it is filled */
export const createCells = ({ group, placed: { box }, names }, occupant) => {
  const bar = inset(box, 14);
  const cells = createPool(() => group.add("rect"));
  const occupants = createPool(() => group.add("use"));
  const track = group.add("rect", { ...bar, rx: 3, class: "hw-permit is-free" });
  const used = group.add("rect", { ...bar, rx: 3, class: "hw-permit is-taken" });

  /** @param {number} all @param {number} taken @param {number} [room] for how many there is to be a place, if they come and go */
  const draw = (all, taken, room = all) => {
    const asBar = all > CELLS_SHOWN;
    const grid = gridIn(inset(box, 9), Math.max(1, asBar ? 0 : room), "right", 24);
    const places = asBar ? [] : grid.cells.slice(0, all);
    const radius = grid.radius;
    cells.draw(places.length, (cell, index) => {
      const [x, y] = places[index] ?? [0, 0];
      const side = px(radius * 2);
      const isFilled = index < taken && occupant === undefined;
      cell.set({ x: px(x - radius), y: px(y - radius), width: side, height: side, rx: px(radius * 0.35), class: `hw-permit ${isFilled ? "is-taken" : "is-free"}` });
    });
    occupants.draw(occupant === undefined ? 0 : Math.min(taken, places.length), (use, index) => {
      const [x, y] = places[index] ?? [0, 0];
      putGlyph(use, names(occupant ?? ""), px(x), px(y), px(radius * 0.86));
    });
    track.show(asBar);
    used.show(asBar).set({ width: px(bar.width * (all > 0 ? taken / all : 0)) });
  };
  return { draw };
};
