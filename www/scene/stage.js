// The scene as a whole: lays out, draws every node and route at each frame, follows the width of its container, and says
// in words what is to be seen. The layout library is handed in; scene.js hands in the one the page ships.

/** @import { Description, FrameReader, Layout, Route, Tick } from "./types.js" */
/** @import { Dagre } from "./layout.js" */
/** @import { Readings } from "./pressure.js" */

import { leftOut } from "../limits.js";
import { createEdge } from "./edges.js";
import { createNames, defineGlyphs } from "./glyphs.js";
import { drawerFor } from "./kinds.js";
import { layOut } from "./layout.js";
import { createMeasure } from "./measure.js";
import { createPressure } from "./pressure.js";
import { readCores, readCrew, readGroup, readPassed, readPermits, readQueue, readTank } from "./readings.js";
import { createShape } from "./svg.js";
import { createTab } from "./tab.js";

const LABEL_EVERY_MS = 2000;
// Until the container has a width, and where there is none (tests).
const USUAL_WIDTH_PX = 880;

/** `stands`: whether the run stands still. @typedef {{ update: (frame: FrameReader, wallMs: number, stands?: boolean) => void, destroy: () => void }} Scene */
/** @typedef {{ reducedMotion: boolean }} Options */

/** How many went along a route. What a group reads out of its log is what it hands to its members; nobody sends dead letters. @param {FrameReader} frame @param {Route} route */
const passed = (frame, { verbs, edges, source, target }) => {
  if (verbs.includes("read")) return readGroup(frame, indexOf(target)).delivered;
  return verbs.includes("dead_letter") ? readQueue(frame, indexOf(source)).dead : readPassed(frame, edges);
};

const indexOf = (/** @type {string} */ id) => Number(id.slice(id.indexOf(":") + 1));

/** @param {FrameReader} frame @returns {Readings} */
const readingsOf = (frame) => ({
  crew: (id) => (id.startsWith("process:") ? readCrew(frame, indexOf(id)) : undefined),
  tank: (id) => (id.startsWith("channel:") ? readTank(frame, indexOf(id)) : undefined),
  permits: (id) => (id.startsWith("resource:") ? readPermits(frame, indexOf(id)) : undefined),
  cores: (id) => (id.startsWith("cpu:") ? readCores(frame, indexOf(id)) : undefined),
});

/** What is said beneath a drawing that is not of everything. @param {Layout} layout */
const noteOf = ({ nodes, routes, left }) => {
  const connections = leftOut(routes.length, routes.length + left.links, "connections are drawn");
  return [leftOut(nodes.length, nodes.length + left.nodes, "things are drawn: what hangs together with the first of the text"), connections].filter(Boolean).join(" ");
};

/** @param {HTMLElement} container @param {string} words */
const showNote = (container, words) => {
  if (words === "") return null;
  const note = container.ownerDocument.createElement("p");
  note.setAttribute("class", "hint");
  note.textContent = words;
  container.append(note);
  return note;
};

/**
 * One drawing for one width.
 * @param {HTMLElement} container @param {Description} description @param {number} widthPx @param {Dagre} dagre
 */
const createDrawing = (container, description, widthPx, dagre) => {
  const layout = layOut(description.outline, widthPx, dagre);
  const names = createNames();
  const measure = createMeasure(container);
  const svg = createShape(container.ownerDocument, "svg", {
    class: `hw-scene runs-${layout.direction}`,
    width: layout.width,
    height: layout.height,
    viewBox: `0 0 ${layout.width} ${layout.height}`,
    role: "img",
    "aria-label": description.title,
  });
  defineGlyphs(svg, names);
  const edges = layout.routes.map((route) => ({ route, edge: createEdge(svg.add("g", { class: "hw-route" }), route, layout.direction) }));
  const nodes = layout.nodes.map((placed) => {
    const easel = { group: svg.add("g", { class: `hw-node is-${placed.node.kind}` }), placed, names, measure, outline: description.outline, shared: description.shared ?? [] };
    const drawer = drawerFor(placed.node.kind)(easel);
    const home = layout.nodes.find(({ node }) => node.kind === "memory" && node.index === placed.node.memory);
    if (home) createTab(easel).say([`in ${home.node.name}`, home.node.name]);
    return { id: placed.id, drawer };
  });
  const pressure = createPressure(layout.routes);
  container.append(svg.element);
  const note = showNote(container, noteOf(layout));

  // Who calls waits for the reply as well; the frame counts both as sending.
  const calls = new Set(layout.routes.filter((route) => route.verbs.includes("call")).map((route) => route.source));
  /** @param {string} id @param {Readings} readings */
  const doors = (id, readings) => {
    if (!calls.has(id)) return Infinity;
    const targets = layout.routes.filter((route) => route.source === id);
    return targets.reduce((sum, route) => sum + (readings.tank(route.target)?.waitingSenders ?? 0), 0);
  };

  /** @param {FrameReader} frame @param {Tick} tick */
  const draw = (frame, tick) => {
    const readings = readingsOf(frame);
    const pressed = pressure.advance(readings, frame.header("time_ns"), tick.wallMs, frame.header("status") >= 2);
    /** @type {Map<string, number>} */
    const arriving = new Map();
    for (const { route, edge } of edges) {
      const onTheWay = edge.draw(passed(frame, route), pressed.degree(route.id), pressed.against(route.id), tick);
      arriving.set(route.target, (arriving.get(route.target) ?? 0) + onTheWay);
    }
    for (const { id, drawer } of nodes) drawer.draw(frame, tick, { setsPace: pressed.setsPace(id), arriving: arriving.get(id) ?? 0, atDoors: doors(id, readings) });
  };

  const label = () => {
    const parts = nodes.map(({ drawer }) => drawer.summary());
    svg.set({ "aria-label": parts.join("; ").replaceAll("\u2007", "") });
  };
  const remove = () => {
    svg.remove();
    note?.remove();
  };
  return { draw, label, remove };
};

/**
 * Draws a scene into a container and keeps to its width.
 * @param {HTMLElement} container @param {Description} description @param {Options} options @param {Dagre} dagre
 * @returns {Scene}
 */
export const createStage = (container, description, options, dagre) => {
  const view = container.ownerDocument.defaultView;
  const widthOf = () => {
    const style = view?.getComputedStyle(container);
    const padding = style ? parseFloat(style.paddingLeft) + parseFloat(style.paddingRight) : 0;
    return Math.floor(container.clientWidth - padding) || USUAL_WIDTH_PX;
  };
  let width = widthOf();
  let drawing = createDrawing(container, description, width, dagre);
  /** @type {FrameReader|undefined} */
  let lastFrame;
  let lastMs = 0;
  let stood = false;
  let labelledMs = -Infinity;

  const update = (/** @type {FrameReader} */ frame, /** @type {number} */ wallMs, stands = false) => {
    lastFrame = frame;
    lastMs = wallMs;
    stood = stands;
    drawing.draw(frame, { wallMs, still: options.reducedMotion, stands });
    if (wallMs - labelledMs < LABEL_EVERY_MS) return;
    labelledMs = wallMs;
    drawing.label();
  };

  const relayout = () => {
    if (widthOf() === width) return;
    width = widthOf();
    drawing.remove();
    drawing = createDrawing(container, description, width, dagre);
    labelledMs = -Infinity;
    if (lastFrame) update(lastFrame, lastMs, stood);
  };

  const Observer = view?.ResizeObserver;
  const observer = Observer ? new Observer(relayout) : undefined;
  observer?.observe(container);
  return {
    update,
    destroy: () => {
      observer?.disconnect();
      drawing.remove();
    },
  };
};
