// A route between two nodes: its line and arrow; items on it as dots while few, as a stream of beads while many; and the
// chevrons of pressure that run back from what holds up to who is held up.

/** @import { Direction, Route, Tick } from "./types.js" */
/** @import { Shape } from "./svg.js" */
/** @import { FlowState } from "./flow.js" */

import { createFlow } from "./flow.js";
import { createPool, px } from "./svg.js";

const BEAD_SPACING = 15;
const CHEVRON_SPACING = 15;
const CHEVRON_ASIDE = 10;
const MOST_CHEVRONS = 18;
const CHEVRONS_MS_PER_STEP = 620;

/** What travels: items, children that are started, permits, or what is written down. @param {Route} route */
const cargoOf = (route) => {
  if (route.verbs.includes("spawn")) return "spawn";
  if (route.verbs.includes("write") || route.source.startsWith("table:")) return "write";
  return route.verbs.some((verb) => verb === "acquire" || verb === "with" || verb === "release") ? "grant" : "item";
};

/**
 * Beside a line: below what runs across, left of what runs down, so that it never lies on the words above or beside.
 * @param {{ x: number, y: number, angle: number }} on @param {Direction} direction
 */
const beside = ({ x, y, angle }, direction) => {
  const turned = (angle * Math.PI) / 180;
  const [dx, dy] = [-Math.sin(turned) * CHEVRON_ASIDE, Math.cos(turned) * CHEVRON_ASIDE];
  const wrong = direction === "right" ? dy < -0.5 : dx > 0.5;
  return wrong ? [px(x - dx), px(y - dy)] : [px(x + dx), px(y + dy)];
};

/**
 * @param {Shape} group @param {Route} route @param {Direction} direction
 */
export const createEdge = (group, route, direction) => {
  const { curve } = route;
  const cargo = cargoOf(route);
  const end = curve.at(1);
  const line = group.add("path", { d: curve.d });
  const arrow = group.add("path", { d: "M-8 -4.5L0 0L-8 4.5Z", transform: `translate(${px(end.x)} ${px(end.y)}) rotate(${px(end.angle)})` });
  const beads = group.add("path", { d: curve.d, class: `hw-beads is-${cargo}`, "stroke-dasharray": `0 ${BEAD_SPACING}` });
  const dots = createPool(() => (cargo === "grant" ? group.add("rect", { width: 8, height: 8, rx: 2, class: "hw-dot is-grant" }) : group.add("circle", { r: 5.5, class: `hw-dot is-${cargo}` })));
  const chevrons = createPool(() => group.add("path", { d: "M3 -4.5L-2.5 0L3 4.5", class: "hw-chevron" }));
  const flow = createFlow();

  const drawStream = (/** @type {FlowState} */ state, /** @type {boolean} */ still) => {
    const shown = state.mode === "stream" && !still;
    beads.show(shown);
    if (!shown) return;
    const wide = Math.min(3, Math.log10(Math.max(1, state.rate / 12)));
    beads.set({ "stroke-dashoffset": px(-(state.phase % 1) * BEAD_SPACING), "stroke-width": px(5 + wide) });
  };

  const drawDots = (/** @type {ReadonlyArray<number>} */ shares) =>
    dots.draw(shares.length, (dot, index) => {
      const { x, y } = curve.at(shares[index] ?? 0);
      dot.set(cargo === "grant" ? { x: px(x - 4), y: px(y - 4) } : { cx: px(x), cy: px(y) });
    });

  const drawPressure = (/** @type {number} */ degree, /** @type {boolean} */ against, /** @type {Tick} */ tick) => {
    const room = curve.length - 16;
    const number = degree === 0 ? 0 : Math.min(MOST_CHEVRONS, Math.max(1, Math.floor(room / CHEVRON_SPACING)));
    const spacing = number > 0 ? room / number : 0;
    const step = tick.still ? 0.5 : (tick.wallMs / CHEVRONS_MS_PER_STEP) % 1;
    chevrons.draw(number, (chevron, index) => {
      const walked = 8 + (index + (against ? 1 - step : step)) * spacing;
      const on = curve.at(walked / curve.length);
      chevron.set({ transform: `translate(${beside(on, direction).join(" ")}) rotate(${px(against ? on.angle : on.angle + 180)})`, class: `hw-chevron degree-${degree}` });
    });
  };

  /**
   * @param {number} passed how many went along so far @param {number} degree of pressure, 0 to 3 @param {boolean} against whether it runs against the way of travel
   * @param {Tick} tick
   * @returns {number} how many are on their way
   */
  const draw = (passed, degree, against, tick) => {
    const state = flow.advance(passed, tick.wallMs);
    const shares = tick.still || state.mode === "stream" ? [] : state.dots;
    const held = degree > 0 ? " is-pressed" : "";
    line.set({ class: `hw-edge is-${cargo}${held}` });
    arrow.set({ class: `hw-arrow is-${cargo}${held}` });
    drawStream(state, tick.still);
    drawDots(shares);
    drawPressure(degree, against, tick);
    return shares.length;
  };
  return { draw };
};
