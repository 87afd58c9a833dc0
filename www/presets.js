/**
 * Presets: which preset's story the page tells, and which of its cases runs. This and all below it is fetched with the first
 * preset: a reader who wants none pays for none.
 */

/** @import { Description, Unit } from "./edge.js" */
/** @import { Example } from "./examples.js" */
/** @import { Setup } from "./setup.js" */
/** @import { Case, Story, Values } from "./story.js" */
import { exampleKey } from "./examples.js";
import { clampKnob } from "./knobs.js";
import { caseAt, fetchStory, isMeant } from "./story.js";
import { createStoryView } from "./story-view.js";

/**
 * @typedef {object} Actions
 * @property {(text: string, unit: Unit) => Promise<number>} parse
 * @property {(knobs: Values) => void} tryCase Runs the text from its start with these knobs moved.
 * @property {(source: string, key: string) => void} restore Puts the preset's own text back.
 * @property {(name: string) => Promise<string> | null} linkTo A link to the preset of that name, if there is one.
 */

/**
 * @typedef {object} Presets
 * @property {(preset: Example) => Promise<string>} read Fetches all that the preset has; its scenario's text. Rejects with one sentence.
 * @property {(key: string | null) => Story | null} storyOf What was read.
 * @property {(setup: Setup, description: Description) => void} show What is loaded now.
 * @property {(setup: Setup, isFromStart: boolean) => void} follow What the reader moved.
 * @property {(goal: string) => boolean} isMeant Whether the case that runs is meant to miss that goal.
 * @property {() => void} relink The place in a tour, which links keep, is another now.
 */

/** @param {Actions} actions @returns {Promise<Presets>} */
export const createPresets = async ({ parse, tryCase, restore, linkTo }) => {
  /** @type {Map<string, Story>} */
  const stories = new Map();
  /** @type {Story | null} */
  let story = null;
  /** @type {Description | null} */
  let description = null;
  let isEdited = false;
  /** The knobs of each case as this text has them. @type {Promise<Array<Values | null>>} */
  let parsing = Promise.resolve([]);
  /** @type {Case | undefined} */
  let current;

  /** @param {Case} one @param {Description} description @returns {Promise<Values | null>} Null if the text, changed, no longer takes them. */
  const valuesOf = async (one, { knobs }) => {
    const values = Object.entries(one.knobs).map(async ([name, text]) => {
      const knob = knobs.find((each) => each.name === name);
      if (!knob) throw new Error(`The text has no knob ${name}.`);
      return /** @type {const} */ ([name, clampKnob(knob, await parse(text, knob.unit))]);
    });
    return Promise.all(values).then(Object.fromEntries, () => null);
  };

  /** @param {number} at */
  const pressed = async (at) => {
    if (story === null) return;
    if (isEdited && at === 0) return restore(story.source, story.key);
    const values = (await parsing)[at];
    if (values) tryCase(values);
  };

  const view = await createStoryView({ pressed, linkTo });

  return {
    read: async (preset) => {
      const key = exampleKey(preset);
      const read = stories.get(key) ?? await fetchStory(preset, key);
      stories.set(key, read);
      return read.source;
    },
    storyOf: (key) => stories.get(key ?? "") ?? null,
    show: (setup, next) => {
      story = stories.get(setup.example ?? "") ?? null;
      description = next;
      isEdited = setup.isEdited;
      current = undefined;
      parsing = Promise.all((story?.cases ?? []).map((one) => valuesOf(one, next)));
      view.show(story, isEdited);
    },
    follow: async (setup, isFromStart) => {
      const parsed = parsing;
      const values = await parsed;
      // Another text may have been loaded meanwhile.
      if (parsed !== parsing || description === null) return;
      const isCase = isFromStart && !isEdited && setup.seed === null;
      const at = isCase ? caseAt(values, setup.knobs, description.knobs) : -1;
      current = story?.cases[at];
      view.mark(at, values.map((one) => one !== null));
    },
    isMeant: (goal) => isMeant(goal, current?.missed ?? []),
    relink: view.relink,
  };
};
