/** Outline index: the things of an outline by kind and number. Asked often, of outlines that may be long; made once for each. */

/** @import { Description, OutlineNode } from "./edge.js" */

/** @type {WeakMap<readonly OutlineNode[], Map<string, OutlineNode>>} */
const known = new WeakMap();

/** @param {Pick<Description["outline"], "nodes">} outline @param {string} kind @param {number} index @returns {OutlineNode | undefined} */
export const nodeOf = ({ nodes }, kind, index) => {
  let found = known.get(nodes);
  if (found === undefined) {
    found = new Map(nodes.map((node) => [`${node.kind} ${node.index}`, node]));
    known.set(nodes, found);
  }
  return found.get(`${kind} ${index}`);
};
