/** Notice: a sentence above the laboratory that stays until it no longer holds, with what can be done about it. */

import { element } from "./dom.js";

/** @typedef {{ name: string, act: () => void }} Remedy */

/**
 * @param {HTMLElement} place A live region, hidden while there is nothing to say.
 * @returns {{ show: (sentences: readonly string[], remedy?: Remedy) => void, hide: () => void }}
 */
export const createNotice = (place) => {
  const hide = () => {
    place.hidden = true;
    place.replaceChildren();
  };
  return {
    show: (sentences, remedy) => {
      if (sentences.length === 0) return hide();
      place.hidden = false;
      place.replaceChildren(...sentences.map((words) => element("p", {}, words)));
      if (!remedy) return undefined;
      const button = element("button", { type: "button", class: "quiet" }, remedy.name);
      button.addEventListener("click", remedy.act);
      return place.append(button);
    },
    hide,
  };
};

/** Gives a text to the reader as a file. @param {string} name @param {string} text */
export const saveFile = (name, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  element("a", { href: address, download: name }).click();
  // The browser has begun to read it by the next turn, but nothing says when it is done.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
};
