/** Shared view: the panel beside the scene that shows what all activities share. Not live: who hears the page reads it when they want. */

/** @import { SharedVariable } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
import { element, setText } from "./dom.js";
import { createShared } from "./shared.js";

/**
 * @param {HTMLElement} panel Hidden where nothing is shared.
 * @param {HTMLElement} list
 * @param {readonly SharedVariable[]} [variables] Older engines do not tell.
 * @returns {{ update: (reader: FrameReader, wallMs: number) => void }}
 */
export const createSharedView = (panel, list, variables = []) => {
  const follow = createShared(variables);
  const parts = variables.map(({ name }) => {
    const value = element("span", { class: "shared-value" }, "–");
    const writes = element("span", { class: "shared-writes" });
    return { value, writes, item: element("div", {}, element("dt", {}, name), element("dd", {}, value, writes)) };
  });
  panel.hidden = variables.length === 0;
  list.replaceChildren(...parts.map(({ item }) => item));
  return {
    update: (reader, wallMs) => follow(reader, wallMs).forEach((standing, index) => {
      const part = parts[index];
      if (!part) return;
      setText(part.value, standing.value);
      setText(part.writes, standing.writes);
      part.value.classList.toggle("is-fresh", standing.isFresh);
    }),
  };
};
