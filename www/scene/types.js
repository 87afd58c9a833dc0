// The words that the scene's modules share: what is drawn (Description), what is read (FrameReader), where it
// stands (Placed, Route). Types only; nothing here runs. The edge's own contract is documented with src/wasm.rs.

/** @import { OutlineEdge, OutlineNode } from "../edge.js" */

/** @typedef {{ nodes: ReadonlyArray<OutlineNode>, edges: ReadonlyArray<OutlineEdge> }} Outline */
/** What the scene needs of a run's description. @typedef {{ title: string, outline: Outline, shared?: ReadonlyArray<import("../edge.js").SharedVariable> }} Description */
/** What the scene needs of the page's reader: a frame, by name; what it does not have is NaN. @typedef {Pick<import("../frame.js").FrameReader, "header"|"value">} FrameReader */

/** @typedef {readonly [x: number, y: number]} Point */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** Which way items travel: to the right on a wide page, down on a narrow one. @typedef {"right"|"down"} Direction */
/** @typedef {"start"|"end"|"middle"} Anchor */

/**
 * Where a node stands. All boxes are in pixels of the whole drawing.
 * `box` is the body (tank, crew, slots), `door` the strip before it where those who wait stand in line,
 * `lines` the places of the lines of words, `textWidth` how wide these may be.
 * @typedef {{ node: OutlineNode, id: string, outer: Box, box: Box, door: Box, name: Point, lines: ReadonlyArray<Point>, textWidth: number, direction: Direction }} Placed
 */

/** A curve as data: what to draw, how long it is, and where one is after a share of it (0..1). @typedef {{ d: string, length: number, at: (share: number) => { x: number, y: number, angle: number } }} Curve */

/**
 * A drawn connection: all outline edges that go from one node to another the same way.
 * `source` and `target` are ids of nodes in the direction in which items (or permits, or children) travel.
 * @typedef {{ id: string, source: string, target: string, verbs: ReadonlyArray<string>, edges: ReadonlyArray<number>, curve: Curve }} Route
 */

/** `left`: how many are not drawn, as there are too many. @typedef {{ width: number, height: number, direction: Direction, nodes: ReadonlyArray<Placed>, routes: ReadonlyArray<Route>, left: { nodes: number, links: number } }} Layout */

/** Time of the viewer's, not of the simulation's. `still`: nothing is to move; `stands`: the run stands still. @typedef {{ wallMs: number, still: boolean, stands: boolean }} Tick */

export {};
