/**
 * Protocol: what page and worker say to each other, as types and nothing else. Every message is plain data.
 * `run` numbers the simulations of one page, so that a late frame of an old one is known as such.
 */

/** @import { Description, Diagnostic, Printed, Report, Unit } from "./edge.js" */
/** @import { Playback } from "./driver.js" */

/**
 * Replaces the simulation, if the text is right; else the old one stays as it is and goes on.
 * @typedef {object} LoadRequest
 * @property {"load"} type
 * @property {number} run
 * @property {string} source
 * @property {number | null} seed Null for the text's own.
 * @property {Record<string, number>} knobs Moved at time 0, by name; names that the text does not know are passed over.
 * @property {Record<string, number> | null} given What the text before gave to its knobs, if this is an edit of it.
 * @property {number} timeNs Where to begin.
 * @property {number | null} speedNsPerS Null for the text's own.
 * @property {boolean} playing
 */

/**
 * Asks for one frame; the answer also carries what else is wanted.
 * @typedef {object} FrameRequest
 * @property {"frame"} type
 * @property {number} wallMs The page's clock, which virtual time follows.
 * @property {boolean} wantsDetails Series, lines and report: several times a second is enough.
 * @property {number} printedFrom
 */

/** @typedef {{ type: "parse", id: number, text: string, unit: Unit }} ParseRequest */

/**
 * @typedef {LoadRequest | FrameRequest | ParseRequest
 *   | { type: "play" } | { type: "pause" } | { type: "step" } | { type: "seek", timeNs: number }
 *   | { type: "speed", nsPerS: number } | { type: "knob", index: number, value: number } | { type: "ping" }} Request
 * `ping`: is answered in its turn by `pong`, whatever came before it.
 */

/** @typedef {{ series: Float64Array, lines: Uint32Array, report: Report }} Details */

/**
 * @typedef {object} FrameReply
 * @property {"frame"} type
 * @property {number} run
 * @property {Float64Array} frame
 * @property {Playback} playback
 * @property {Printed[]} printed
 * @property {number} printedFrom As asked: which line `printed` begins with.
 * @property {Details | null} details
 */

/**
 * @typedef {{ type: "ready", version: string }
 *   | { type: "loaded", run: number, description: Description, speedNsPerS: number }
 *   | { type: "rejected", run: number, diagnostics: Diagnostic[] }
 *   | { type: "parsed", id: number, value: number | null, message: string }
 *   | FrameReply
 *   | { type: "pong" }
 *   | { type: "panicked", message: string }
 *   | { type: "hung", silentS: number }} Reply
 * `hung`: the worker did not answer for so long, and another one has taken its place.
 */

export {};
