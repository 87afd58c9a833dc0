// The outline as a graph to be laid out: which nodes are drawn, which links join them and which way items travel on
// them, and what hangs together. Pure.

/** @import { OutlineNode, Reference } from "../edge.js" */
/** @import { Outline } from "./types.js" */

/**
 * A connection before it has a place. It is ranked `from` → `to`; `reversed` tells that what travels on it goes from `to` to `from`.
 * @typedef {{ from: string, to: string, reversed: boolean, verbs: string[], edges: number[] }} Link
 * @typedef {{ nodes: OutlineNode[], links: Link[] }} Component
 */

const TAKES = new Set(["acquire", "with"]);
/** More than an eye follows, and as much as is laid out in well under a second. */
export const NODES_MAX = 60;
export const LINKS_MAX = 80;

/** Processes, tasks and `at` share one numbering. @param {Reference} ref */
export const idOf = (ref) => `${ref.kind === "task" || ref.kind === "at" ? "process" : ref.kind}:${ref.index}`;

/**
 * One link for each pair of nodes and way of travel. Permits travel from their resource to who acquires them; a
 * resource that one process feeds and another drains (credits) is ranked between the two, so that it stands beside the
 * channel whose pressure it carries back.
 * @param {Outline} outline
 * @returns {Link[]}
 */
const linksOf = (outline) => {
  /** @type {Map<string, Link>} */
  const links = new Map();
  const takers = new Set(outline.edges.filter((edge) => TAKES.has(edge.verb)).map((edge) => `${idOf(edge.from)}>${idOf(edge.to)}`));
  outline.edges.forEach((edge, index) => {
    const from = idOf(edge.from);
    const to = idOf(edge.to);
    const returnsItsOwn = edge.verb === "release" && takers.has(`${from}>${to}`);
    if (from === to || returnsItsOwn) return;
    const ends = edge.verb === "release" ? { from: to, to: from, reversed: true } : { from, to, reversed: TAKES.has(edge.verb) };
    const key = `${ends.from}>${ends.to}`;
    const link = links.get(key) ?? { ...ends, verbs: [], edges: [] };
    if (!link.verbs.includes(edge.verb)) link.verbs.push(edge.verb);
    link.edges.push(index);
    links.set(key, link);
  });
  return [...links.values()];
};

/**
 * What of an outline is drawn, and how much there is.
 * @typedef {{ nodes: OutlineNode[], links: Link[], allNodes: number, allLinks: number }} Drawn
 */

/**
 * Of more than can be drawn those that hang together with the first of the text, as many as may be: first a tree of them, then what
 * else joins them.
 * @param {ReadonlyArray<OutlineNode>} nodes @param {ReadonlyArray<Link>} links
 * @returns {{ nodes: OutlineNode[], links: Link[] }}
 */
const joinedToFirst = (nodes, links) => {
  /** @type {Map<string, Link[]>} */
  const ends = new Map(nodes.map((node) => [idOf(node), []]));
  for (const link of links) for (const end of [link.from, link.to]) ends.get(end)?.push(link);
  /** @type {Set<string>} */
  const chosen = new Set();
  /** @type {Set<Link>} */
  const joining = new Set();
  for (const start of nodes) {
    if (chosen.size === NODES_MAX) break;
    if (chosen.has(idOf(start))) continue;
    const reached = new Set([idOf(start)]);
    chosen.add(idOf(start));
    for (const id of reached) {
      for (const link of ends.get(id) ?? []) {
        const other = link.from === id ? link.to : link.from;
        if (chosen.has(other) || chosen.size === NODES_MAX) continue;
        chosen.add(other);
        reached.add(other);
        joining.add(link);
      }
    }
  }
  for (const link of links) {
    if (joining.size === LINKS_MAX) break;
    if (chosen.has(link.from) && chosen.has(link.to)) joining.add(link);
  }
  return { nodes: nodes.filter((node) => chosen.has(idOf(node))), links: links.filter((link) => joining.has(link)) };
};

/** @param {Outline} outline @returns {Drawn} */
export const drawnOf = (outline) => {
  const all = linksOf(outline);
  const joined = new Set(all.flatMap(({ from, to }) => [from, to]));
  // What `at` does is felt elsewhere: it is drawn only if it sends or receives.
  const nodes = outline.nodes.filter((node) => node.kind !== "at" || joined.has(idOf(node)));
  const known = new Set(nodes.map(idOf));
  const links = all.filter((link) => known.has(link.from) && known.has(link.to));
  const isTooMuch = nodes.length > NODES_MAX || links.length > LINKS_MAX;
  return { ...(isTooMuch ? joinedToFirst(nodes, links) : { nodes, links }), allNodes: nodes.length, allLinks: links.length };
};

/**
 * What hangs together, in the order of the text.
 * @param {Pick<Drawn, "nodes" | "links">} drawn
 * @returns {Component[]}
 */
export const componentsOf = ({ nodes, links }) => {
  /** @type {Map<string, string>} */
  const leader = new Map();
  const find = (/** @type {string} */ id) => {
    let at = id;
    for (let next = leader.get(at); next !== undefined; next = leader.get(at)) at = next;
    return at;
  };
  for (const link of links) if (find(link.from) !== find(link.to)) leader.set(find(link.to), find(link.from));

  /** @type {Map<string, Component>} */
  const components = new Map();
  for (const node of nodes) {
    const root = find(idOf(node));
    const component = components.get(root) ?? { nodes: [], links: [] };
    component.nodes.push(node);
    components.set(root, component);
  }
  for (const link of links) components.get(find(link.from))?.links.push(link);
  // Memories stand by themselves, above those who live in them.
  const isMemory = (/** @type {Component} */ { nodes }) => Number(nodes.every((node) => node.kind === "memory"));
  return [...components.values()].sort((a, b) => isMemory(b) - isMemory(a));
};

/** The groups that read a topic, in the order of the text; a group's place among them is its mark. @param {Outline} outline @param {number} topic */
export const readersOf = ({ nodes, edges }, topic) => {
  const read = new Set(edges.filter(({ verb, from }) => verb === "read" && from.kind === "topic" && from.index === topic).map(({ to }) => to.index));
  return nodes.filter(({ kind, index }) => kind === "group" && read.has(index));
};

/** Whether another link runs the other way between the same two nodes. @param {Link} link @param {ReadonlyArray<Link>} links */
export const isTwin = (link, links) => links.some((other) => other.from === link.to && other.to === link.from);
