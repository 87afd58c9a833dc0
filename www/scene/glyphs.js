// The signs of the scene, defined once per drawing: one shape for each state of an activity, told apart by form and
// pattern as well as by colour, and the hatching of whatever is held up.

/** @import { Shape } from "./svg.js" */
/** @import { State } from "./words.js" */

let drawings = 0;

/** Names that no other drawing on the page uses. @returns {(name: string) => string} */
export const createNames = () => {
  drawings += 1;
  const prefix = `hw${drawings}-`;
  return (name) => `${prefix}${name}`;
};

const hatch = (/** @type {Shape} */ defs, /** @type {string} */ id, /** @type {number} */ spacing, /** @type {number} */ weight) => {
  const pattern = defs.add("pattern", { id, width: spacing, height: spacing, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  pattern.add("rect", { width: spacing, height: spacing, class: "hw-hatch-ground" });
  pattern.add("path", { d: `M${spacing / 2} 0V${spacing}`, class: "hw-hatch-line", "stroke-width": weight });
};

const DIAMOND = "M0 -9L9 0L0 9L-9 0Z";

/** Those who have to do with cores are diamonds, with permits squares, with items round. @type {Record<State, (symbol: Shape, hatchUrl: string) => void>} */
const SIGNS = {
  busy: (symbol) => {
    symbol.add("circle", { r: 8.4, class: "hw-sign-busy" });
    symbol.add("circle", { r: 3, class: "hw-sign-item" });
  },
  working: (symbol) => {
    symbol.add("path", { d: DIAMOND, class: "hw-sign-busy" });
    symbol.add("circle", { r: 3, class: "hw-sign-item" });
  },
  down: (symbol) => {
    symbol.add("circle", { r: 8, class: "hw-sign-calm" });
    symbol.add("path", { d: "M-3.4 -3.4L3.4 3.4M3.4 -3.4L-3.4 3.4", class: "hw-sign-calm" });
  },
  sleeping: (symbol) => {
    symbol.add("circle", { r: 8, class: "hw-sign-calm" });
    symbol.add("path", { d: "M0 -4.5V0.4L3.2 2.4", class: "hw-sign-calm" });
  },
  sending: (symbol, hatchUrl) => {
    symbol.add("circle", { r: 8, class: "hw-sign-held", fill: hatchUrl });
  },
  resource: (symbol, hatchUrl) => {
    symbol.add("rect", { x: -7.5, y: -7.5, width: 15, height: 15, rx: 3, class: "hw-sign-held", fill: hatchUrl });
  },
  cpu: (symbol, hatchUrl) => {
    symbol.add("path", { d: DIAMOND, class: "hw-sign-held", fill: hatchUrl });
  },
  receiving: (symbol) => {
    symbol.add("circle", { r: 8, class: "hw-sign-idle" });
  },
  awaiting: (symbol) => {
    symbol.add("circle", { r: 8, class: "hw-sign-calm" });
    for (const x of [-3.6, 0, 3.6]) symbol.add("circle", { cx: x, r: 1.1, class: "hw-sign-mote" });
  },
};

/** The marks of groups, each of its own shape, about the point they begin at. @type {ReadonlyArray<(r: number) => string>} */
const MARKS = [
  (r) => `m${-r} ${-r}h${2 * r}l${-r} ${2 * r}Z`,
  (r) => `m0 ${-r}l${r} ${r}l${-r} ${r}l${-r} ${-r}Z`,
  (r) => `m${-r * 0.8} ${-r * 0.8}h${r * 1.6}v${r * 1.6}h${-r * 1.6}Z`,
  (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  (r) => `m${-r} ${r}h${2 * r}l${-r} ${-2 * r}Z`,
];

/** The mark of a group as path data. @param {number} sign which of its topic's groups @param {number} x @param {number} y @param {number} r */
export const markAt = (sign, x, y, r) => `M${x} ${y}${MARKS[Math.max(0, sign) % MARKS.length]?.(r)}`;

const STATES = /** @type {State[]} */ (Object.keys(SIGNS));

/**
 * Puts the definitions into a drawing.
 * @param {Shape} svg @param {(name: string) => string} names
 */
export const defineGlyphs = (svg, names) => {
  const defs = svg.add("defs");
  hatch(defs, names("hatch"), 5, 2);
  hatch(defs, names("hatch-fine"), 4, 1.6);
  for (const state of STATES) SIGNS[state](defs.add("symbol", { id: names(state), viewBox: "-10 -10 20 20", overflow: "visible" }), `url(#${names("hatch")})`);
};

/**
 * Puts one sign at a place.
 * @param {Shape} use a `use` element @param {string} id @param {number} x middle @param {number} y middle @param {number} radius
 */
export const putGlyph = (use, id, x, y, radius) => use.set({ href: `#${id}`, x: x - radius, y: y - radius, width: radius * 2, height: radius * 2 });
