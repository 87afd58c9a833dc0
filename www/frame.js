/**
 * Frame: reads one Float64Array of measures by name, so that nobody else knows an offset.
 * The layout is resolved once; a read is two lookups and an addition.
 */

/** @import { Layout } from "./edge.js" */

/**
 * @typedef {object} FrameReader
 * @property {(frame: Float64Array) => void} load Makes `frame` the one that is read; it is kept, not copied.
 * @property {(name: string) => number} header A field of the header; throws for a name the layout lacks.
 * @property {(kind: string, index: number, field: string) => number} value One field of one row; throws for what the layout lacks.
 * @property {(kind: string, field: string) => boolean} has Whether the layout has this field, for what later engines add.
 * @property {(kind: string) => number} count How many rows a block has; 0 for a block the layout lacks.
 */

/** @param {string} what @returns {never} */
const missing = (what) => {
  throw new RangeError(`the frame has no ${what}`)
}

/**
 * @param {Layout} layout
 * @returns {FrameReader}
 */
export const createFrameReader = (layout) => {
  const headers = new Map(layout.header.map((name, at) => [name, at]))
  const blocks = new Map(layout.blocks.map((block) => [block.kind, {
    offset: block.offset,
    count: block.count,
    stride: block.fields.length,
    fields: new Map(block.fields.map((name, at) => [name, at])),
  }]))
  let values = new Float64Array(0)

  /** @param {number} at */
  const read = (at) => values[at] ?? Number.NaN

  return {
    load: (frame) => {
      values = frame
    },
    header: (name) => read(headers.get(name) ?? missing(`header ${name}`)),
    value: (kind, index, field) => {
      const block = blocks.get(kind) ?? missing(`block ${kind}`)
      const column = block.fields.get(field) ?? missing(`field ${kind}.${field}`)
      if (index < 0 || index >= block.count) missing(`row ${index} of ${kind}`)
      return read(block.offset + index * block.stride + column)
    },
    has: (kind, field) => blocks.get(kind)?.fields.has(field) ?? false,
    count: (kind) => blocks.get(kind)?.count ?? 0,
  }
}
