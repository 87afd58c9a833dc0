/**
 * Tour: a tree of questions that leads through presets, and where in it a reader is. The shape of `tour.json` is told in
 * `presets/README.md`. A place is written as `decision-tree/shared.yes/one-value.yes.2`: the preset that carries the tour, then the
 * way through it, each step a stop, the answer given there and which of its sights is open. Links hold it. Pure.
 */

/**
 * A preset that shows what an answer means.
 * @typedef {object} Sight
 * @property {string} preset
 * @property {Record<string, string>} knobs By name, written as in the language.
 * @property {string} look What to look for there.
 */

/**
 * @typedef {object} Answer
 * @property {string} name
 * @property {string} answer
 * @property {string} means
 * @property {Sight[]} [see]
 * @property {string} [next] The stop that it leads to. None: it settles the matter.
 */

/** @typedef {{ name: string, question: string, why?: string, answers: Answer[] }} Stop */
/** @typedef {{ title: string, stops: Stop[] }} Tour */

/** @typedef {{ stop: string, answer?: string, sight?: number }} Step Sights are counted from 1. Only the last step may lack its answer. */
/** @typedef {{ tour: string, steps: Step[] }} Place `tour` is the name of the preset that carries it. */

/**
 * What stands on the panel.
 * @typedef {object} View
 * @property {number} number Of the question, from 1.
 * @property {number} count
 * @property {Stop} stop
 * @property {Answer | null} answer What was answered here.
 * @property {number} sight Which of its sights is open, from 1; 0 for none.
 * @property {boolean} isSettled Whether the answer ends the tree; the tour may go on all the same.
 * @property {Place | null} back
 * @property {Place | null} next The next question; null before an answer, and at the end.
 */

const PLACE = /^[a-z0-9-]+(?:\/[a-z0-9-]+(?:\.[a-z0-9-]+(?:\.\d+)?)?)*$/;

/**
 * @param {string} json What `tour.json` holds.
 * @returns {Tour}
 */
export const readTour = (json) => {
  // Some hosts answer with a page of their own where a file is missing.
  const tour = /^\s*\{/.test(json) ? JSON.parse(json) : {};
  if (!Array.isArray(tour.stops) || tour.stops.length === 0) throw new Error("This preset's tour.json is not what the page expects.");
  return tour;
};

/** @param {string} path @returns {Place | null} Null for what is no place of any tour. */
export const placeOf = (path) => {
  if (!PLACE.test(path)) return null;
  const [tour = "", ...steps] = path.split("/");
  return {
    tour,
    steps: steps.map((step) => {
      const [stop = "", answer, sight] = step.split(".");
      return { stop, ...(answer === undefined ? {} : { answer }), ...(sight === undefined ? {} : { sight: Number(sight) }) };
    }),
  };
};

/** @param {Step} step */
const stepText = ({ stop, answer, sight }) => [stop, answer, sight].filter((part) => part !== undefined).join(".");

/** @param {Place} place */
export const pathOf = ({ tour, steps }) => [tour, ...steps.map(stepText)].join("/");

/** @param {Tour} tour @param {string} name */
const stopAt = ({ stops }, name) => stops.findIndex((stop) => stop.name === name);

/** @param {Tour} tour @param {Step} step @returns {Answer | undefined} */
const answerTo = (tour, { stop, answer }) => tour.stops[stopAt(tour, stop)]?.answers.find(({ name }) => name === answer);

/** A step as far as the tour knows it; null if it does not. @param {Tour} tour @param {Step} step @returns {Step | null} */
const knownStep = (tour, step) => {
  if (stopAt(tour, step.stop) === -1) return null;
  const found = answerTo(tour, step);
  if (!found) return { stop: step.stop };
  return found.see?.[(step.sight ?? 0) - 1] ? step : { stop: step.stop, answer: found.name };
};

/**
 * The way as far as the tour, which may have changed since, still knows it; at least its first question.
 * @param {Tour} tour @param {Place} place
 * @returns {Place}
 */
export const knownPlace = (tour, place) => {
  /** @type {Step[]} */
  const steps = [];
  for (const step of place.steps) {
    const known = knownStep(tour, step);
    if (known) steps.push(known);
    if (known?.answer === undefined) break;
  }
  return { tour: place.tour, steps: steps.length > 0 ? steps : [{ stop: tour.stops[0]?.name ?? "" }] };
};

/** @param {Place} place @param {Step} step */
const withLast = ({ tour, steps }, step) => ({ tour, steps: [...steps.slice(0, -1), step] });

/** @param {Place} place @param {string} answer @returns {Place} */
export const answered = (place, answer) => withLast(place, { stop: place.steps.at(-1)?.stop ?? "", answer });

/** @param {Place} place @param {number} sight From 1. @returns {Place} */
export const atSight = (place, sight) => withLast(place, { stop: "", ...place.steps.at(-1), sight });

/** An answer is taken back first, then the question. @param {Place} place @param {Step} last @returns {Place | null} */
const backFrom = (place, last) => {
  if (last.answer !== undefined) return withLast(place, { stop: last.stop });
  return place.steps.length > 1 ? { tour: place.tour, steps: place.steps.slice(0, -1) } : null;
};

/**
 * @param {Tour} tour
 * @param {Place} place One that the tour knows.
 * @returns {View}
 */
export const viewOf = (tour, place) => {
  const last = place.steps.at(-1) ?? { stop: "" };
  const at = Math.max(0, stopAt(tour, last.stop));
  const stop = /** @type {Stop} */ (tour.stops[at]);
  const answer = answerTo(tour, last) ?? null;
  // Where the tree ends for those who answer so, the tour still shows the rest of it.
  const next = answer === null ? undefined : answer.next ?? tour.stops[at + 1]?.name;
  return {
    number: at + 1,
    count: tour.stops.length,
    stop,
    answer,
    sight: last.sight ?? 0,
    isSettled: answer !== null && answer.next === undefined,
    back: backFrom(place, last),
    next: next === undefined ? null : { tour: place.tour, steps: [...place.steps, { stop: next }] },
  };
};
