/** Shared view: the panel beside the scene that shows what all activities share. Not live: who hears the page reads it when they want. */

/** @import { SharedVariable } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
import { element, setText } from "./dom.js";
import { leftOut, LISTED_MAX } from "./limits.js";
import { createShared } from "./shared.js";

/**
 * @param {HTMLElement} panel Hidden where nothing is shared.
 * @param {HTMLElement} list
 * @param {readonly SharedVariable[]} [all] Older engines do not tell.
 * @returns {{ update: (reader: FrameReader, wallMs: number) => void }}
 */
export const createSharedView = (panel, list, all = []) => {
  const variables = all.slice(0, LISTED_MAX);
  const note = leftOut(variables.length, all.length, "are shown");
  const follow = createShared(variables);
  const parts = variables.map(({ name }) => {
    const value = element("span", {}, "–");
    return { value, item: element("div", {}, element("dt", {}, ...name.split(/(?<=_)/).flatMap((part) => [part, element("wbr")])), element("dd", {}, value)) };
  });
  panel.hidden = variables.length === 0;
  list.replaceChildren(...parts.map(({ item }) => item), ...(note ? [element("div", {}, element("dt", {}, note))] : []));
  return {
    update: (reader, wallMs) => follow(reader, wallMs).forEach(({ text, isFresh }, index) => {
      const value = parts[index]?.value;
      if (!value) return;
      setText(value, text);
      value.classList.toggle("is-fresh", isFresh);
    }),
  };
};
