/**
 * Link notes: what of a link cannot be taken as it is, and what the reader is told of it. A link may have been made long ago, by hand or
 * by a program; whatever it says, something opens, and nothing of it is passed over in silence. Pure.
 */

/** @import { Knob } from "./edge.js" */
/** @import { Shared } from "./state.js" */
import { listed } from "./format.js";
import { valueIn } from "./knobs.js";
import { SEMANTICS } from "./state.js";

/** The longest virtual time whose nanoseconds a link can say exactly: 104 days. */
const TIME_NS_MAX = 2 ** 53;
/** Slower nothing moves while anybody looks. */
const SPEED_MIN = 1;
const NAMED_MAX = 3;
const LETTERS_MAX = 40;

/** @param {Shared} shared */
const oldWords = ({ semantics = 1 }) => {
  if (semantics === SEMANTICS) return [];
  return semantics < SEMANTICS
    ? ["This link was made before the engine's rules were last mended, so figures may differ from those that its author saw."]
    : ["This link was made by a newer engine than this page's, so figures may differ from those that its author saw."];
};

/** What a link may say of a field beside the text: whether it can be taken, and what stands for it otherwise. @type {ReadonlyArray<readonly [field: "seed" | "timeNs" | "speedNsPerS", fits: (value: number) => boolean, words: string]>} */
const FIELDS = [
  ["seed", (seed) => Number.isSafeInteger(seed) && seed >= 0, "is no seed, which is a whole number from 0 on: the text's own is taken"],
  ["timeNs", (timeNs) => timeNs >= 0 && timeNs <= TIME_NS_MAX, "nanoseconds is no moment of a run: it begins at its start"],
  ["speedNsPerS", (speed) => speed >= SPEED_MIN && speed <= TIME_NS_MAX, "nanoseconds per second is no speed to play at: the text's own is taken"],
];

/**
 * What can be taken of a link, and a sentence for each thing that cannot.
 * @param {Shared} shared
 * @returns {{ shared: Shared, notes: string[] }}
 */
export const readable = (shared) => {
  const wrong = FIELDS.filter(([field, fits]) => shared[field] !== undefined && !fits(shared[field]));
  const kept = { ...shared };
  for (const [field] of wrong) delete kept[field];
  return { shared: kept, notes: [...wrong.map(([field, , words]) => `The link's ${shared[field]} ${words}.`), ...oldWords(shared)] };
};

/** @param {readonly string[]} names */
const named = (names) => {
  const some = names.slice(0, NAMED_MAX).map((name) => (name.length > LETTERS_MAX ? `${name.slice(0, LETTERS_MAX)}…` : name));
  return listed(names.length > some.length ? [...some, `${names.length - some.length} more`] : some);
};

/**
 * What of a link's knobs the text does not take as they are.
 * @param {Record<string, number>} asked By name.
 * @param {Record<string, number>} kept What came of it.
 * @param {readonly Knob[]} knobs
 * @returns {string[]}
 */
export const knobNotes = (asked, kept, knobs) => {
  const known = new Set(knobs.map(({ name }) => name));
  const names = Object.keys(asked);
  const unknown = names.filter((name) => !known.has(name));
  const clamped = names.filter((name) => known.has(name) && valueIn(asked, name) !== valueIn(kept, name));
  return [
    ...(unknown.length > 0 ? [`The link moves what is no knob of this text, and is not followed there: ${named(unknown)}.`] : []),
    ...(clamped.length > 0 ? [`The link moves a knob further than the text lets it, or between its whole numbers; it stands at the nearest value: ${named(clamped)}.`] : []),
  ];
};
