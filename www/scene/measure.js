// How wide a text will be, as the page's own font has it. Asked once for each text: figures are tabular, so all numbers of
// a length are one text. Without a canvas (tests) it is estimated.

/** @typedef {(text: string, sizePx: number, bold: boolean) => number} Measure */

const LETTER_EM = 0.58;
const MOST_REMEMBERED = 2000;

/** @type {Measure} */
const estimate = (text, sizePx) => text.length * sizePx * LETTER_EM;

/**
 * @param {HTMLElement} container whose font is used
 * @returns {Measure}
 */
export const createMeasure = (container) => {
  const view = container.ownerDocument.defaultView;
  const context = view ? container.ownerDocument.createElement("canvas").getContext("2d") : null;
  if (!view || !context) return estimate;
  const family = view.getComputedStyle(container).fontFamily;
  /** @type {Map<string, number>} */
  const known = new Map();
  return (text, sizePx, bold) => {
    const key = `${bold ? "b" : ""}${sizePx} ${text.replaceAll(/[\d\u2007]/g, "0")}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    context.font = `${bold ? 650 : 400} ${sizePx}px ${family}`;
    const width = context.measureText(text).width;
    if (known.size < MOST_REMEMBERED) known.set(key, width);
    return width;
  };
};

/**
 * The first of several wordings, longest first, that fits; the last one if none does.
 * @param {ReadonlyArray<string>} wordings at least one
 * @param {(text: string) => number} widthOf
 * @param {number} roomPx
 */
export const fitting = (wordings, widthOf, roomPx) => wordings.find((wording) => widthOf(wording) <= roomPx) ?? wordings[wordings.length - 1] ?? "";

/**
 * A name cut to a width, with an ellipsis.
 * @param {string} name
 * @param {(text: string) => number} widthOf
 * @param {number} roomPx
 */
export const clipped = (name, widthOf, roomPx) => {
  if (widthOf(name) <= roomPx) return name;
  let length = name.length - 1;
  while (length > 1 && widthOf(`${name.slice(0, length)}…`) > roomPx) length -= 1;
  return `${name.slice(0, length)}…`;
};
