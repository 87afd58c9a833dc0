// A crew: the activities of one process or task. Up to CREW_SHOWN each is a sign of its state; beyond that, and when
// states change faster than the eye follows, a bar of proportions.

/** @import { Drawer, Easel } from "./node.js" */
/** @import { Crew, State, StateCount } from "./words.js" */

import { putGlyph } from "./glyphs.js";
import { gridIn, inset } from "./grid.js";
import { createLabels, NAME_SIZE, NO_TAG, PACE_WORDS } from "./node.js";
import { clipped, fitting } from "./measure.js";
import { count } from "./numbers.js";
import { readCrew } from "./readings.js";
import { createSteady } from "./steady.js";
import { createPool, px } from "./svg.js";
import { backWords, byWeight, crewWords, growthWords, isAutoscaled, isHeldUp, joined, killedWords, shareWords, STATES, stateWords, statesOf, withReplies } from "./words.js";

const CREW_SHOWN = 24;
const CORNER = 10;
const SMALL_BODY = 125;
const NOBODY = ["nobody here", "nobody"];
/** Between two waits: an activity that has not begun, or was woken and has not gone on yet. */
const READY = ["is ready", "ready"];
const MANY_READY = ["are ready", "ready"];
const BAR_HEIGHT = 16;

/** The state that colours the whole body: a quarter of a crew held up, or half of the time of one that changes fast. @param {ReadonlyArray<StateCount>} states @param {boolean} fast */
const toneOf = (states, fast) => {
  const all = states.reduce((sum, entry) => sum + entry.count, 0);
  const held = states.filter((entry) => isHeldUp(entry.state)).reduce((sum, entry) => sum + entry.count, 0);
  const busy = states.filter(({ state }) => state === "busy" || state === "working").reduce((sum, entry) => sum + entry.count, 0);
  if (states[0]?.state === "down") return "is-down";
  if (all > 0 && held / all >= (fast ? 0.5 : 0.25)) return "is-held";
  if (all > 0 && busy / all >= 0.5) return "is-busy";
  return all > 0 ? "is-calm" : "is-empty";
};

/** What one that changes fast does for most of the time, or what holds it up often. @param {ReadonlyArray<StateCount>} states @returns {string[]} */
const blurredWords = (states) => {
  const all = states.reduce((sum, entry) => sum + entry.count, 0);
  const held = states.find((entry) => isHeldUp(entry.state) && entry.count >= all * 0.15 && entry.count < all * 0.5);
  const most = states.reduce((best, entry) => (entry.count > best.count ? entry : best), states[0] ?? { state: /** @type {State} */ ("receiving"), count: 0 });
  const often = held ? stateWords(held.state).map((word) => `often ${word}`) : [];
  const mostly = stateWords(most.state);
  return [...often, ...mostly.map((word) => `mostly ${word}`), ...mostly];
};

/** What is shown of a crew: exactly, or, changing fast, about. @param {ReadonlyArray<StateCount>} states */
const rounded = (states) => states.map((entry) => ({ ...entry, count: Math.round(entry.count) })).filter((entry) => entry.count > 0);

/** Where no state is to be drawn. @param {number} activities */
const emptyWords = (activities) => (activities === 0 ? NOBODY : activities === 1 ? READY : MANY_READY.map((word) => `${count(activities)} ${word}`));

/** A bar says first what its crew is about; that is not said again below it. @param {ReadonlyArray<StateCount>} states @param {boolean} asBar */
const wordsOfMany = (states, asBar) => {
  const [first, ...rest] = byWeight(states);
  return asBar ? { inside: crewWords(first ? [first] : []), below: crewWords(rest) } : { inside: [""], below: crewWords(states) };
};

/** A task comes and goes: sheets behind it, out of the way of what comes in, tell that there may be many. @param {Easel} easel */
const drawSheets = ({ group, placed: { box, direction } }) => {
  for (const shift of [4, 2]) {
    const sheet = direction === "right"
      ? { x: box.x + shift, y: box.y - shift, width: box.width - shift, height: box.height }
      : { x: box.x + shift, y: box.y + shift, width: box.width, height: box.height - 2 * shift };
    group.add("rect", { ...sheet, rx: CORNER, class: "hw-sheet" });
  }
};

/** How far an autoscaled crew has grown: a scale up to its most, with a tick at its least. @param {Easel} easel */
const createGrowth = ({ group, placed: { box } }) => {
  const [x, y, width] = [box.x + 12, box.y + 4.5, box.width - 24];
  const whole = group.add("g");
  whole.add("rect", { x, y, width, height: 5, rx: 2.5, class: "hw-growth" });
  const grown = whole.add("rect", { x, y, height: 5, rx: 2.5, class: "hw-growth is-grown" });
  const least = whole.add("path", { class: "hw-peak" });
  /** @param {Crew} crew */
  const draw = (crew) => {
    whole.show(isAutoscaled(crew));
    if (!isAutoscaled(crew)) return;
    grown.set({ width: px(width * Math.min(1, crew.activities / crew.bound)) });
    least.set({ d: `M${px(x + (width * crew.wanted) / crew.bound)} ${y - 2}v9` });
  };
  return { draw };
};

/**
 * @param {Easel} easel
 * @returns {Drawer}
 */
export const createProcess = (easel) => {
  const { group, placed, names, measure } = easel;
  const { box, node } = placed;
  if (node.kind === "task") drawSheets(easel);
  const body = group.add("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: CORNER });
  const labels = createLabels(easel);
  const growth = createGrowth(easel);
  const inside = group.add("text", { class: "hw-state" });
  const glyphs = createPool(() => group.add("use"));
  const segments = createPool(() => group.add("rect", { y: px(box.y + box.height - BAR_HEIGHT - 12), height: BAR_HEIGHT }));
  const barFrame = group.add("rect", { x: box.x + 12, y: px(box.y + box.height - BAR_HEIGHT - 12), width: box.width - 24, height: BAR_HEIGHT, rx: 3, class: "hw-bar-frame" });
  const widthOf = (/** @type {string} */ text) => measure(text, NAME_SIZE, false);
  const follow = createSteady();
  let sleepsWithItems = false;
  let pauses = false;
  let said = "";

  const drawSigns = (/** @type {ReadonlyArray<StateCount>} */ states, /** @type {number} */ most) => {
    const all = states.flatMap((entry) => Array.from({ length: entry.count }, () => entry.state));
    // The grid counts from the exit: who is held up stands where items leave. It has places for all there ever were, so
    // that nobody grows or moves when another one leaves.
    const grid = gridIn(inset(box, 9), Math.max(1, all.length, Math.min(most, CREW_SHOWN)), "right", 30);
    glyphs.draw(all.length, (use, index) => {
      const [x, y] = grid.cells[index] ?? [0, 0];
      putGlyph(use, names(all[index] ?? "receiving"), px(x), px(y), px(grid.radius * 1.12));
    });
  };

  const drawAlone = (/** @type {State} */ state) => {
    const small = box.width < SMALL_BODY;
    const radius = small ? 10 : 13;
    const x = box.x + (small ? 9 : 14) + radius;
    const y = box.y + box.height / 2;
    glyphs.draw(1, (use) => putGlyph(use, names(state), x, y, radius));
    const left = x + radius + (small ? 6 : 9);
    inside.set({ x: left, y: y + 4.5 }).say(fitting([...stateWords(state), ""], widthOf, box.x + box.width - left - 4));
  };

  const drawBar = (/** @type {ReadonlyArray<StateCount>} */ states, /** @type {ReadonlyArray<string>} */ wordings) => {
    const long = box.width - 24;
    const all = states.reduce((sum, entry) => sum + entry.count, 0);
    // Held up at the right, where items leave.
    let right = box.x + 12 + long;
    segments.draw(states.length, (segment, index) => {
      const { state, count } = states[index] ?? { state: /** @type {State} */ ("receiving"), count: 0 };
      const width = all > 0 ? (count / all) * long : 0;
      right -= width;
      const fill = isHeldUp(state) ? `url(#${names("hatch-fine")})` : "";
      segment.set({ x: px(right), width: px(width), class: `hw-segment is-${state}`, fill });
    });
    inside.set({ x: box.x + 12, y: box.y + 23 }).say(clipped(fitting(wordings, widthOf, box.width - 20), widthOf, box.width - 14));
  };

  /** @param {ReadonlyArray<StateCount>} states @param {boolean} asBar @param {ReadonlyArray<string>} barWords @param {number} most @param {number} activities */
  const drawBody = (states, asBar, barWords, most, activities) => {
    const alone = states.length === 1 && states[0]?.count === 1;
    const nobody = states.length === 0;
    inside.show(asBar || alone || nobody);
    barFrame.show(asBar);
    if (asBar) {
      glyphs.draw(0, () => {});
      drawBar(states, barWords);
      return;
    }
    segments.draw(0, () => {});
    if (alone && states[0]) drawAlone(states[0].state);
    else drawSigns(states, most);
    if (nobody) inside.set({ x: box.x + 14, y: box.y + box.height / 2 + 4.5 }).say(fitting([...emptyWords(activities), ""], widthOf, box.width - 20));
  };

  return {
    draw: (frame, tick, mood) => {
      const crew = withReplies(readCrew(frame, node.index), mood.atDoors);
      const setsPace = mood.setsPace && crew.activities > 0;
      const now = statesOf(crew);
      sleepsWithItems ||= now.some((entry) => entry.state === "busy");
      pauses ||= now.some((entry) => entry.state === "sleeping");
      const { fast, mean } = follow(STATES.map((state) => now.find((entry) => entry.state === state)?.count ?? 0), tick);
      const recent = STATES.map((state, index) => ({ state, count: mean[index] ?? 0 })).filter((entry) => entry.count > 0.004);
      const states = fast ? recent : now;
      const asBar = fast || crew.activities > CREW_SHOWN;
      const many = crew.activities > 1 || (fast && recent.reduce((sum, entry) => sum + entry.count, 0) > 1.5);
      const counted = fast ? rounded(recent) : now;
      const words = wordsOfMany(counted, asBar);
      drawBody(states, asBar, many ? words.inside : blurredWords(states), crew.most, crew.activities);
      const tone = states.length === 0 && crew.activities > 0 ? "is-calm" : toneOf(states, fast);
      body.set({ class: `hw-body ${tone}${setsPace ? " sets-pace" : ""}` });
      const heldShare = crew.shares.sending + crew.shares.resource + crew.shares.cpu >= 0.005;
      const shares = shareWords(crew, sleepsWithItems, pauses);
      const heldBelow = tone === "is-held" && !asBar;
      growth.draw(crew);
      const tags = setsPace ? PACE_WORDS : NO_TAG;
      const past = joined(growthWords(crew), killedWords(crew));
      if (crew.down) labels.write(tags, [backWords(crew), killedWords(crew)], [true, false]);
      else if (many && words.below[0] !== "") labels.write(tags, [words.below, joined(past, shares)], [heldBelow, heldShare && past[0] === ""]);
      else labels.write(tags, [shares, past], [heldShare, false]);
      said = `${node.name} ${(many ? crewWords(now)[0] : now[0] ? stateWords(now[0].state)[0] : crew.activities > 0 ? READY[0] : "has ended") ?? ""}${crew.down ? ` ${backWords(crew)[0]}` : ""}`;
    },
    summary: () => said,
  };
};
