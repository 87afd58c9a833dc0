/**
 * Editor: the scenario's text. A plain text area at once; the code editor takes its place when it has loaded, and if it
 * never does, nothing is lost. Errors are listed beneath with their places either way.
 */

/** @import { Diagnostic } from "./edge.js" */
/** @import { Standing } from "./standing.js" */
import { element } from "./dom.js";

/**
 * What both kinds of text field do.
 * @typedef {object} TextField
 * @property {() => string} text
 * @property {(text: string) => void} setText Without calling it an edit.
 * @property {(line: number, column: number) => void} reveal Puts the cursor there.
 * @property {(diagnostics: readonly Diagnostic[]) => void} showDiagnostics
 * @property {(standings: readonly Standing[]) => void} showStandings
 */

/** @typedef {{ edited: () => void, apply: () => void }} FieldListener */

export const EDITOR_NAME = "Scenario text";

/** @param {HTMLElement} host @param {FieldListener} listener @returns {TextField} */
const createPlainField = (host, { edited, apply }) => {
  const area = element("textarea", { class: "plain-editor", "aria-label": EDITOR_NAME, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" });
  area.addEventListener("input", edited);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) apply();
  });
  host.replaceChildren(area);
  return {
    text: () => area.value,
    setText: (text) => {
      area.value = text;
    },
    reveal: (line, column) => {
      const at = area.value.split("\n").slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, column - 1);
      area.focus();
      area.setSelectionRange(at, at);
    },
    showDiagnostics: () => {},
    showStandings: () => {},
  };
};

/**
 * @param {HTMLElement} host
 * @param {HTMLElement} list Where errors are listed.
 * @param {FieldListener} listener
 * @returns {TextField}
 */
export const createEditor = (host, list, listener) => {
  let field = createPlainField(host, listener);
  /** @type {readonly Diagnostic[]} */
  let diagnostics = [];

  /** @param {Diagnostic} diagnostic */
  const itemOf = ({ line, column, message, help }) => {
    const place = element("button", { type: "button", class: "place", "aria-label": `Go to line ${line}, column ${column}` }, `${line}:${column}`);
    place.addEventListener("click", () => field.reveal(line, column));
    return element("li", {}, place, element("p", {}, message, ...(help ? [element("span", { class: "help" }, ` ${help}`)] : [])));
  };

  const upgrade = async () => {
    const { createCodeField } = await import("./code-field.js");
    const text = field.text();
    const hadFocus = host.contains(document.activeElement);
    field = createCodeField(host, listener, EDITOR_NAME);
    field.setText(text);
    field.showDiagnostics(diagnostics);
    if (hadFocus) field.reveal(1, 1);
  };
  upgrade().catch((error) => console.warn("the code editor did not load; the text area stays", error));

  return {
    text: () => field.text(),
    setText: (text) => field.setText(text),
    reveal: (line, column) => field.reveal(line, column),
    showDiagnostics: (next) => {
      diagnostics = next;
      field.showDiagnostics(next);
      list.replaceChildren(...next.map(itemOf));
    },
    showStandings: (standings) => field.showStandings(standings),
  };
};
