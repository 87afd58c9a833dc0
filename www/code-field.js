/**
 * Code field: CodeMirror with our language, errors underlined, and beside each line how many activities stand there.
 * It lives in a shadow root, where its styles are adopted sheets and need no inline `<style>`.
 */

/** @import { FieldListener, TextField } from "./editor.js" */
/** @import { Standing } from "./standing.js" */
/** @import { DecorationSet, StateEffectType, Text } from "./vendor/codemirror.js" */
import {
  bracketMatching, Decoration, defaultKeymap, drawSelection, EditorState, EditorView, gutter, GutterMarker, HighlightStyle,
  highlightActiveLine, history, historyKeymap, indentUnit, keymap, lineNumbers, RangeSet, setDiagnostics, StateEffect,
  StateField, StreamLanguage, syntaxHighlighting, tags, WidgetType,
} from "./vendor/codemirror.js";
import { tokenAt } from "./highlight.js";

const language = StreamLanguage.define({
  name: "highwater",
  token: (stream) => {
    const { length, kind } = tokenAt(stream.string.slice(stream.pos));
    stream.pos += length;
    return kind;
  },
  languageData: { commentTokens: { line: "//" }, closeBrackets: { brackets: ["{", "(", '"'] } },
});

const colours = HighlightStyle.define([
  { tag: [tags.definitionKeyword], color: "var(--code-declare)", fontWeight: "600" },
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--code-word)" },
  { tag: tags.attributeName, color: "var(--code-clause)" },
  { tag: tags.standard(tags.variableName), color: "var(--code-clause)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

const theme = EditorView.theme({
  // A text of some length stands there whole; one that has no end scrolls in itself, so that the page has one.
  "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "13px", height: "100%", maxHeight: "4000px" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.7", overflow: "auto" },
  ".cm-content": { padding: "12px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 16px 0 8px" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--faint)", paddingLeft: "8px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "3ch", padding: "0 8px 0 0" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--veil)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--select)" },
  ".cm-matchingBracket": { backgroundColor: "var(--select)", outline: "none" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--press) 1.5px", textUnderlineOffset: "4px" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", border: "1px solid var(--line)", color: "var(--ink)" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--press)" },
  ".cm-standing": { fontVariantNumeric: "tabular-nums", minWidth: "5ch" },
  ".cm-standing .cm-gutterElement": { padding: "0 8px 0 0", textAlign: "right", fontWeight: "600" },
  ".standing-flowing": { color: "var(--water)" },
  ".standing-held": { color: "var(--press)" },
  ".standing-idle": { color: "var(--soft)" },
  ".standing-words": { fontFamily: "var(--sans)", fontSize: "12px", paddingLeft: "2ch", userSelect: "none", pointerEvents: "none" },
  ".standing-words.standing-held::before": { content: '"▮ "' },
});

class CountMarker extends GutterMarker {
  /** @param {Standing} standing */
  constructor(standing) {
    super();
    this.standing = standing;
  }

  /** @override @param {GutterMarker} other */
  eq(other) {
    return other instanceof CountMarker && other.standing.count === this.standing.count && other.standing.mood === this.standing.mood;
  }

  /** @override */
  toDOM() {
    const mark = document.createElement("span");
    mark.className = `standing-${this.standing.mood}`;
    mark.textContent = String(this.standing.count);
    return mark;
  }
}

class WordsWidget extends WidgetType {
  /** @param {Standing} standing */
  constructor(standing) {
    super();
    this.standing = standing;
  }

  /** @override @param {WidgetType} other */
  eq(other) {
    return other instanceof WordsWidget && other.standing.words === this.standing.words;
  }

  /** @override */
  toDOM() {
    const words = document.createElement("span");
    words.className = `standing-words standing-${this.standing.mood}`;
    words.textContent = this.standing.words;
    words.setAttribute("aria-hidden", "true");
    return words;
  }
}

/** @typedef {{ words: DecorationSet, counts: RangeSet<GutterMarker> }} Marks */

/** @param {Text} doc @param {readonly Standing[]} standings @returns {Marks} */
const marksOf = (doc, standings) => {
  const here = standings.filter(({ line }) => line >= 1 && line <= doc.lines);
  return {
    words: Decoration.set(here.map((standing) => Decoration.widget({ widget: new WordsWidget(standing), side: 1 }).range(doc.line(standing.line).to))),
    counts: RangeSet.of(here.map((standing) => new CountMarker(standing).range(doc.line(standing.line).from))),
  };
};

const setMarks = /** @type {StateEffectType<Marks>} */ (StateEffect.define());

/** @type {StateField<Marks>} */
const marks = StateField.define({
  create: () => ({ words: Decoration.none, counts: RangeSet.empty }),
  update: ({ words, counts }, { changes, effects }) => effects.find((effect) => effect.is(setMarks))?.value
    ?? { words: words.map(changes), counts: counts.map(changes) },
  provide: (field) => EditorView.decorations.from(field, ({ words }) => words),
});

/**
 * Where a diagnostic's line and column, both from 1 and in characters, are in the text.
 * @param {Text} doc @param {number} line @param {number} column
 */
const offsetOf = (doc, line, column) => {
  const found = doc.line(Math.min(Math.max(1, line), doc.lines));
  const before = Array.from(found.text).slice(0, column - 1).join("").length;
  return found.from + before;
};

/**
 * What is selected now: the browser's own selection where it can be asked in a shadow root, as the view hears of it later.
 * @param {EditorView} view @returns {{ from: number, to: number }}
 */
const selectedIn = (view) => {
  const root = /** @type {{ getSelection?: () => Selection | null }} */ (view.root);
  const { anchorNode, anchorOffset, focusNode, focusOffset } = root.getSelection?.() ?? {};
  if (!anchorNode || !focusNode || !view.contentDOM.contains(anchorNode)) return view.state.selection.main;
  const ends = [view.posAtDOM(anchorNode, anchorOffset), view.posAtDOM(focusNode, focusOffset)];
  return { from: Math.min(...ends), to: Math.max(...ends) };
};

/**
 * Typing over a selection. Left to itself, Chromium keeps the look of what goes by an inline style, which our security
 * policy refuses with an error in the console.
 * @param {InputEvent} event @param {EditorView} view
 */
const typeOver = (event, view) => {
  const { from, to } = selectedIn(view);
  if (event.inputType !== "insertText" || event.isComposing || event.data === null || from === to) return false;
  view.dispatch({ changes: { from, to, insert: event.data }, selection: { anchor: from + event.data.length }, scrollIntoView: true, userEvent: "input.type" });
  return true;
};

/**
 * @param {HTMLElement} host
 * @param {FieldListener} listener
 * @param {string} name
 * @returns {TextField}
 */
export const createCodeField = (host, { edited, apply }, name) => {
  const frame = document.createElement("div");
  frame.className = "code-field";
  const root = frame.attachShadow({ mode: "open" });
  host.replaceChildren(frame);
  const view = new EditorView({
    root,
    parent: root,
    extensions: [
      keymap.of([{ key: "Mod-Enter", run: () => (apply(), true) }, ...defaultKeymap, ...historyKeymap]),
      EditorView.updateListener.of(({ docChanged }) => {
        if (docChanged) edited();
      }),
      EditorView.contentAttributes.of({ "aria-label": name, "aria-multiline": "true", spellcheck: "false", autocapitalize: "off" }),
      EditorView.domEventHandlers({ beforeinput: typeOver }),
      EditorState.tabSize.of(2), indentUnit.of("  "),
      gutter({ class: "cm-standing", markers: (view) => view.state.field(marks).counts }),
      lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(),
      language, syntaxHighlighting(colours), marks, theme,
    ],
  });

  return {
    text: () => view.state.doc.toString(),
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      // A state of its own, with the way back in it: a view that is out of sight would take all of a replaced text for what is seen, and draw it.
      view.setState(view.state.update({ changes: { from: 0, to: view.state.doc.length, insert: text } }).state);
    },
    reveal: (line, column) => {
      const at = offsetOf(view.state.doc, line, column);
      view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
      view.focus();
    },
    showDiagnostics: (diagnostics) => {
      const { doc } = view.state;
      view.dispatch(setDiagnostics(view.state, diagnostics.map((diagnostic) => {
        const from = offsetOf(doc, diagnostic.line, diagnostic.column);
        const to = Math.max(from, offsetOf(doc, diagnostic.end_line, diagnostic.end_column));
        const help = diagnostic.help ? ` ${diagnostic.help}` : "";
        return { from, to, severity: "error", message: diagnostic.message + help };
      })));
    },
    showStandings: (standings) => view.dispatch({ effects: setMarks.of(marksOf(view.state.doc, standings)) }),
  };
};
