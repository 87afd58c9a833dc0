/** Prints: whether a text writes to the log at all; else it would stand there empty. Pure. */

/** Comments and strings first, so that no word in them counts; then the words that bring lines: a memory says when it overflows. */
const TOKENS = /\/\/[^\n]*|"(?:[^"\\\n]|\\[^\n])*"?|[\p{L}\p{N}_]+/gu;
const WORDS = new Set(["print", "memory"]);

/** @param {string} source */
export const printsOf = (source) => {
  for (const [token] of source.matchAll(TOKENS)) if (WORDS.has(token)) return true;
  return false;
};
