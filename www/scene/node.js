// What every node has: its name, two lines of words, a tag at the end of its name, and a tooltip. The drawing modules of
// the kinds add the body.

/** @import { FrameReader, Placed, Tick } from "./types.js" */
/** @import { Shape } from "./svg.js" */

import { clipped, fitting, textWidth } from "./numbers.js";

/** Handed to each drawing module: where to draw, what, and names for definitions. @typedef {{ group: Shape, placed: Placed, names: (name: string) => string }} Easel */
/** What a node cannot know from its own numbers. `arriving`: items still on their way to it. @typedef {{ setsPace: boolean, arriving: number }} Mood */
/** A drawing module makes one of these for each node. `summary` says the state in words, as of the last draw. @typedef {{ draw: (frame: FrameReader, tick: Tick, mood: Mood) => void, summary: () => string }} Drawer */

export const NAME_SIZE = 13;
export const WORD_SIZE = 12;
const PACE_WORDS = ["sets the pace", "limits"];

/** @param {Easel} easel */
export const createLabels = ({ group, placed }) => {
  const { node, name, lines, textWidth: room } = placed;
  group.add("title").say(`${node.kind} ${node.name}, line ${node.line}`);
  const nameText = group.add("text", { x: name[0], y: name[1], class: "hw-name" });
  const tag = group.add("text", { x: name[0] + room, y: name[1], class: "hw-tag", "text-anchor": "end" });
  const texts = lines.map(([x, y]) => group.add("text", { x, y, class: "hw-words" }));

  /**
   * @param {string} tagText "" for none @param {readonly [ReadonlyArray<string>, ReadonlyArray<string>]} wordings longest first
   * @param {readonly [boolean, boolean]} pressing whether a line tells of something held up
   */
  const write = (tagText, wordings, pressing) => {
    nameText.say(clipped(node.name, room - (tagText === "" ? 0 : textWidth(tagText, WORD_SIZE) + 8), NAME_SIZE));
    tag.say(tagText);
    texts.forEach((text, index) => {
      text.say(fitting(wordings[index] ?? [""], room, WORD_SIZE));
      text.set({ class: pressing[index] ? "hw-words is-pressing" : "hw-words" });
    });
  };
  return { write };
};

/** The tag of who sets the pace. @param {boolean} setsPace @param {Placed} placed */
export const paceTag = (setsPace, placed) => (setsPace ? fitting(PACE_WORDS, placed.textWidth - textWidth(placed.node.name, NAME_SIZE) - 14, WORD_SIZE) : "");
