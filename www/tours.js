/**
 * Tours: which tour the reader takes, where they are in it, and what of it the laboratory shows. This and all below it is
 * fetched with the first tour.
 */

/** @import { Unit } from "./edge.js" */
/** @import { Values } from "./story.js" */
/** @import { Place, Sight, Tour } from "./tour.js" */
import { fetched } from "./examples.js";
import { knownPlace, pathOf, placeOf, readTour, viewOf } from "./tour.js";
import { createTourView } from "./tour-view.js";

/**
 * @typedef {object} Actions
 * @property {(text: string, unit: Unit) => Promise<number>} parse
 * @property {(preset: string) => string | null} titleOf Null if the page does not have it.
 * @property {(visit: Promise<{ preset: string, knobs: Values, path: string }>) => void} visit Opens a preset, and that place in the tour.
 * @property {(path: string | null) => void} moved The reader went to another place; null: they left.
 */

/**
 * @typedef {object} Tours
 * @property {(path: string | null) => Promise<string | null>} show Where an address says that the reader is, as far as the tour knows it.
 *   Rejects with one sentence.
 * @property {(preset: string | null) => void} at What the laboratory shows now.
 */

/** A quantity says its unit itself, so a text fits one of these. @type {readonly Unit[]} */
const UNITS = [{ time: 0, bytes: 0 }, { time: 1, bytes: 0 }, { time: -1, bytes: 0 }, { time: 0, bytes: 1 }, { time: -1, bytes: 1 }];

/** @param {Actions} actions @returns {Promise<Tours>} */
export const createTours = async ({ parse, titleOf, visit, moved }) => {
  /** @type {Map<string, Tour>} */
  const read = new Map();
  /** What is taken, or was left just now. @type {{ tour: Tour, place: Place } | null} */
  let taken = null;
  let hasLeft = false;
  /** @type {string | null} */
  let here = null;
  let shows = 0;

  /** @param {string} name */
  const tourOf = async (name) => {
    const tour = read.get(name) ?? readTour(await (await fetched(`./presets/${name}/tour.json`)).text());
    read.set(name, tour);
    return tour;
  };

  /** Of several refusals one is a sentence. @param {string} text */
  const valueOf = (text) => Promise.any(UNITS.map((unit) => parse(text, unit))).catch(({ errors }) => {
    throw errors[0];
  });

  /** @param {Sight} sight @param {Place} place */
  const visitOf = async ({ preset, knobs }, place) => {
    const values = Object.entries(knobs).map(async ([name, text]) => [name, await valueOf(text)]);
    return { preset, knobs: Object.fromEntries(await Promise.all(values)), path: pathOf(place) };
  };

  const draw = () => {
    if (taken === null || (hasLeft && here !== taken.place.tour)) view.hide();
    else if (hasLeft) view.offer(taken.tour);
    else view.show(taken.tour, taken.place, viewOf(taken.tour, taken.place), here);
  };

  /** @param {Place | null} place */
  const go = (place) => {
    if (taken === null) return;
    shows += 1;
    hasLeft = place === null;
    taken = { ...taken, place: place ?? taken.place };
    moved(place && pathOf(place));
    draw();
  };

  const view = await createTourView({
    go,
    titleOf,
    open: (sight, place) => visit(visitOf(sight, place)),
    restart: () => go(taken && knownPlace(taken.tour, { ...taken.place, steps: [] })),
  });

  return {
    show: async (path) => {
      shows += 1;
      const asked = shows;
      const place = path === null ? null : placeOf(path);
      const tour = place && await tourOf(place.tour);
      // The reader may have gone on meanwhile.
      if (asked !== shows) return path;
      hasLeft = place === null;
      if (tour) taken = { tour, place: knownPlace(tour, place) };
      draw();
      return taken === null || hasLeft ? null : pathOf(taken.place);
    },
    at: (preset) => {
      here = preset;
      draw();
    },
  };
};
