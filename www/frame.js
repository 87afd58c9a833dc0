/**
 * Frame: reads one Float64Array of measures by name, so that nobody else knows an offset.
 * The layout is resolved once; a read is two lookups and an addition.
 */

/** @import { Layout } from "./edge.js" */

/**
 * What the layout lacks reads as NaN and a count of 0: pages outlive engines, and measures come with later ones.
 * @typedef {object} FrameReader
 * @property {(frame: Float64Array) => void} load Makes `frame` the one that is read; it is kept, not copied.
 * @property {(name: string) => number} header A field of the header.
 * @property {(kind: string, index: number, field: string) => number} value One field of one row of a block.
 * @property {(kind: string) => number} count How many rows a block has.
 * @property {(kind: string, field: string) => number} sum Of one field over all rows of a block; what is not there adds nothing.
 */

/**
 * @param {Layout} layout
 * @returns {FrameReader}
 */
export const createFrameReader = (layout) => {
  const headers = new Map(layout.header.map((name, at) => [name, at]));
  const blocks = new Map(layout.blocks.map((block) => [block.kind, {
    offset: block.offset,
    count: block.count,
    stride: block.fields.length,
    fields: new Map(block.fields.map((name, at) => [name, at])),
  }]));
  /** @type {Float64Array} */
  let values = new Float64Array(0);

  /** @param {number | undefined} at */
  const read = (at) => (at === undefined ? undefined : values[at]) ?? Number.NaN;

  return {
    load: (frame) => {
      values = frame;
    },
    header: (name) => read(headers.get(name)),
    value: (kind, index, field) => {
      const block = blocks.get(kind);
      const column = block?.fields.get(field);
      const isThere = block !== undefined && column !== undefined && index >= 0 && index < block.count;
      return isThere ? read(block.offset + index * block.stride + column) : Number.NaN;
    },
    count: (kind) => blocks.get(kind)?.count ?? 0,
    sum: (kind, field) => {
      const block = blocks.get(kind);
      const column = block?.fields.get(field);
      if (block === undefined || column === undefined) return 0;
      let sum = 0;
      for (let row = 0; row < block.count; row += 1) sum += values[block.offset + row * block.stride + column] || 0;
      return sum;
    },
  };
};
