// Where everything stands: outline in, places and curves out. Pure and deterministic; the layout library (dagre) is
// handed in. Dagre decides ranks and the order within them; the places along the way of travel are set here, so that
// long chains fold into rows like text, and a wide page is filled evenly.

/** @import { Direction, Layout, Outline, Placed, Point, Route } from "./types.js" */
/** @import { Component, Link } from "./outline.js" */
/** @import { Manner } from "./places.js" */

import { smooth, square } from "./curve.js";
import { componentsOf, drawnOf, idOf, isTwin } from "./outline.js";
import { place, portsOf, sizeOf } from "./places.js";

/**
 * The part of dagre that is used.
 * @typedef {{ setGraph: (label: object) => unknown, setNode: (id: string, label: object) => unknown, setEdge: (from: string, to: string, label: object) => unknown,
 *   node: (id: string) => { x: number, y: number }, edge: (from: string, to: string) => { points: ReadonlyArray<{ x: number, y: number }> } }} Graph
 * @typedef {{ Graph: new () => Graph, layout: (graph: any) => unknown }} Dagre
 */

/** Dagre's answer: columns of ids along the way, each node's place across, and where long links pass other columns. @typedef {{ columns: string[][], across: Map<string, number>, passes: Map<Link, Map<number, number>> }} Ranked */
/** What columns became: where each starts, how long it is, in which row. @typedef {{ starts: number[], gutter: number, lengths: number[], rows: number[], rowCount: number, gap: number }} Columns */
/** A row of columns: its extent across, and how far it was moved. @typedef {{ low: number, high: number, shift: number }} Row */
/** A route before it is a curve. @typedef {{ link: Link, points: Point[], rounded: boolean }} Path */
/** @typedef {{ placed: Placed[], paths: Path[], width: number, height: number, folded: boolean }} Part */

export const NARROW_PX = 640;
const MARGIN = 4;
const NODE_GAP = 22;
const PART_GAP = 28;
const LANE = 12;
const TWIN_OFFSET = 11;
const CORNER = 10;
const MOST_STRETCH = 2.6;
const LANE_ROOM = 10;
const GUTTER = 28;
const PORT_GAP = 15;
/** What is squeezed stands at least so far apart. */
const PASS_GAP = 18;
/** So much is spent on trying manners: about a third of a second, and half as much again as any preset takes. */
const WORK_MAX = 4_000;
/** @type {ReadonlySet<Link>} */
const NONE = new Set();
const ROOMY = { door: 44, gap: 50 };
const ROOMY_BODIES = [172, 156, 140, 124];
const COMPACT = { body: 102, door: 22, gap: 22 };
// Three fit beside each other on the narrowest page. What would be tiny is rather squeezed and put in more rows; what does
// not fit at all is drawn so that it can be read.
const NARROW_BODIES = [150, 136, 122, 108, 96, 80];
const TINY_BODIES = [73, 62];
const SQUEEZED_BODIES = [108, 96, 80];
const UNFIT_BODY = 80;

/**
 * Ranks and order by dagre.
 * @param {Component} component @param {Manner} manner @param {Direction} direction @param {Dagre} dagre
 * @param {ReadonlySet<Link>} [longer] what is to be two columns long
 * @returns {Ranked}
 */
const rank = (component, manner, direction, dagre, longer = NONE) => {
  const graph = new dagre.Graph();
  graph.setGraph({ rankdir: direction === "right" ? "LR" : "TB", nodesep: NODE_GAP, edgesep: NODE_GAP, ranksep: 40 });
  for (const node of component.nodes) graph.setNode(idOf(node), sizeOf(node, manner, direction));
  // Of two links between the same two nodes dagre sees the first; they are drawn side by side.
  const seen = component.links.filter((link, index) => !isTwin(link, component.links.slice(0, index)));
  for (const link of seen) graph.setEdge(link.from, link.to, { minlen: longer.has(link) ? 2 : 1 });
  dagre.layout(graph);

  const along = (/** @type {{x:number,y:number}} */ point) => (direction === "right" ? point.x : point.y);
  const across = (/** @type {{x:number,y:number}} */ point) => (direction === "right" ? point.y : point.x);
  const ids = component.nodes.map(idOf);
  const levels = [...new Set(ids.map((id) => Math.round(along(graph.node(id)))))].sort((a, b) => a - b);
  const levelOf = (/** @type {string} */ id) => levels.indexOf(Math.round(along(graph.node(id))));
  const columns = levels.map((_, level) => ids.filter((id) => levelOf(id) === level));

  /** @type {Map<Link, Map<number, number>>} */
  const passes = new Map();
  for (const link of seen) {
    const { points } = graph.edge(link.from, link.to);
    /** @type {Map<number, number>} */
    const at = new Map();
    for (let level = levelOf(link.from) + 1; level < levelOf(link.to); level += 1) {
      const middle = levels[level] ?? 0;
      at.set(level, across(points.reduce((best, point) => (Math.abs(along(point) - middle) < Math.abs(along(best) - middle) ? point : best))));
    }
    passes.set(link, at);
  }
  return { columns, across: new Map(ids.map((id) => [id, across(graph.node(id))])), passes };
};

/**
 * Of a column with more than fit beside each other every other one is to stand in one of its own: the links that this makes longer.
 * @param {Component} component @param {Ranked} ranked @param {Manner} manner @param {Direction} direction
 * @returns {ReadonlySet<Link>}
 */
const longerOf = ({ nodes, links }, { columns }, manner, direction) => {
  const widthOf = (/** @type {string} */ id) => nodes.filter((node) => idOf(node) === id).reduce((_, node) => sizeOf(node, manner, direction).width, 0);
  const crowded = columns.filter((ids) => ids.reduce((sum, id) => sum + widthOf(id) + PASS_GAP, -PASS_GAP) > manner.room);
  return new Set(crowded.flatMap((ids) => ids.filter((_, place) => place % 2 === 0)).flatMap((id) => {
    const into = links.filter((link) => link.to === id);
    return into.length > 0 ? into : links.filter((link) => link.from === id);
  }));
};

/**
 * Moves what stands side by side together, as far as it has to be to fit. What passes between is moved as well.
 * @param {Ranked} ranked @param {(id: string) => number} widthOf @param {number} room
 * @returns {Ranked}
 */
const squeezed = (ranked, widthOf, room) => {
  const across = new Map(ranked.across);
  const passes = new Map([...ranked.passes].map(([link, at]) => [link, new Map(at)]));
  const half = (/** @type {string} */ id) => widthOf(id) / 2;
  const sides = [...across].flatMap(([id, middle]) => [middle - half(id), middle + half(id)]);
  const middle = (Math.min(...sides) + Math.max(...sides)) / 2;
  ranked.columns.forEach((ids, column) => {
    const own = [
      ...ids.map((id) => ({ at: across.get(id) ?? 0, half: half(id), move: (/** @type {number} */ to) => across.set(id, to) })),
      ...[...passes.values()].filter((at) => at.has(column)).map((at) => ({ at: at.get(column) ?? 0, half: 0, move: (/** @type {number} */ to) => at.set(column, to) })),
    ].sort((a, b) => a.at - b.at);
    let reached = middle - room / 2;
    for (const one of own) {
      one.at = Math.max(one.at, reached + one.half);
      reached = one.at + one.half + PASS_GAP;
    }
    reached = middle + room / 2;
    for (const one of own.reverse()) {
      one.at = Math.min(one.at, reached - one.half);
      reached = one.at - one.half - PASS_GAP;
      one.move(one.at);
    }
  });
  return { ...ranked, across, passes };
};

/**
 * Breaks columns into the fewest rows that fit, as even as can be.
 * @param {ReadonlyArray<number>} lengths of the columns @param {number} gap @param {number} room
 * @returns {number[]} for each column its row
 */
export const fold = (lengths, gap, room) => {
  const rowsWithin = (/** @type {number} */ limit) => {
    let used = 0;
    let row = 0;
    return lengths.map((length, column) => {
      const wanted = used + gap + length;
      const breaks = column > 0 && wanted > limit;
      if (breaks) row += 1;
      used = breaks || column === 0 ? length : wanted;
      return row;
    });
  };
  const greedy = rowsWithin(room);
  // The narrowest limit that needs no more rows than the widest gives the most even ones.
  for (let limit = Math.max(0, ...lengths); limit < room; limit += 4) {
    const rows = rowsWithin(limit);
    if (rows[rows.length - 1] === greedy[greedy.length - 1]) return rows;
  }
  return greedy;
};

/**
 * Places the columns along the way; where there is room to spare, the gaps share it.
 * @param {ReadonlyArray<number>} lengths @param {Manner} manner @param {Direction} direction @param {boolean} turnsBack whether some link runs against the way
 * @returns {Columns}
 */
const spread = (lengths, manner, direction, turnsBack) => {
  const unfolded = lengths.map(() => 0);
  const total = lengths.reduce((sum, length) => sum + length, 0) + (lengths.length - 1) * manner.gap;
  const folds = direction === "right" && total > manner.room;
  // What goes round, back or on to the next row, needs a gutter at both ends.
  const gutter = folds || turnsBack ? GUTTER : 0;
  const room = manner.room - 2 * gutter;
  const rows = folds ? fold(lengths, manner.gap, room) : unfolded;
  const rowCount = (rows[rows.length - 1] ?? 0) + 1;
  const gaps = Array.from({ length: rowCount }, (_, row) => {
    const own = lengths.filter((_, column) => rows[column] === row);
    const free = room - own.reduce((sum, length) => sum + length, 0);
    return own.length > 1 ? Math.floor(free / (own.length - 1)) : Infinity;
  });
  const gap = direction === "right" ? Math.max(manner.gap, Math.min(manner.gap * MOST_STRETCH, ...gaps)) : manner.gap;
  /** @type {number[]} */
  const starts = [];
  lengths.forEach((_, column) => {
    const goesOn = column > 0 && rows[column] === rows[column - 1];
    starts.push(goesOn ? (starts[column - 1] ?? 0) + (lengths[column - 1] ?? 0) + gap : gutter);
  });
  return { starts, gutter, lengths: [...lengths], rows, rowCount, gap };
};

/**
 * Places one component with its corner at 0, 0.
 * @param {Component} component @param {Manner} manner @param {Direction} direction @param {Dagre} dagre
 * @returns {Part}
 */
const arrange = (component, manner, direction, dagre) => {
  const rightward = direction === "right";
  const free = rank(component, manner, direction, dagre);
  const longer = manner.squeezes ? longerOf(component, free, manner, direction) : NONE;
  const loose = longer.size > 0 ? rank(component, manner, direction, dagre, longer) : free;
  /** @type {Map<string, { along: number, across: number }>} */
  const sizes = new Map();
  for (const node of component.nodes) {
    const { width, height } = sizeOf(node, manner, direction);
    sizes.set(idOf(node), rightward ? { along: width, across: height } : { along: height, across: width });
  }
  const sizeAt = (/** @type {string} */ id) => sizes.get(id) ?? { along: 0, across: 0 };
  const columnOf = new Map(loose.columns.flatMap((ids, column) => ids.map((id) => /** @type {const} */ ([id, column]))));
  const columnAt = (/** @type {string} */ id) => columnOf.get(id) ?? 0;
  const turnsBack = component.links.some((link) => columnAt(link.from) >= columnAt(link.to) && !isTwin(link, component.links));
  const longest = loose.columns.map((ids) => Math.max(0, ...ids.map((id) => sizeAt(id).along)));
  const columns = spread(longest, manner, direction, turnsBack);
  const rowAt = (/** @type {string} */ id) => columns.rows[columnAt(id)] ?? 0;

  const lanes = assignLanes(component.links, columnAt, rowAt);
  const laneCount = (/** @type {number} */ row) => [...lanes].filter(([link]) => rowAt(link.from) === row).length;
  const ranked = manner.squeezes ? squeezed(loose, (id) => sizeAt(id).across, manner.room - laneCount(0) * LANE) : loose;

  /** @type {Row[]} */
  const rows = [];
  // What comes back to an upper row comes in above it.
  const comesBack = [...lanes.keys()].some((link) => rowAt(link.to) < rowAt(link.from));
  let reached = rightward ? (comesBack ? LANE : 0) : laneCount(0) * LANE;
  for (let row = 0; row < columns.rowCount; row += 1) {
    const ids = ranked.columns.filter((_, column) => columns.rows[column] === row).flat();
    const edges = ids.flatMap((id) => [(ranked.across.get(id) ?? 0) - sizeAt(id).across / 2, (ranked.across.get(id) ?? 0) + sizeAt(id).across / 2]);
    const passing = [...ranked.passes.values()].flatMap((at) => [...at].filter(([column]) => columns.rows[column] === row).map(([, across]) => across));
    const low = Math.min(...edges, ...passing);
    const high = Math.max(...edges, ...passing);
    const shift = reached - low;
    rows.push({ low: low + shift, high: high + shift, shift });
    const between = row < columns.rowCount - 1 ? 20 : 0;
    reached = high + shift + (rightward && laneCount(row) > 0 ? LANE_ROOM + laneCount(row) * LANE : 0) + between;
  }

  const placed = component.nodes.map((node) => {
    const id = idOf(node);
    const { along: long, across: wide } = sizeAt(id);
    // Running down, what is tall stands no higher than what is beside it: nothing passes over its neighbours.
    const spare = (columns.lengths[columnAt(id)] ?? 0) - long;
    const along = Math.round((columns.starts[columnAt(id)] ?? 0) + (rightward ? spare / 2 : 0));
    const across = Math.round((ranked.across.get(id) ?? 0) + (rows[rowAt(id)]?.shift ?? 0) - wide / 2);
    return place(node, manner, direction, rightward ? [along, across] : [across, along]);
  });
  const placeOf = new Map(placed.map((one) => [one.id, one]));

  const spreadPorts = portSpread(component.links, placed, direction);
  const paths = component.links.flatMap((link) => {
    const from = placeOf.get(link.from);
    const to = placeOf.get(link.to);
    if (!from || !to) return [];
    const drawn = pathOf({
      ahead: columnAt(link.from) < columnAt(link.to),
      columns,
      direction,
      from: spreadPorts(link, "from", portsOf(from, manner)),
      fromColumn: columnAt(link.from),
      lane: lanes.get(link),
      passes: ranked.passes.get(link),
      rows,
      to: spreadPorts(link, "to", portsOf(to, manner)),
      toColumn: columnAt(link.to),
      twin: isTwin(link, component.links),
    });
    return [{ link, ...drawn, points: link.reversed ? drawn.points.reverse() : drawn.points }];
  });

  const folded = columns.rowCount > 1;
  const right = Math.max(0, ...placed.map((one) => one.outer.x + one.outer.width));
  const bottom = Math.max(0, ...placed.map((one) => one.outer.y + one.outer.height));
  return rightward ? { placed, paths, width: right + columns.gutter, height: Math.max(bottom, reached), folded } : { placed, paths, width: right, height: bottom + columns.gutter, folded };
};

/**
 * Links that cannot simply run ahead go round, each in a lane of its own beside its row.
 * @param {ReadonlyArray<Link>} links @param {(id: string) => number} columnAt @param {(id: string) => number} rowAt
 */
const assignLanes = (links, columnAt, rowAt) => {
  /** @type {Map<Link, number>} */
  const lanes = new Map();
  /** @type {Map<number, number>} */
  const used = new Map();
  for (const link of links) {
    const runsAhead = columnAt(link.from) < columnAt(link.to) && rowAt(link.from) === rowAt(link.to);
    if (runsAhead || isTwin(link, links)) continue;
    const row = rowAt(link.from);
    used.set(row, (used.get(row) ?? 0) + 1);
    lanes.set(link, used.get(row) ?? 1);
  }
  return lanes;
};

/** @typedef {{ out: Point, in: Point }} Ports */

/**
 * Links that meet at one side of a crew keep apart there, in the order of where they go. Doors are for all.
 * @param {ReadonlyArray<Link>} links @param {ReadonlyArray<Placed>} placed @param {Direction} direction
 * @returns {(link: Link, end: "from"|"to", ports: Ports) => Ports}
 */
const portSpread = (links, placed, direction) => {
  const placeOf = new Map(placed.map((one) => [one.id, one]));
  const across = (/** @type {string} */ id) => {
    const box = placeOf.get(id)?.box;
    return box ? (direction === "right" ? box.y : box.x) : 0;
  };
  const offsetOf = (/** @type {Link} */ link, /** @type {"from"|"to"} */ end) => {
    const here = placeOf.get(link[end]);
    const other = end === "from" ? "to" : "from";
    const apart = here?.node.kind === "process" || here?.node.kind === "task";
    if (!apart || isTwin(link, links)) return 0;
    const siblings = links.filter((one) => one[end] === link[end] && !isTwin(one, links)).sort((a, b) => across(a[other]) - across(b[other]));
    return Math.max(-21, Math.min(21, (siblings.indexOf(link) - (siblings.length - 1) / 2) * PORT_GAP));
  };
  return (link, end, ports) => {
    const offset = offsetOf(link, end);
    const aside = (/** @type {Point} */ [x, y]) => /** @type {Point} */ (direction === "right" ? [x, y + offset] : [x + offset, y]);
    return { out: aside(ports.out), in: aside(ports.in) };
  };
};

/** @typedef {{ ahead: boolean, columns: Columns, direction: Direction, from: Ports, fromColumn: number, lane: number|undefined, passes: Map<number, number>|undefined, rows: Row[], to: Ports, toColumn: number, twin: boolean }} Passage */

/**
 * The points of one link, from `from` to `to`.
 * @param {Passage} passage
 * @returns {{ points: Point[], rounded: boolean }}
 */
const pathOf = (passage) => {
  const { ahead, from, to, direction } = passage;
  const rightward = direction === "right";
  const turn = (/** @type {number} */ along, /** @type {number} */ across) => /** @type {Point} */ (rightward ? [along, across] : [across, along]);
  if (passage.twin) {
    const offset = ahead ? -TWIN_OFFSET : TWIN_OFFSET;
    const aside = (/** @type {Point} */ [x, y]) => /** @type {Point} */ (rightward ? [x, y + offset] : [x + offset, y]);
    return { points: ahead ? [aside(from.out), aside(to.in)] : [aside(from.in), aside(to.out)], rounded: false };
  }
  if (passage.lane !== undefined) return { points: [from.out, ...roundabout(passage, passage.lane).map(([along, across]) => turn(along, across)), to.in], rounded: true };

  const { columns, rows } = passage;
  const passing = [...(passage.passes ?? [])].flatMap(([column, across]) => {
    const start = columns.starts[column] ?? 0;
    const place = across + (rows[columns.rows[column] ?? 0]?.shift ?? 0);
    return [turn(start, place), turn(start + (columns.lengths[column] ?? 0), place)];
  });
  return { points: [from.out, ...passing, to.in], rounded: false };
};

/**
 * The way round: out of the column into the gap behind it, into the lane, and in through the gap before the target.
 * @param {Passage} passage @param {number} lane
 * @returns {Point[]} as (along, across)
 */
const roundabout = ({ columns, direction, from, fromColumn, rows, to, toColumn }, lane) => {
  const across = (/** @type {Point} */ point) => (direction === "right" ? point[1] : point[0]);
  const step = Math.min(18, columns.gap * 0.4);
  const fromRow = columns.rows[fromColumn] ?? 0;
  const toRow = columns.rows[toColumn] ?? 0;
  const own = rows[fromRow] ?? { low: 0, high: 0, shift: 0 };
  const beside = direction === "right" ? own.high + LANE_ROOM + lane * LANE - 8 : own.low - lane * LANE + 8;
  const behind = (columns.starts[fromColumn] ?? 0) + (columns.lengths[fromColumn] ?? 0) + step;
  const before = (columns.starts[toColumn] ?? 0) - step;
  const gutter = Math.max(0, columns.gutter - step - lane * 4);
  const above = (rows[toRow]?.low ?? 0) - 8;
  const near = toRow === fromRow || toRow === fromRow + 1;
  /** @type {Point[]} */
  const middle = near ? [[behind, beside], [before, beside]] : [[behind, beside], [gutter, beside], [gutter, above], [before, above]];
  return [[behind, across(from.out)], ...middle, [before, across(to.in)]];
};

/**
 * Puts parts beside each other while they fit, then on the next shelf.
 * @param {ReadonlyArray<Part>} parts @param {number} room
 * @returns {{ offsets: Point[], width: number, height: number }}
 */
const shelve = (parts, room) => {
  /** @type {Point[]} */
  const offsets = [];
  let [x, y, tallest, width] = [0, 0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > room) {
      y += tallest + PART_GAP;
      x = 0;
      tallest = 0;
    }
    offsets.push([x, y]);
    width = Math.max(width, x + part.width);
    x += part.width + PART_GAP;
    tallest = Math.max(tallest, part.height);
  }
  return { offsets, width, height: y + tallest };
};

/** @param {ReadonlyArray<Point>} points @param {number} dx @param {number} dy @returns {Point[]} */
const shifted = (points, dx, dy) => points.map(([x, y]) => [x + dx, y + dy]);

/** @param {Placed} placed @param {Manner} manner @param {number} dx @param {number} dy */
const movedTo = (placed, manner, dx, dy) => place(placed.node, manner, placed.direction, [placed.outer.x + dx, placed.outer.y + dy]);

/**
 * The manners to try, the roomiest first. On a narrow page the words stand beside the bodies, or below them where
 * several nodes share a row.
 * @param {number} room @param {Direction} direction
 * @returns {Manner[]}
 */
const mannersFor = (room, direction) => {
  if (direction === "right") return [...ROOMY_BODIES.map((body) => ({ ...ROOMY, body, side: false, room })), { ...COMPACT, side: false, room }];
  const beside = { body: Math.round(Math.min(150, Math.max(120, room * 0.42))), door: 0, gap: 34, side: true, room };
  const below = (/** @type {ReadonlyArray<number>} */ bodies, squeezes = false) => bodies.map((body) => ({ ...beside, side: false, body, squeezes }));
  return [beside, ...below(NARROW_BODIES), ...below(SQUEEZED_BODIES, true), ...below(TINY_BODIES), ...below(TINY_BODIES, true), ...below([UNFIT_BODY])];
};

/** How much work one manner is, as dagre's time goes: it grows with the nodes and with the links of what hangs together. @param {ReadonlyArray<Component>} components */
const workOf = (components) => components.reduce((sum, { nodes, links }) => sum + nodes.length * (links.length + 1), 0);

/**
 * The first manner in which everything fits without folding, or the last one. Of a large outline few are tried: the page's thread waits.
 * @param {ReadonlyArray<Component>} components @param {number} room @param {Direction} direction @param {Dagre} dagre
 * @returns {{ manner: Manner, parts: Part[] }}
 */
const arrangeAll = (components, room, direction, dagre) => {
  const arranged = mannersFor(room, direction).map((manner) => ({ manner, parts: () => components.map((component) => arrange(component, manner, direction, dagre)) }));
  const affordable = Math.floor(WORK_MAX / Math.max(1, workOf(components)));
  for (const { manner, parts } of arranged.slice(0, -1).slice(0, affordable)) {
    const tried = parts();
    if (tried.every((part) => !part.folded && part.width <= room)) return { manner, parts: tried };
  }
  const [last] = arranged.slice(-1);
  return last ? { manner: last.manner, parts: last.parts() } : { manner: { ...COMPACT, side: false, room }, parts: [] };
};

/**
 * Lays out an outline for a container of a width.
 * @param {Outline} outline
 * @param {number} widthPx
 * @param {Dagre} dagre
 * @returns {Layout}
 */
export const layOut = (outline, widthPx, dagre) => {
  /** @type {Direction} */
  const direction = widthPx < NARROW_PX ? "down" : "right";
  const drawn = drawnOf(outline);
  const components = componentsOf(drawn);
  const room = widthPx - 2 * MARGIN;
  const { manner, parts } = arrangeAll(components, room, direction, dagre);
  const { offsets, width, height } = shelve(parts, room);
  const indent = MARGIN + Math.max(0, Math.round((room - width) / 2));

  /** @type {Placed[]} */
  const nodes = [];
  /** @type {Route[]} */
  const routes = [];
  parts.forEach((part, index) => {
    const [dx, dy] = [(offsets[index]?.[0] ?? 0) + indent, (offsets[index]?.[1] ?? 0) + MARGIN];
    for (const one of part.placed) nodes.push(movedTo(one, manner, dx, dy));
    for (const { link, points, rounded } of part.paths) {
      const [source, target] = link.reversed ? [link.to, link.from] : [link.from, link.to];
      const curve = rounded ? square(shifted(points, dx, dy), CORNER) : smooth(shifted(points, dx, dy), direction);
      routes.push({ id: `${source}>${target}`, source, target, verbs: link.verbs, edges: link.edges, curve });
    }
  });
  const left = { nodes: drawn.allNodes - drawn.nodes.length, links: drawn.allLinks - drawn.links.length };
  return { width: Math.max(widthPx, width + 2 * MARGIN), height: height + 2 * MARGIN, direction, nodes, routes, left };
};
