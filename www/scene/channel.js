// A channel as a tank: slots while it is small, water when it is large, a doorway when it holds nothing. Who waits to
// send stands before the closed gate; what is turned away falls out beside it.

/** @import { Box, Direction, Point } from "./types.js" */
/** @import { Drawer, Easel } from "./node.js" */
/** @import { Tank } from "./words.js" */

import { createFall } from "./fall.js";
import { gridIn, inset } from "./grid.js";
import { putGlyph } from "./glyphs.js";
import { createLabels, NO_TAG } from "./node.js";
import { bytes, count, roundUp } from "./numbers.js";
import { readTank } from "./readings.js";
import { createSteadyCount, createSteadyFlag } from "./steady.js";
import { createPool, px } from "./svg.js";
import { closedWalls, doorway, gate, openWalls, throughDoorway } from "./tank-shape.js";
import { createWaitingLine } from "./waiting-line.js";
import { createWater } from "./water.js";
import { depthWords, doorWords, lossWords } from "./words.js";

const SLOTS_SHOWN = 40;
const MARK_WORDS = ["over the mark", "full"];
const OFTEN_FULL = ["often full", "full"];
const FULL = ["full"];
// A mark is drawn at this share of the tank's height, with room above: it is no wall.
const MARK_AT = 0.62;

/** @typedef {"doorway"|"slots"|"loose"|"water"} Look */

/** @param {Tank} tank @param {Look} before @returns {Look} */
export const lookOf = (tank, before) => {
  if (tank.capacity === 0 && !tank.isMark) return "doorway";
  if (tank.inBytes || tank.isMark) return "water";
  if (tank.capacity > 0) return tank.capacity <= SLOTS_SHOWN ? "slots" : "water";
  // Without a limit: single items while they are few, and no flutter at the border.
  const limit = before === "water" ? SLOTS_SHOWN / 2 : SLOTS_SHOWN;
  return tank.depth <= limit ? "loose" : "water";
};

/**
 * How much the whole height stands for: the capacity, or a round number that what is there has not passed.
 * @param {Tank} tank @param {number} before the scale so far, 0 for none
 */
export const scaleOf = (tank, before) => {
  if (tank.capacity > 0 && !tank.isMark) return Math.max(tank.capacity, tank.level);
  const least = tank.isMark ? tank.capacity / MARK_AT : 100;
  const needed = Math.max(least, tank.level <= least ? least : roundUp(tank.level));
  return before > needed && tank.level > before / 5 ? before : needed;
};

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createChannel = (easel) => {
  const { group, placed, names } = easel;
  const { box, direction, node } = placed;
  const room = inset(box, 8);

  const clip = group.add("clipPath", { id: names(`clip-${node.index}`) });
  clip.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 9 });
  const ground = group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 9, class: "hw-tank-ground" });
  const clipped = group.add("g", { "clip-path": `url(#${names(`clip-${node.index}`)})` });
  const water = createWater(clipped, box);
  const slots = createPool(() => group.add("circle"));
  const mark = group.add("path", { class: "hw-mark" });
  const scaleText = group.add("text", { x: box.x + box.width - 7, class: "hw-scale", "text-anchor": "end" });
  const guide = group.add("path", { d: throughDoorway(box, direction), class: "hw-guide" });
  const fading = group.add("path", { class: "hw-walls is-fading" });
  const walls = group.add("path", { class: "hw-walls" });
  const gateBar = group.add("path", { d: gate(box, direction), class: "hw-gate" });
  const receivers = createPool(() => group.add("use"));
  const line = createWaitingLine(easel, "sending");
  const fall = createFall(easel);
  const labels = createLabels(easel);
  const steadyFull = createSteadyFlag();
  const steadySenders = createSteadyCount();
  const steadyReceivers = createSteadyCount();
  /** @type {Look} */
  let look = "slots";
  let scale = 0;
  let said = "";

  const drawWalls = (/** @type {Tank} */ tank) => {
    const open = openWalls(box, direction);
    const endless = tank.capacity < 0;
    walls.set({ d: look === "doorway" ? doorway(box, direction) : endless ? open.walls : closedWalls(box, direction) });
    ground.show(look !== "doorway");
    guide.show(look === "doorway");
    fading.show(endless).set({ d: open.fading });
  };

  /** Slots that hold something first (nearest the exit), then what is still on its way, then the free ones. */
  const drawSlots = (/** @type {Tank} */ tank, /** @type {number} */ arriving) => {
    const shown = look === "slots" ? Math.max(tank.capacity, tank.depth + tank.held) : look === "loose" ? tank.depth : 0;
    const { cells, radius } = gridIn(room, look === "loose" ? SLOTS_SHOWN : Math.max(1, shown), direction, 22);
    // Without a limit there is no room to hold.
    const held = look === "slots" ? tank.held : 0;
    const landed = held + Math.max(0, tank.depth - Math.max(arriving, tank.onWire));
    slots.draw(Math.min(shown, cells.length), (slot, index) => {
      const [x, y] = cells[index] ?? [0, 0];
      const kind = index < held ? "is-held" : index < landed ? "is-taken" : index < held + tank.depth ? "is-coming" : "is-free";
      slot.set({ cx: px(x), cy: px(y), r: px(radius), class: `hw-slot ${kind}` });
    });
  };

  const drawScale = (/** @type {Tank} */ tank) => {
    const marked = look === "water" && tank.isMark;
    const y = px(box.y + box.height * (1 - tank.capacity / scale));
    mark.show(marked).set({ d: `M${box.x - 5} ${y}H${box.x + box.width + 5}m0 0l6 -4v8Z` });
    // A mark is its own scale. Elsewhere the words keep out of the water's surface.
    const labelled = look === "water" && tank.capacity < 0;
    scaleText.show(labelled).set({ y: box.y + (tank.level < scale / 2 ? 15 : box.height - 8) }).say(`scale ${(tank.inBytes ? bytes : count)(scale)}`);
  };

  const drawDoorway = (/** @type {number} */ waiting, /** @type {number} */ senders) => {
    const half = (direction === "right" ? box.width : box.height) / 2;
    const shown = look === "doorway" ? Math.min(1 + Math.floor((half - 26) / 15), waiting) : 0;
    const middle = [box.x + box.width / 2, box.y + box.height / 2];
    const stand = (/** @type {number} */ along) => /** @type {Point} */ (direction === "right" ? [(middle[0] ?? 0) + along, middle[1] ?? 0] : [middle[0] ?? 0, (middle[1] ?? 0) + along]);
    receivers.draw(shown, (use, index) => {
      const [x, y] = stand(18 + index * 15);
      putGlyph(use, names("receiving"), px(x), px(y), 6.5);
    });
    line.draw(senders, look === "doorway" ? beforeDoorway(box, direction) : undefined);
  };

  return {
    draw: (frame, tick, mood) => {
      const tank = readTank(frame, node.index);
      const { on: full, fast } = steadyFull(tank.full, tick);
      const senders = steadySenders(tank.waitingSenders, tick);
      look = lookOf(tank, look);
      scale = scaleOf(tank, scale);
      drawWalls(tank);
      drawSlots(tank, tick.still ? 0 : mood.arriving);
      drawScale(tank);
      drawDoorway(steadyReceivers(tank.waitingReceivers, tick), senders);
      water.draw(look === "water", tank.level / scale, tick);
      // A mark stops nobody: only a wall has a gate.
      const shut = (full && !tank.isMark && look !== "doorway") || senders > 0;
      gateBar.show(shut);
      walls.set({ class: full ? "hw-walls is-full" : "hw-walls" });
      fall.draw(tank.rejected + tank.dropped, tick);
      const steady = { ...tank, full, waitingSenders: senders };
      const doors = doorWords(steady);
      const losses = lossWords(tank);
      const both = [`${losses[0]} · ${doors[0]}`, ...doors];
      const second = losses[0] === "" ? doors : doors[0] === "" ? losses : both;
      labels.write(!full || look === "doorway" ? NO_TAG : tank.isMark ? MARK_WORDS : fast ? OFTEN_FULL : FULL, [depthWords(tank), second], [false, senders > 0 || losses[0] !== ""]);
      const extra = [full ? (tank.isMark ? "over the mark" : "full") : "", ...[doors[0] ?? "", losses[0] ?? ""]].filter((part) => part !== "");
      said = [`${node.name} ${depthWords(tank)[0] ?? ""}`, ...extra].join(", ");
    },
    summary: () => said,
  };
};

/** Where those stand who wait to hand over. @param {Box} box @param {Direction} direction @returns {Box} */
const beforeDoorway = (box, direction) =>
  direction === "right" ? { ...box, width: box.width / 2 - 8 } : { ...box, height: box.height / 2 - 6 };
