/**
 * Edge: the vocabulary that crosses from the wasm module to the page, as types and nothing else.
 * It repeats the contract of `src/wasm.rs`; a change there is a change here.
 * Times are whole nanoseconds of virtual time in a double.
 */

/** @typedef {"process"|"task"|"channel"|"topic"|"group"|"queue"|"resource"|"cpu"|"memory"|"table"|"at"} Kind */
/** @typedef {{ kind: Kind, index: number }} Reference */
/** @typedef {{ time: number, bytes: number }} Unit Powers of time and of bytes: a rate is {time: -1, bytes: 0}. */

/**
 * @typedef {object} Diagnostic
 * @property {number} line
 * @property {number} column
 * @property {number} end_line
 * @property {number} end_column
 * @property {string} message
 * @property {string | null} help
 */

/**
 * @typedef {object} Knob
 * @property {string} name
 * @property {string} label
 * @property {number} value
 * @property {number} from
 * @property {number} to
 * @property {number | null} step
 * @property {boolean} log
 * @property {boolean} whole
 * @property {boolean} percent
 * @property {number} per_s How many seconds long the time is that the text gave a rate for: 60 for `50/m`.
 * @property {Unit} unit
 */

/** `memory`: the index of the one it is in. @typedef {Reference & { name: string, line: number, memory?: number }} OutlineNode */
/** @typedef {{ from: Reference, to: Reference, verb: string }} OutlineEdge */
/** @typedef {{ kind: string, offset: number, count: number, fields: string[] }} Block */
/** @typedef {{ header: string[], blocks: Block[] }} Layout */
/** `per_key`: a table. @typedef {{ name: string, unit: Unit, per_key: boolean }} SharedVariable */
/** @typedef {"items"|"per_s"|"ns"|"bytes"|"share"} SeriesUnit */
/** @typedef {{ name: string, kind: Kind | "shared" | "system", index: number, unit: SeriesUnit }} SeriesColumn */

/**
 * @typedef {object} Description
 * @property {string} title
 * @property {string} about
 * @property {number | null} run_ns
 * @property {number | null} speed_ns_per_s
 * @property {number} seed
 * @property {Knob[]} knobs
 * @property {{ nodes: OutlineNode[], edges: OutlineEdge[] }} outline
 * @property {Layout} layout
 * @property {SeriesColumn[]} series
 * @property {SharedVariable[]} [shared] All that is declared so, in the order of the text; missing in a stand-in.
 * @property {number} [semantics] Which rules runs go by; 1 where an engine does not say so.
 * @property {boolean} [makes_items] Whether there can be items: a text may be about locks and variables only.
 * @property {string[]} expectations
 */

/** @typedef {{ t_s: number, by: string, text: string }} Printed */
/** @typedef {{ text: string, met: boolean }} Expectation */

/** Why nothing will ever happen again; `summary` is a sentence without its capital and stop. @typedef {{ stuck: boolean, summary: string }} Standstill */

/**
 * What a report says, as far as the page reads it.
 * @typedef {object} Report
 * @property {Expectation[]} expectations
 * @property {string | null | { line?: number, column?: number, message: string }} error
 * @property {string} ended
 * @property {Standstill | null} [standstill] Missing in a stand-in.
 */

/**
 * What the page asks of a simulation, wherever it lives.
 * @typedef {object} Simulation
 * @property {() => Description} description
 * @property {(untilNs: number, maxEvents: number) => number} advance
 * @property {() => number} step
 * @property {() => number} now
 * @property {(index: number, value: number) => void} set_knob
 * @property {(timeNs: number, maxEvents: number) => number} seek
 * @property {() => Float64Array} frame
 * @property {() => Uint32Array} lines
 * @property {() => Float64Array} series
 * @property {(from: number) => Printed[]} printed
 * @property {() => Report} report
 * @property {() => void} free
 */

/**
 * What the page asks of the module that makes simulations.
 * @typedef {object} Engine
 * @property {() => string} version
 * @property {(source: string, seed?: number) => Simulation} create
 * @property {(text: string, time: number, bytes: number) => number} parseQuantity
 */

/** What `advance`, `step` and `seek` answer. */
export const STATUS = Object.freeze({ reached: 0, budget: 1, idle: 2, error: 3 });
