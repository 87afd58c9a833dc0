// What every node has: its name, two lines of words, a tag at the end of its name, and a tooltip. The drawing modules of
// the kinds add the body.

/** @import { Description, FrameReader, Outline, Placed, Tick } from "./types.js" */
/** @import { Measure } from "./measure.js" */
/** @import { Shape } from "./svg.js" */

import { clipped, fitting } from "./measure.js";
import { joined } from "./words.js";

/** Handed to each drawing module: where to draw, what, names for definitions, how wide a text is, and what there is besides. @typedef {{ group: Shape, placed: Placed, names: (name: string) => string, measure: Measure, outline: Outline, shared: NonNullable<Description["shared"]> }} Easel */
/** What a node cannot know from its own numbers. `arriving`: items still on their way to it; `atDoors`: at most so many of it stand before the doors of what it sends to. @typedef {{ setsPace: boolean, arriving: number, atDoors: number }} Mood */
/** A drawing module makes one of these for each node. `summary` says the state in words, as of the last draw. @typedef {{ draw: (frame: FrameReader, tick: Tick, mood: Mood) => void, summary: () => string }} Drawer */

export const NAME_SIZE = 13;
const WORD_SIZE = 12;
/** A tag is not far from its name, however much room there is. */
const TAG_REACH = 240;
/** The tag of who sets the pace. @type {ReadonlyArray<string>} */
export const PACE_WORDS = ["sets the pace", "limits"];
/** @type {ReadonlyArray<string>} */
export const NO_TAG = [""];

/** @param {Easel} easel */
export const createLabels = ({ group, placed, measure }) => {
  const { node, name, lines, textWidth: room } = placed;
  group.add("title").say(`${node.kind} ${node.name}, line ${node.line}`);
  const nameText = group.add("text", { x: name[0], y: name[1], class: "hw-name" });
  const reach = Math.min(room, TAG_REACH);
  const tag = group.add("text", { x: name[0] + reach, y: name[1], class: "hw-tag", "text-anchor": "end" });
  const texts = lines.map(([x, y]) => group.add("text", { x, y, class: "hw-words" }));

  /**
   * @param {ReadonlyArray<string>} tags longest first, NO_TAG for none @param {ReadonlyArray<ReadonlyArray<string>>} wordings for each line, longest first
   * @param {ReadonlyArray<boolean>} pressing whether a line tells of something held up
   */
  const write = (tags, wordings, pressing) => {
    nameText.say(clipped(node.name, (text) => measure(text, NAME_SIZE, true), room));
    // A tag that finds no room beside the name goes before the words.
    const beside = reach - measure(node.name, NAME_SIZE, true) - 8;
    const fits = tags.find((text) => measure(text, WORD_SIZE, true) <= beside);
    tag.say(fits ?? "");
    texts.forEach((text, index) => {
      const own = wordings[index] ?? [""];
      text.say(fitting(index === 0 && fits === undefined ? joined(tags.slice(-1), own) : own, (words) => measure(words, WORD_SIZE, pressing[index] ?? false), room));
      text.set({ class: pressing[index] ? "hw-words is-pressing" : "hw-words" });
    });
  };
  return { write };
};
