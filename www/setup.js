/**
 * Setup: what the reader has loaded and moved, apart from any element. Plain values in, plain values out. Pure.
 */

/** @import { Shared } from "./state.js" */
import { LANGUAGE_VERSION, SEMANTICS } from "./state.js";

/**
 * @typedef {object} Setup
 * @property {string} source
 * @property {string | null} example Name and edition of what the text began as; of a bare example only while the text is its own.
 * @property {boolean} isEdited Whether the text is no longer the example's, which is a preset then: what it tells stays beside the text.
 * @property {number | null} seed Null: the text's own.
 * @property {Record<string, number>} knobs What the reader moved, by name.
 * @property {number | null} speedNsPerS Null: the text's own.
 */

/** @param {string} source @param {string | null} example @returns {Setup} */
export const freshSetup = (source, example) => ({ source, example, isEdited: false, seed: null, knobs: {}, speedNsPerS: null });

/** @param {Shared} shared @param {string} source @returns {Setup} */
export const setupOf = ({ example, text, seed, knobs, speedNsPerS }, source) => ({
  source, example: example ?? null, isEdited: example !== undefined && text !== undefined, seed: seed ?? null, knobs: { ...knobs }, speedNsPerS: speedNsPerS ?? null,
});

/**
 * What a link says. The text is left out where an example stands for it; both are there for the changed text of a preset.
 * @param {Setup} setup
 * @param {number} timeNs 0 for the beginning.
 * @returns {Shared}
 */
export const sharedOf = ({ source, example, isEdited, seed, knobs, speedNsPerS }, timeNs) => ({
  ...(example === null ? {} : { example }),
  ...(example === null || isEdited ? { text: source } : {}),
  ...(Object.keys(knobs).length > 0 ? { knobs } : {}),
  ...(seed === null ? {} : { seed }),
  ...(timeNs > 0 ? { timeNs } : {}),
  ...(speedNsPerS === null ? {} : { speedNsPerS }),
  language: LANGUAGE_VERSION,
  semantics: SEMANTICS,
});

/**
 * The setup after an edit.
 * @param {Setup} setup
 * @param {string} source
 * @param {string | null} own The preset's own text; null for what is no preset, whose name goes with the first edit.
 * @returns {Setup}
 */
export const editedSetup = (setup, source, own) =>
  ({ ...setup, source, example: own === null ? null : setup.example, isEdited: own !== null && own !== source });

/** What of a link has no part in the run that it leads to. */
const ASIDE = { tour: undefined, semantics: undefined };

/** Whether two links lead to the same run, wherever in a tour and whenever they were made. @param {Shared} one @param {Shared} other */
export const isSameRun = (one, other) => JSON.stringify({ ...one, ...ASIDE }) === JSON.stringify({ ...other, ...ASIDE });
