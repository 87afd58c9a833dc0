// A leased queue as two compartments: what is visible at the left, what is in flight at the right, to one scale. What
// nobody deleted in time comes back on the arc under them; what came back too often leaves downwards. Who waits to
// receive stands at the exit, what is delayed before the entry.

/** @import { Drawer, Easel } from "./node.js" */
/** @import { Box, Tick } from "./types.js" */

import { count as brief } from "../format.js";
import { square } from "./curve.js";
import { createFlow } from "./flow.js";
import { putGlyph } from "./glyphs.js";
import { gridIn } from "./grid.js";
import { fitting } from "./measure.js";
import { createLabels, NAME_SIZE, NO_TAG } from "./node.js";
import { count, roundUp } from "./numbers.js";
import { readQueue } from "./readings.js";
import { createSteadyCount } from "./steady.js";
import { createPool, px } from "./svg.js";
import { createWater } from "./water.js";
import { deadWords, messageWords, pollWords, returnWords } from "./words.js";

const SMALL_SIZE = 11;
const HEAD = 34;
const FLOOR = 77;
const ARC_AT = 88;
const RETURN_WORDS_AT = 103;
/** So many of either kind are single messages; above it, water. */
const SINGLE_MOST = 12;
const DELAYED_SHOWN = 10;
const RECEIVERS_SHOWN = 3;
const RECEIVERS_WIDTH = 15;
const CHUTE_AT = 10;
const STREAM_BEADS = 4;

/** Dots on their way, whether few or a stream. @param {ReturnType<typeof createFlow>} flow @param {number} passed @param {Tick} tick */
const onTheWay = (flow, passed, tick) => {
  const { mode, dots, phase } = flow.advance(passed, tick.wallMs);
  const stream = Array.from({ length: STREAM_BEADS }, (_, index) => ((phase + index) / STREAM_BEADS) % 1);
  return { isAlive: mode !== "rest", shares: tick.still ? [] : mode === "stream" ? stream : dots };
};

/**
 * One compartment: a word, a count, and what is in it.
 * @param {Easel} easel @param {Box} room @param {string} kind @param {ReadonlyArray<string>} wordings @param {string} slot
 */
const createCompartment = ({ group, placed, names, measure }, room, kind, wordings, slot) => {
  const tank = { x: room.x, y: room.y + HEAD, width: room.width, height: room.height - HEAD };
  const id = names(`clip-queue-${kind}-${placed.node.index}`);
  group.add("clipPath", { id }).add("rect", { ...tank });
  const water = createWater(group.add("g", { "clip-path": `url(#${id})`, class: `is-${kind}` }), tank);
  const slots = createPool(() => group.add("circle", { class: `hw-slot ${slot}` }));
  const fitted = (/** @type {ReadonlyArray<string>} */ words, /** @type {number} */ size) =>
    fitting(words, (text) => measure(text, size, false), room.width - 7);
  group.add("text", { x: room.x + 5, y: room.y + 14, class: "hw-scale" }).say(fitted(wordings, SMALL_SIZE));
  const counted = group.add("text", { x: room.x + 5, y: room.y + 29, class: "hw-state" });
  const taken = kind === "leases" ? 5 + RECEIVERS_WIDTH : 10;
  const inner = { x: tank.x + 5, y: tank.y + 3, width: tank.width - taken, height: tank.height - 6 };
  const { cells, radius } = gridIn(inner, SINGLE_MOST, "right", 14);

  /** @param {number} held @param {boolean} single @param {number} scale @param {Tick} tick */
  const draw = (held, single, scale, tick) => {
    counted.say(fitted([count(held), brief(held)], NAME_SIZE));
    water.draw(!single, held / scale, tick);
    slots.draw(single ? Math.min(held, cells.length) : 0, (shape, index) => {
      const [x, y] = cells[index] ?? [0, 0];
      shape.set({ cx: px(x), cy: px(y), r: px(radius) });
    });
  };
  return { draw };
};

/** The way back, with its count. @param {Easel} easel */
const createReturn = ({ group, placed: { box }, measure }) => {
  const [left, right, floor, low] = [px(box.x + box.width * 0.3), px(box.x + box.width * 0.84), box.y + FLOOR, box.y + ARC_AT];
  const curve = square([[right, floor + 1], [right, low], [left, low], [left, floor + 4]], 8);
  const line = group.add("path", { d: curve.d });
  const tip = group.add("path", { d: `M${px(left - 4)} ${floor + 7}l4 -6l4 6Z` });
  const text = group.add("text", { x: box.x + box.width - 7, y: box.y + RETURN_WORDS_AT, "text-anchor": "end" });
  const dots = createPool(() => group.add("circle", { r: 3.5, class: "hw-drop" }));
  const flow = createFlow();
  const room = box.width - CHUTE_AT - 15;

  /** @param {number} returned @param {ReadonlyArray<string>} wordings @param {Tick} tick */
  const draw = (returned, wordings, tick) => {
    const { isAlive, shares } = onTheWay(flow, returned, tick);
    const live = isAlive ? " is-alive" : "";
    line.set({ class: `hw-return${live}` });
    tip.set({ class: `hw-return-tip${live}` });
    text.say(fitting(wordings, (words) => measure(words, SMALL_SIZE, true), room)).set({ class: isAlive ? "hw-scale is-pressing" : "hw-scale" });
    dots.draw(shares.length, (dot, index) => {
      const { x, y } = curve.at(shares[index] ?? 0);
      dot.set({ cx: px(x), cy: px(y) });
    });
  };
  return { draw };
};

/** The way out for what came back too often: a chute through the bottom, with what falls. @param {Easel} easel */
const createChute = ({ group, placed: { box } }) => {
  const [x, top, bottom] = [box.x + CHUTE_AT, box.y + FLOOR, box.y + box.height];
  const chute = group.add("path", { d: `M${x - 5} ${top}V${bottom}M${x + 5} ${top}V${bottom}M${x - 3.5} ${bottom + 2}h7l-3.5 4.5Z`, class: "hw-chute" });
  const drops = createPool(() => group.add("circle", { cx: x, r: 3, class: "hw-drop" }));
  const flow = createFlow();
  /** @param {number} dead @param {Tick} tick */
  const draw = (dead, tick) => {
    chute.show(dead > 0);
    const { shares } = onTheWay(flow, dead, tick);
    drops.draw(shares.length, (drop, index) => drop.set({ cy: px(top + 3 + (shares[index] ?? 0) ** 2 * (bottom - top)) }));
  };
  return { draw };
};

/** Messages that are not visible yet, before the entry and aside of what comes in. @param {Easel} easel */
const createDelayed = ({ group, placed: { box, door, direction } }) => {
  const room = direction === "right"
    ? { ...door, y: door.y + 4, width: door.width - 3, height: 34 }
    : { ...door, y: door.y + 2, width: box.width / 2 - 12, height: door.height - 4 };
  const { cells, radius } = gridIn(room, DELAYED_SHOWN, "right", 10);
  const dots = createPool(() => group.add("circle", { class: "hw-slot is-coming" }));
  /** @param {number} delayed */
  const draw = (delayed) =>
    dots.draw(Math.min(delayed, cells.length), (dot, index) => {
      const [x, y] = cells[index] ?? [0, 0];
      dot.set({ cx: px(x), cy: px(y), r: px(radius) });
    });
  return { draw };
};

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createQueue = (easel) => {
  const { group, placed, names } = easel;
  const { box, node } = placed;
  const right = box.x + box.width;
  const half = box.width / 2;
  const frame = { x: box.x, y: box.y, width: box.width, height: box.height, rx: 9 };
  group.add("rect", { ...frame, class: "hw-tank-ground" });
  const room = { x: box.x, y: box.y, width: half, height: FLOOR };
  const visible = createCompartment(easel, room, "visible", ["visible", "ready"], "is-taken");
  const leases = createCompartment(easel, { ...room, x: box.x + half }, "leases", ["in flight", "leased"], "is-held");
  group.add("path", { d: `M${box.x + half} ${box.y}v${FLOOR}M${box.x} ${box.y + FLOOR}H${right}`, class: "hw-divide" });
  const back = createReturn(easel);
  const chute = createChute(easel);
  group.add("rect", { ...frame, class: "hw-walls" });
  const receivers = createPool(() => group.add("use"));
  const delayed = createDelayed(easel);
  const labels = createLabels(easel);
  const steadyWaiting = createSteadyCount();
  let single = true;
  let said = "";

  return {
    draw: (reader, tick) => {
      const read = readQueue(reader, node.index);
      const messages = { ...read, waiting: steadyWaiting(read.waiting, tick) };
      // No flutter at the border between single messages and water.
      single = Math.max(messages.visible, messages.inFlight) <= (single ? SINGLE_MOST : SINGLE_MOST / 2);
      const scale = roundUp(Math.max(100, messages.highest));
      visible.draw(messages.visible, single, scale, tick);
      leases.draw(messages.inFlight, single, scale, tick);
      back.draw(messages.returned, returnWords(messages), tick);
      chute.draw(messages.dead, tick);
      delayed.draw(messages.delayed);
      receivers.draw(Math.min(messages.waiting, RECEIVERS_SHOWN), (use, index) =>
        putGlyph(use, names("receiving"), right - 9, box.y + HEAD + 7 + index * 14, 6));
      const [ends, polls] = [deadWords(messages), pollWords(messages)];
      const lines = ends[0] === "" ? [polls, [""]] : [ends, polls];
      labels.write(NO_TAG, lines, [ends[0] !== "", false]);
      said = [`${node.name} ${messageWords(messages)}`, polls[0], returnWords(messages)[0], ends[0]].filter((part) => part).join(", ");
    },
    summary: () => said,
  };
};
