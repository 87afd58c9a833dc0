/**
 * State: what a link says, to and from the URL's hash. `#1…` is version 1: base64url of deflate-raw of JSON.
 * Links are a contract: a version once given out is read for ever, and `tests/js/golden-links.json` holds them.
 * The hash never reaches a server.
 */

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
 */

export const LANGUAGE_VERSION = 1;
/** Far more than a scenario may have; less than would trouble a browser. */
const JSON_BYTES_MAX = 1 << 20;

/** A link that cannot be read; the message is one sentence for the reader. */
export class LinkError extends Error {}

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
    if (length > JSON_BYTES_MAX) throw new LinkError("This link unpacks to more than a scenario can hold.");
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

/** @param {Uint8Array} bytes */
const toBase64Url = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** @param {string} text */
const fromBase64Url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/**
 * @param {Shared} shared
 * @returns {Promise<string>} The hash without its `#`.
 */
export const encodeHash = async (shared) => {
  const json = new TextEncoder().encode(JSON.stringify(shared));
  return `1${toBase64Url(await streamed(json, new CompressionStream("deflate-raw")))}`;
};

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {unknown} value @returns {value is number | undefined} */
const isMaybeNumber = (value) => value === undefined || (typeof value === "number" && Number.isFinite(value));
/** @param {unknown} value @returns {value is string | undefined} */
const isMaybeText = (value) => value === undefined || typeof value === "string";

/** @param {unknown} value @returns {value is Shared} */
const isShared = (value) =>
  isRecord(value)
  && isMaybeText(value["example"]) && isMaybeText(value["text"]) && isMaybeText(value["tour"])
  && (value["example"] !== undefined || value["text"] !== undefined)
  && isMaybeNumber(value["seed"]) && isMaybeNumber(value["timeNs"]) && isMaybeNumber(value["speedNsPerS"])
  && typeof value["language"] === "number"
  && (value["knobs"] === undefined || (isRecord(value["knobs"]) && Object.values(value["knobs"]).every((knob) => typeof knob === "number")));

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
