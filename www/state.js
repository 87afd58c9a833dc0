/**
 * State: what a link says, to and from the URL's hash. `#1…` is version 1: base64url of deflate-raw of JSON.
 * Links are a contract: a version once given out is read for ever, and `tests/js/golden-links.json` holds them. Whatever text the
 * engine takes, a link holds and opens, unless it would be longer than browsers take: that is said. The hash never reaches a server.
 */

import { whole } from "./format.js";

/**
 * A shared moment. Defaults are left out, so that a link stays short and an example stays readable.
 * @typedef {object} Shared
 * @property {string} [example] Name and edition of an example or preset, `mm1@1`; else `text`. Both: the changed text of a preset.
 * @property {string} [text]
 * @property {Record<string, number>} [knobs] What the reader moved, by name.
 * @property {number} [seed]
 * @property {number} [timeNs]
 * @property {number} [speedNsPerS]
 * @property {string} [tour] Where the reader is in a guided tour, as `tour.js` writes it.
 * @property {number} language Version of the language that the text is written in.
 * @property {number} [semantics] Version of the engine's rules that its author saw; none before there was a second.
 */

export const LANGUAGE_VERSION = 1;
/**
 * The version of the engine's rules, as `src/simulation.rs` has it. It is raised when a rule is mended so that the same text, seed and
 * moves give another run: links say which one they were made with, and an older one opens with a sentence that its figures may differ.
 */
export const SEMANTICS = 2;
/** As the language has it: `TEXT_BYTES_MAX` in `src/lang.rs`. */
export const TEXT_BYTES_MAX = 1 << 20;
/** As many as a text may declare: `DECLARATIONS_MAX` in `src/lang/parser.rs`. */
const KNOBS_MAX = 65_535;
/** The longest text, each of its bytes written as JSON in six, and the knobs with their names, of which the text bounds the sum. */
const JSON_BYTES_MAX = 6 * TEXT_BYTES_MAX + 2 * TEXT_BYTES_MAX + 64 * KNOBS_MAX;
/** What all browsers open: Chromium takes two million, Firefox one. */
export const LINK_LETTERS_MAX = 1_000_000;

/** A link that cannot be read; the message is one sentence for the reader. */
export class LinkError extends Error {}

/** What is too large for a link; the message is one sentence for the reader. */
export class LinkTooLongError extends Error {}

const BROKEN = "This link is broken: a part of it is missing or changed. Ask for it again, or choose an example.";

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {TransformStream<BufferSource, Uint8Array> | CompressionStream | DecompressionStream} through
 */
const streamed = async (bytes, through) => {
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    length += read.value.byteLength;
    // A few kilobytes can unpack to gigabytes.
    if (length > JSON_BYTES_MAX) {
      await reader.cancel();
      throw new LinkError("This link unpacks to more than a scenario can hold.");
    }
    parts.push(read.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
};

/** As many letters as one call takes as its arguments, everywhere. */
const LETTERS_AT_ONCE = 1 << 14;

/** @param {Uint8Array} bytes */
const toBase64Url = (bytes) => {
  const parts = Array.from({ length: Math.ceil(bytes.length / LETTERS_AT_ONCE) }, (_, part) =>
    String.fromCharCode(...bytes.subarray(part * LETTERS_AT_ONCE, (part + 1) * LETTERS_AT_ONCE)));
  return btoa(parts.join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
};

/** @param {string} text */
const fromBase64Url = (text) => {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
};

/**
 * @param {Shared} shared
 * @returns {Promise<string>} The hash without its `#`.
 * @throws {LinkTooLongError} With one sentence, when browsers would not open it.
 */
export const encodeHash = async (shared) => {
  const json = new TextEncoder().encode(JSON.stringify(shared));
  const hash = `1${toBase64Url(await streamed(json, new CompressionStream("deflate-raw")))}`;
  if (hash.length > LINK_LETTERS_MAX) {
    throw new LinkTooLongError(`The text is too large for a link: packed it has ${whole(hash.length)} letters, and not every browser opens more than ${whole(LINK_LETTERS_MAX)}.`);
  }
  return hash;
};

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {unknown} value @returns {value is number | undefined} */
const isMaybeNumber = (value) => value === undefined || (typeof value === "number" && Number.isFinite(value));
/** @param {unknown} value @returns {value is string | undefined} */
const isMaybeText = (value) => value === undefined || typeof value === "string";

/** @param {unknown} value */
const isKnobs = (value) => {
  if (!isRecord(value)) return false;
  const knobs = Object.values(value);
  return knobs.length <= KNOBS_MAX && knobs.every((knob) => typeof knob === "number");
};

/** @param {unknown} value @returns {value is Shared} */
const isShared = (value) =>
  isRecord(value)
  && isMaybeText(value["example"]) && isMaybeText(value["text"]) && isMaybeText(value["tour"])
  && (value["example"] !== undefined || value["text"] !== undefined)
  && isMaybeNumber(value["seed"]) && isMaybeNumber(value["timeNs"]) && isMaybeNumber(value["speedNsPerS"])
  && typeof value["language"] === "number" && isMaybeNumber(value["semantics"])
  && (value["knobs"] === undefined || isKnobs(value["knobs"]));

/** @param {string} text */
const isTooLarge = (text) => text.length > TEXT_BYTES_MAX || new TextEncoder().encode(text).length > TEXT_BYTES_MAX;

/** Version 1. @param {string} payload */
const decodeVersion1 = async (payload) => {
  /** @type {unknown} */
  let value;
  try {
    const bytes = await streamed(fromBase64Url(payload), new DecompressionStream("deflate-raw"));
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw error instanceof LinkError ? error : new LinkError(BROKEN);
  }
  if (!isShared(value)) throw new LinkError(BROKEN);
  if (value.language > LANGUAGE_VERSION) {
    throw new LinkError(`This link was made for version ${value.language} of the language; this page reads version ${LANGUAGE_VERSION}. Reload the page to get a newer one.`);
  }
  if (isTooLarge(value.text ?? "")) throw new LinkError("The text of this link is larger than a scenario may be, which is a mebibyte.");
  return value;
};

/**
 * @param {string} hash With or without its `#`.
 * @returns {Promise<Shared | null>} Null for an empty hash.
 * @throws {LinkError} With one sentence, when the link cannot be read.
 */
export const decodeHash = async (hash) => {
  const bare = hash.replace(/^#/, "");
  if (bare === "") return null;
  if (bare.startsWith("1")) return decodeVersion1(bare.slice(1));
  if (/^\d/.test(bare)) throw new LinkError("This link was made by a newer version of Highwater. Reload the page to get it.");
  throw new LinkError(BROKEN);
};
