/** Log: what the scenario prints, with its times. Shows the tail; says how much came before. */

/** @import { Printed } from "./edge.js" */
import { element, setText } from "./dom.js";
import { duration, whole } from "./format.js";
import { PRINTED_MAX } from "./laboratory.js";
import { shortened } from "./limits.js";

const LETTERS_MAX = 2_000;

/** A line may be as long as a book. @param {string} text */
const lineText = (text) => (text.length > LETTERS_MAX ? `${shortened(text, LETTERS_MAX)} (${whole(text.length)} letters in all)` : text);

/** @param {Printed} printed */
const lineOf = ({ t_s: time, by, text }) => element("li", {},
  element("time", {}, duration(time * 1e9, 6)), element("span", { class: "log-by" }, by), element("span", { class: "log-text" }, lineText(text)));

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} note
 * @returns {{ add: (printed: readonly Printed[], from: number) => void, clear: () => void }}
 */
export const createLog = (list, note) => {
  let inAll = 0;

  const sayBefore = () => {
    const before = inAll - list.childElementCount;
    if (inAll === 0) return setText(note, "Nothing is printed so far.");
    const lines = before === 1 ? "1 earlier line is" : `${whole(before)} earlier lines are`;
    setText(note, before > 0 ? `${lines} not shown.` : "");
  };

  sayBefore();
  return {
    add: (printed, from) => {
      if (printed.length === 0) return;
      const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
      // A gap means that lines in between were skipped: those shown are no neighbours.
      if (from > inAll) list.replaceChildren();
      list.append(...printed.slice(-PRINTED_MAX).map(lineOf));
      while (list.childElementCount > PRINTED_MAX) list.firstElementChild?.remove();
      inAll = from + printed.length;
      sayBefore();
      if (isAtEnd) list.scrollTop = list.scrollHeight;
    },
    clear: () => {
      inAll = 0;
      list.replaceChildren();
      sayBefore();
    },
  };
};
