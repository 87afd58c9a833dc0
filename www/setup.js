/**
 * Setup: what the reader has loaded and moved, apart from any element. Plain values in, plain values out. Pure.
 */

/** @import { Shared } from "./state.js" */
import { LANGUAGE_VERSION } from "./state.js";

/**
 * @typedef {object} Setup
 * @property {string} source
 * @property {string | null} example Name and edition, while the text is the example's.
 * @property {number | null} seed Null: the text's own.
 * @property {Record<string, number>} knobs What the reader moved, by name.
 * @property {number | null} speedNsPerS Null: the text's own.
 */

/** @param {string} source @param {string | null} example @returns {Setup} */
export const freshSetup = (source, example) => ({ source, example, seed: null, knobs: {}, speedNsPerS: null });

/** @param {Shared} shared @param {string} source @returns {Setup} */
export const setupOf = ({ example, seed, knobs, speedNsPerS }, source) => ({
  source, example: example ?? null, seed: seed ?? null, knobs: { ...knobs }, speedNsPerS: speedNsPerS ?? null,
});

/**
 * What a link says. The text is left out where an example stands for it.
 * @param {Setup} setup
 * @param {number} timeNs 0 for the beginning.
 * @returns {Shared}
 */
export const sharedOf = ({ source, example, seed, knobs, speedNsPerS }, timeNs) => ({
  ...(example === null ? { text: source } : { example }),
  ...(Object.keys(knobs).length > 0 ? { knobs } : {}),
  ...(seed === null ? {} : { seed }),
  ...(timeNs > 0 ? { timeNs } : {}),
  ...(speedNsPerS === null ? {} : { speedNsPerS }),
  language: LANGUAGE_VERSION,
});
