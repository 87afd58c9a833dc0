/**
 * Markdown: the text of a preset as a tree of elements, of the few kinds listed here and no others. What Markdown passes
 * through as HTML stays the text that it is. A library reads; nothing here touches an element. Pure.
 */

/** @import { Token, Tokens } from "./vendor/marked.js" */
import { lexer } from "./vendor/marked.js";

/** @typedef {string | Branch} Leaf */
/** @typedef {{ tag: keyof HTMLElementTagNameMap, attributes?: Record<string, string>, children: Leaf[] }} Branch */

/** The page's own headings are h1 and h2; those of a text come below. */
const HEADING_SHIFT = 1;
/** Where a link may lead: a place of the web, or of this page. */
const ADDRESS = /^(?:https?:\/\/|#)/i;
/** The few entities that a writer may use; the library leaves them to the browser. @type {Readonly<Record<string, string>>} */
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": "\u00a0" };

/** @param {string} text */
const plain = (text) => text.replace(/&(?:amp|lt|gt|quot|nbsp);/g, (entity) => ENTITIES[entity] ?? entity);

/** @param {Branch["tag"]} tag @param {Leaf[]} children @param {Record<string, string>} [attributes] @returns {Branch} */
const branch = (tag, children, attributes) => ({ tag, children, ...(attributes ? { attributes } : {}) });

/** @param {readonly Token[] | undefined} tokens */
const leaves = (tokens) => (tokens ?? []).flatMap(leafOf);

/** @param {Tokens.Table} table */
const tableOf = ({ header, rows }) => branch("table", [
  branch("thead", [branch("tr", header.map(({ tokens }) => branch("th", leaves(tokens), { scope: "col" })))]),
  branch("tbody", rows.map((row) => branch("tr", row.map(({ tokens }) => branch("td", leaves(tokens)))))),
]);

/** @param {Tokens.List} list */
const listOf = ({ ordered, items }) => branch(ordered ? "ol" : "ul", items.map(({ tokens }) => branch("li", leaves(tokens))));

/** @param {Tokens.Link} link @returns {Leaf[]} */
const linkOf = ({ href, tokens }) =>
  (ADDRESS.test(href) ? [branch("a", leaves(tokens), { href, rel: "noreferrer" })] : leaves(tokens));

/** @param {Token} token @returns {Leaf[]} */
const leafOf = (token) => {
  switch (token.type) {
    case "heading": return [branch(/** @type {"h3"} */ (`h${Math.min(6, token["depth"] + HEADING_SHIFT)}`), leaves(token.tokens))];
    case "paragraph": return [branch("p", leaves(token.tokens))];
    case "strong": case "em": case "del": case "blockquote": return [branch(token.type, leaves(token.tokens))];
    case "codespan": return [branch("code", [token["text"]])];
    case "code": return [branch("pre", [branch("code", [token["text"]])], { tabindex: "0" })];
    case "list": return [listOf(/** @type {Tokens.List} */ (token))];
    case "table": return [branch("div", [tableOf(/** @type {Tokens.Table} */ (token))], { class: "scroll", tabindex: "0" })];
    case "link": return linkOf(/** @type {Tokens.Link} */ (token));
    case "br": case "hr": return [branch(token.type, [])];
    case "space": case "def": return [];
    case "text": return token.tokens ? leaves(token.tokens) : [plain(token["text"])];
    case "escape": return [token["text"]];
    default: return [token.raw];
  }
};

/**
 * A preset's text: its first paragraph, which says what to look for, and the rest.
 * @param {string} text
 * @returns {{ first: Leaf[], rest: Leaf[] }}
 */
export const readText = (text) => {
  const tokens = lexer(text);
  const at = tokens.findIndex(({ type }) => type === "paragraph");
  const first = tokens[at];
  return {
    first: first ? leaves(/** @type {Tokens.Paragraph} */ (first).tokens) : [],
    rest: leaves(tokens.filter((_, index) => index !== at)),
  };
};
