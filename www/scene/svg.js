// The one place that makes SVG elements. A Shape remembers what it was last told, so that a drawing module may say
// everything at every frame and the browser hears only what changed.

const SVG = "http://www.w3.org/2000/svg";

/** What of a document is needed; a test hands in a recorder. @typedef {{ createElementNS: (space: "http://www.w3.org/2000/svg", tag: string) => SVGElement }} Maker */
/** @typedef {Record<string, string|number>} Attributes */

/**
 * @typedef {object} Shape
 * @property {SVGElement} element
 * @property {(attributes: Attributes) => Shape} set writes the attributes that changed
 * @property {(text: string) => Shape} say sets the text
 * @property {(shown: boolean) => Shape} show
 * @property {(tag: string, attributes?: Attributes) => Shape} add a child
 * @property {() => void} remove
 */

/**
 * @param {Maker} maker @param {string} tag @param {Attributes} [attributes]
 * @returns {Shape}
 */
export const createShape = (maker, tag, attributes = {}) => {
  const element = maker.createElementNS(SVG, tag);
  /** @type {Map<string, string|number>} */
  const told = new Map();
  let said = "";

  /** @type {Shape} */
  const shape = {
    element,
    set: (changes) => {
      for (const name in changes) {
        const value = changes[name] ?? "";
        if (told.get(name) === value) continue;
        told.set(name, value);
        element.setAttribute(name, String(value));
      }
      return shape;
    },
    say: (text) => {
      if (text !== said) element.textContent = text;
      said = text;
      return shape;
    },
    show: (shown) => shape.set({ visibility: shown ? "inherit" : "hidden" }),
    add: (childTag, childAttributes = {}) => {
      const child = createShape(maker, childTag, childAttributes);
      element.appendChild(child.element);
      return child;
    },
    remove: () => element.remove(),
  };
  return shape.set(attributes);
};

/** A position as SVG writes it: a tenth of a pixel is enough. @param {number} value */
export const px = (value) => Math.round(value * 10) / 10;

/**
 * As many like shapes as were ever needed at once; those not needed now are hidden, not removed.
 * @param {(index: number) => Shape} make
 */
export const createPool = (make) => {
  /** @type {Shape[]} */
  const shapes = [];
  let used = 0;
  const take = (/** @type {number} */ index) => {
    const known = shapes[index];
    if (known) return known;
    const fresh = make(index);
    shapes.push(fresh);
    return fresh;
  };
  /** @param {number} wanted @param {(shape: Shape, index: number) => void} draw */
  const draw = (wanted, draw) => {
    for (let index = 0; index < wanted; index += 1) draw(take(index).show(true), index);
    for (let index = wanted; index < used; index += 1) shapes[index]?.show(false);
    used = wanted;
  };
  return { draw };
};
