/**
 * Listing: code to read, with line numbers and light colours. Lines are elements of their own, numbered by the style sheet,
 * so that what is selected is the code alone. A language that nobody here knows stays uncoloured.
 */

import { element } from "./dom.js";
import { highlightCode, StreamLanguage, tagHighlighter, tags } from "./vendor/codemirror.js";
import { go, java, javascript, lua, python } from "./vendor/modes.js";

/** @type {ReadonlyMap<string, typeof go>} By the ending of the file's name. */
const MODES = new Map([["go", go], ["java", java], ["js", javascript], ["mjs", javascript], ["lua", lua], ["py", python]]);

/** A name of the modes that the library does not know. */
const NAMES = { property: tags.propertyName };

const colours = tagHighlighter([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], class: "is-word" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], class: "is-number" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "is-string" },
  { tag: tags.comment, class: "is-comment" },
]);

/**
 * The lines of a source, each a list of texts and elements.
 * @param {string} source @param {string} file
 */
const linesOf = (source, file) => {
  const text = source.trimEnd();
  const mode = MODES.get(file.split(".").at(-1) ?? "");
  /** @type {Array<Array<Node | string>>} */
  const lines = [[]];
  if (!mode) return text.split("\n").map((line) => [line]);
  highlightCode(text, StreamLanguage.define({ ...mode, tokenTable: NAMES }).parser.parse(text), colours,
    (part, style) => lines.at(-1)?.push(style ? element("span", { class: style }, part) : part),
    () => lines.push([]));
  return lines;
};

/** @param {string} source @param {string} file @returns {HTMLElement} */
export const createListing = (source, file) =>
  element("code", { class: "listing" }, ...linesOf(source, file).flatMap((line) => [element("span", { class: "listing-line" }, ...line), "\n"]));
