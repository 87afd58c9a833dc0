/**
 * Sweep: what a curve is made of: values of a knob, and measures, which are numbers of a report named by their path there,
 * `latency_s/p99`. The command line's `sweep` means the same by them. Pure.
 */

/** @import { Description, Knob, SeriesUnit } from "./edge.js" */
import { knobStops, nearestStop } from "./knobs.js";
import { leftOut, LISTED_MAX, NAME_MAX, shortened } from "./limits.js";

/** `perS`: what the number grows by in a second. `factor`: from the report's unit to that of the edge. @typedef {{ path: string, perS: boolean, label: string, unit: SeriesUnit, factor: number }} Measure */
/** @typedef {{ title: string, measures: Measure[] }} Offer */
/** What a preset says of its curve. @typedef {{ knob: string, values: string[], run?: string, log?: boolean, show: Array<{ path: string, per_s?: boolean, label?: string }> }} Told */

/** @typedef {readonly [path: string, words: string, perS?: boolean]} Words */

/** @type {readonly Words[]} */
const OF_ITEMS = [
  ["throughput_per_s", "items per second"], ["goodput_per_s", "goodput"],
  ["items/lost", "lost"], ["items/dropped", "dropped"], ["items/failed", "failed"], ["items/redelivered", "delivered again"],
];
/** @type {readonly Words[]} */
const OF_LATENCY = [["latency_s/p50", "p50"], ["latency_s/p99", "p99"], ["latency_s/mean", "mean latency"], ["latency_s/max", "longest"]];
/** What is offered of each thing of a kind; a path of "" is the thing itself. @type {ReadonlyArray<readonly [kind: string, title: string, words: readonly Words[]]>} */
const OF_THINGS = [
  ["shared", "Shared", [["", "at the end"], ["", "per s", true]]],
  ["tables", "Tables", [["entries", "entries"], ["writes", "writes per s", true]]],
  ["channels", "Channels", [["max_depth", "greatest depth"], ["mean_depth", "mean depth"], ["full_share", "full"]]],
  ["queues", "Queues", [["max_visible", "most waiting"], ["redelivered", "delivered again"], ["dead_lettered", "dead letters"]]],
  ["groups", "Groups", [["max_lag", "greatest lag"], ["redelivered", "delivered again"]]],
  ["resources", "Resources", [["utilisation", "in use"], ["max_waiting", "most waiting"], ["refused", "refused"]]],
  ["cpus", "Cores", [["utilisation", "in use"], ["max_waiting", "most waiting"]]],
  ["memories", "Memory", [["peak", "peak"], ["ooms", "times over its limit"]]],
];

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isRecord = (value) => typeof value === "object" && value !== null;

/**
 * What a path leads to. A name may hold a `/` itself, as a reason of a failure does.
 * @param {unknown} report @param {string} path @returns {unknown}
 */
const find = (report, path) => {
  if (!isRecord(report)) return undefined;
  if (Object.hasOwn(report, path)) return report[path];
  const at = path.indexOf("/");
  return at < 0 ? undefined : find(find(report, path.slice(0, at)), path.slice(at + 1));
};

/**
 * In which unit a measure is shown, and by what the report's number is multiplied for that.
 * @param {string} path @param {boolean} perS @param {Description["shared"]} shared
 * @returns {{ unit: SeriesUnit, factor: number }}
 */
const unitOf = (path, perS, shared) => {
  const [kind, name] = path.split("/");
  const own = kind === "shared" ? shared?.find((one) => one.name === name)?.unit : undefined;
  if (perS || /_per_s$/.test(path) || own?.time === -1) return { unit: "per_s", factor: 1 };
  if (own?.time === 1) return { unit: "ns", factor: 1 };
  if ((kind === "latency_s" && name !== "count") || /_s$/.test(path)) return { unit: "ns", factor: 1e9 };
  if (/\/(utilisation|full_share|share\/\w+)$/.test(path)) return { unit: "share", factor: 1 };
  if (own?.bytes === 1 || /bytes$/.test(path) || (kind === "memories" && !/ooms$/.test(path))) return { unit: "bytes", factor: 1 };
  return { unit: "items", factor: 1 };
};

/** @param {Measure} one @param {Measure} other */
const isSame = (one, other) => one.path === other.path && one.perS === other.perS;

/**
 * All measures that a text offers, by what they are of.
 * @param {unknown} report Of any moment: it says what there is.
 * @param {Description["shared"]} shared
 * @returns {Offer[]}
 */
export const offersOf = (report, shared) => {
  /** @param {string} path @param {string} label @param {boolean} [perS] @returns {Measure} */
  const measure = (path, label, perS = false) => ({ path, perS, label, ...unitOf(path, perS, shared) });
  /** @param {readonly Words[]} words */
  const whole = (words) => words.filter(([path]) => find(report, path) !== undefined).map(([path, label]) => measure(path, label));
  const ofThings = OF_THINGS.map(([kind, title, all]) => {
    const things = find(report, kind);
    const names = Object.keys(isRecord(things) ? things : {});
    const listed = names.slice(0, LISTED_MAX);
    return {
      title: listed.length < names.length ? `${title}: ${leftOut(listed.length, names.length, "are offered")}` : title,
      measures: listed.flatMap((name) =>
        all.map(([path, words, perS]) => measure(`${kind}/${name}${path && `/${path}`}`, kind === "shared" ? `${shortened(name, NAME_MAX)} ${words}` : `${shortened(name, NAME_MAX)}, ${words}`, perS))),
    };
  });
  return [{ title: "Items", measures: whole(OF_ITEMS) }, { title: "Latency", measures: whole(OF_LATENCY) }, ...ofThings].filter(({ measures }) => measures.length > 0);
};

/**
 * The offers with those measures that a preset tells of, and which of them those are.
 * @param {readonly Offer[]} offers @param {Told | null} told @param {Description["shared"]} shared
 * @returns {{ offers: Offer[], picked: Measure[] }}
 */
export const withTold = (offers, told, shared) => {
  const picked = (told?.show ?? []).map(({ path, per_s: perS = false, label }) => {
    const asked = { path, perS, label: label ?? "", ...unitOf(path, perS, shared) };
    const offered = offers.flatMap(({ measures }) => measures).find((one) => isSame(one, asked));
    return { ...asked, label: label ?? offered?.label ?? path.split("/").slice(-2).join(" ").replaceAll("_", " ") + (perS ? " per s" : "") };
  });
  /** @type {Measure[]} */
  const found = [];
  const named = offers.map(({ title, measures }) => ({
    title,
    measures: measures.map((one) => {
      const own = picked.find((other) => isSame(one, other));
      if (own) found.push(own);
      return own ?? one;
    }),
  }));
  const others = picked.filter((one) => !found.includes(one));
  return { offers: others.length > 0 ? [...named, { title: "Others", measures: others }] : named, picked };
};

/**
 * What is drawn if nobody says: what a text counts in variables, if it moves no items.
 * @param {readonly Offer[]} offers @param {unknown} report
 */
export const usualOf = (offers, report) => {
  const all = offers.flatMap(({ measures }) => measures);
  const counts = all.filter(({ path, perS }) => perS && path.startsWith("shared/")).slice(0, 4);
  return counts.length > 0 && !Number(find(report, "items/produced"))
    ? counts
    : all.filter(({ path }) => path === "throughput_per_s" || path === "latency_s/p99");
};

/**
 * What a run came to; NaN where there is nothing to say.
 * @param {Measure} measure @param {unknown} begin @param {unknown} end Reports.
 */
export const figureOf = ({ path, perS, factor }, begin, end) => {
  /** @param {unknown} report */
  const at = (report) => {
    // A reason of a failure is there once it was met.
    const found = find(report, path) ?? (path.startsWith("failures/") ? 0 : null);
    return typeof found === "number" ? found * factor : Number.NaN;
  };
  return perS ? (at(end) - at(begin)) / (Number(find(end, "time_s")) - Number(find(begin, "time_s"))) : at(end);
};

/** Why a run was stopped; "" if it was not. @param {unknown} report @returns {string} */
export const errorOf = (report) => {
  const error = find(report, "error") ?? "";
  return isRecord(error) ? `line ${error["line"]}: ${error["message"]}` : String(error);
};

/** A measure by a string of its own. @param {Measure} measure */
export const measureKey = ({ path, perS }) => (perS ? `${path} per s` : path);

/** Whether a knob's values stand by their ratios. @param {Knob} knob @param {readonly number[]} values */
export const isByRatio = ({ log }, values) => log && values.every((value) => value > 0);

/** Whether a text moves a knob by itself: each run then does so too. @param {string} source @param {string} knob */
export const movesItself = (source, knob) => new RegExp(`\\bset[ \\t]+${knob}\\b`).test(source.replace(/\/\/.*$/gm, ""));

/** Values over all of a knob's range, where its slider stops: evenly or, on a logarithmic one, in even ratios. @param {Knob} knob @param {number} points */
export const spread = (knob, points) => {
  const { from, to, log } = knob;
  const stops = knobStops(knob);
  const values = Array.from({ length: points }, (_, at) => {
    const share = at / (points - 1);
    return stops.at(nearestStop(stops, log && from > 0 ? from * (to / from) ** share : from + (to - from) * share, log));
  });
  return [...new Set(values)];
};

/**
 * Which of rising places get a label, so that none stands closer to the next: the first and the last, and what fits between.
 * @param {readonly number[]} places @param {number} least
 * @returns {number[]} Their numbers.
 */
export const labelled = (places, least) => {
  const last = places.length - 1;
  const end = places[last] ?? 0;
  let before = -Infinity;
  return places.flatMap((place, at) => {
    const fits = place - before >= least && (at === last || at === 0 || end - place >= least);
    if (!fits && at !== last) return [];
    before = place;
    return [at];
  });
};
