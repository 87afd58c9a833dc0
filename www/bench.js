/**
 * Bench: events per second in this browser. Fills a table, and `window.benchResults` for automation when all is done.
 */

import init, * as wasm from "./wasm/highwater.js";
import { byId, element, setText } from "./dom.js";
import { engineOf } from "./engine.js";
import { count, duration, sentence, whole } from "./format.js";
import { createFrameReader } from "./frame.js";
import { STATUS } from "./edge.js";

const MEASURED_MS = 2000;
const WARMED_MS = 200;
const SLICE_MS = 8;
const EVENTS_PER_CALL = 20_000;
/** Further than any of these runs gets. */
const FAR_NS = 2 ** 52;

/** @typedef {{ name: string, eventsPerS: number, events: number, virtualNs: number, realMs: number }} Result */

const HOLD = "process sleeper x 10000 { forever { sleep exp(1s) } }";

/** @param {string} name */
const example = async (name) => (await fetch(new URL(`./examples/${name}.hw`, import.meta.url))).text();

/** Lets the page draw and answer. @returns {Promise<void>} */
const breathe = () => new Promise((resolve) => {
  setTimeout(resolve);
});

/**
 * Plays for so long, counting only the time in the engine.
 * @param {import("./edge.js").Simulation} simulation
 * @param {number} forMs
 */
const playFor = async (simulation, forMs) => {
  let spentMs = 0;
  while (spentMs < forMs) {
    const beganMs = performance.now();
    while (performance.now() - beganMs < SLICE_MS) {
      const status = simulation.advance(FAR_NS, EVENTS_PER_CALL);
      if (status !== STATUS.budget) throw new Error(`the run ended with status ${status}`);
    }
    spentMs += performance.now() - beganMs;
    await breathe();
  }
  return spentMs;
};

/**
 * @param {import("./edge.js").Engine} engine
 * @param {string} name
 * @param {string} source
 * @returns {Promise<Result>}
 */
const measure = async (engine, name, source) => {
  const simulation = engine.create(source, 1);
  const reader = createFrameReader(simulation.description().layout);
  /** @param {string} field */
  const read = (field) => {
    reader.load(simulation.frame());
    return reader.header(field);
  };
  await playFor(simulation, WARMED_MS);
  const [eventsBefore, timeBefore] = [read("events"), read("time_ns")];
  const realMs = await playFor(simulation, MEASURED_MS);
  const events = read("events") - eventsBefore;
  const virtualNs = read("time_ns") - timeBefore;
  simulation.free();
  return { name, eventsPerS: events / (realMs / 1e3), events, virtualNs, realMs };
};

/** @param {Result} result */
const rowOf = ({ name, eventsPerS, events, virtualNs, realMs }) => element("tr", {},
  element("th", { scope: "row" }, name),
  ...[count(eventsPerS), whole(events), duration(virtualNs), duration(realMs * 1e6)].map((text) => element("td", {}, text)));

const run = async () => {
  const state = byId("state", HTMLParagraphElement);
  await init();
  const engine = engineOf(wasm);
  /** @type {Array<[name: string, source: string]>} */
  const scenarios = [["mm1", await example("mm1")], ["tandem", await example("tandem")], ["hold, 10,000 sleepers", HOLD]];
  /** @type {Result[]} */
  const results = [];
  for (const [name, source] of scenarios) {
    setText(state, `Playing ${name}…`);
    const result = await measure(engine, name, source);
    results.push(result);
    byId("results", HTMLTableSectionElement).append(rowOf(result));
  }
  setText(state, `Done, by engine ${engine.version()}.`);
  Object.assign(window, { benchResults: results });
};

run().catch((error) => setText(byId("state", HTMLParagraphElement), `It did not run: ${sentence(error)}`));
