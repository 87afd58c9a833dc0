/**
 * Limits: how much of a scenario stands on the page at once. A text may declare 65,535 things and give them names of a mebibyte; whatever it
 * says, the page's thread is free again soon, and what is left out is said where it would stand. Pure.
 */

/** @import { Description, Diagnostic } from "./edge.js" */
import { whole } from "./format.js";

/** Of each list of things: rows of a table, sliders, goals, variables. More than anybody reads, fewer than a browser minds. */
export const LISTED_MAX = 60;
/** Lines of one chart: four times as many as differ by colour and dash. */
export const DRAWN_MAX = 24;

const TITLE_MAX = 200;
const ABOUT_MAX = 4_000;
/** Letters of a name. */
export const NAME_MAX = 80;
const SENTENCE_MAX = 400;

/** @param {string} text @param {number} most */
export const shortened = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

/**
 * What is said of things of which some are left out; empty if none is.
 * @param {number} shown @param {number} all @param {string} words What they are, and what is done with them: `knobs have sliders`.
 */
export const leftOut = (shown, all, words) => (shown < all ? `${whole(shown)} of ${whole(all)} ${words}.` : "");

/**
 * A description with its words cut to what fits. A knob's name is its key and stays.
 * @param {Description} description
 * @returns {Description}
 */
export const shownDescription = (description) => ({
  ...description,
  title: shortened(description.title, TITLE_MAX),
  about: shortened(description.about, ABOUT_MAX),
  knobs: description.knobs.map((knob) => ({ ...knob, label: shortened(knob.label, NAME_MAX) })),
  outline: { ...description.outline, nodes: description.outline.nodes.map((node) => ({ ...node, name: shortened(node.name, NAME_MAX) })) },
  expectations: description.expectations.map((text) => shortened(text, SENTENCE_MAX)),
  ...(description.shared ? { shared: description.shared.map((one) => ({ ...one, name: shortened(one.name, NAME_MAX) })) } : {}),
});

/** @param {readonly Diagnostic[]} diagnostics @returns {Diagnostic[]} */
export const shownDiagnostics = (diagnostics) => diagnostics.map((one) =>
  ({ ...one, message: shortened(one.message, SENTENCE_MAX), help: one.help && shortened(one.help, SENTENCE_MAX) }));
