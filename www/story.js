/**
 * Story: what a preset tells beside its scenario: a text, the real code, cases to try. The shape of `preset.json` is told in
 * `presets/README.md`. Plain values in, plain values out. Pure, but for the fetching.
 */

/** @import { Knob } from "./edge.js" */
/** @import { Example } from "./examples.js" */
/** @import { Told } from "./sweep.js" */
import { fetched } from "./examples.js";
import { valueIn } from "./knobs.js";

/**
 * @typedef {object} Case
 * @property {string} say
 * @property {Record<string, string>} knobs By name, written as in the language. None: the preset as it opens.
 * @property {string[]} missed The goals that this case is meant to miss.
 */

/** @typedef {{ language: string, file: string }} Snippet */
/** @typedef {Snippet & { source: string }} Code */
/** @typedef {Record<string, number>} Values Of knobs, by name. */
/** @typedef {{ key: string, source: string, text: string, code: Code[], cases: Case[], curve: Told | null }} Story */

/** @param {string} json @returns {{ code?: unknown, cases?: unknown, curve?: any }} */
const parsed = (json) => {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    // Some hosts answer with a page of their own where a file is missing.
    return {};
  }
};

/**
 * @param {string} json What `preset.json` holds.
 * @returns {{ code: Snippet[], cases: Case[], curve: Told | null }}
 */
export const readPreset = (json) => {
  const { code, cases, curve } = parsed(json);
  if (!Array.isArray(code) || !Array.isArray(cases)) throw new Error("This preset's preset.json is not what the page expects.");
  return { code, cases, curve: Array.isArray(curve?.values) && Array.isArray(curve.show) ? curve : null };
};

/**
 * @param {Example} preset
 * @param {string} key
 * @returns {Promise<Story>} All of it or, with one sentence, nothing.
 */
export const fetchStory = async ({ name, file, isOld }, key) => {
  const folder = `./presets/${name}/`;
  /** @param {string} address */
  const textOf = async (address) => (await fetched(address)).text();
  const about = textOf(`${folder}preset.json`).then(readPreset);
  const code = about.then(({ code }) => Promise.all(code.map(async (one) => ({ ...one, source: await textOf(folder + one.file) }))));
  const [source, text, { cases, curve }, codes] = await Promise.all([textOf(file), textOf(`${folder}text.md`), about, code]);
  // The figures that the cases tell are those of the newest edition.
  return { key, source, text, code: codes, cases: isOld ? [] : cases, curve: isOld ? null : curve };
};

/** What stands beside the button of a case, which says "Try" or "As it stands" itself. @param {string} say */
export const wordsBeside = (say) => say.replace(/^(?:Try|As it (?:stands|opens|is))\b[:,]?\s*/, "");

/**
 * What all knobs stand at: the text's own values, but for those that were moved.
 * @param {readonly Knob[]} knobs @param {Values} moved
 */
const standing = (knobs, moved) => knobs.map(({ name, value }) => valueIn(moved, name) ?? value);

/**
 * Which case is what runs from its start, or -1.
 * @param {readonly (Values | null)[]} cases The knobs of each; null where the text lacks one.
 * @param {Values} moved
 * @param {readonly Knob[]} knobs
 */
export const caseAt = (cases, moved, knobs) => {
  const now = standing(knobs, moved);
  return cases.findIndex((values) => values !== null && standing(knobs, values).every((value, at) => value === now[at]));
};

/** @param {string} text */
const squeezed = (text) => text.replace(/\s+/g, "");

/** Whether a goal is among those that a case is meant to miss, however either is spaced. @param {string} goal @param {readonly string[]} missed */
export const isMeant = (goal, missed) => missed.some((one) => squeezed(one) === squeezed(goal));
