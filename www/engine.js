/** Engine: the wasm module's exports under the names that the page uses. The only place that knows how they are spelled. */

/** @import { Engine, Simulation } from "./edge.js" */

/**
 * The surface of `wasm/highwater.js`, or of a stand-in.
 * @typedef {object} EngineModule
 * @property {() => string} version
 * @property {(text: string, time: number, bytes: number) => number} parse_quantity
 * @property {new (source: string, seed?: number) => Simulation} Simulation
 */

/**
 * @param {EngineModule} module
 * @returns {Engine}
 */
export const engineOf = ({ version, parse_quantity: parseQuantity, Simulation }) => ({
  version,
  parseQuantity,
  create: (source, seed) => new Simulation(source, seed),
});
