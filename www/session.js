/**
 * Session: answers the page's requests with one engine and at most one simulation. Runs in the worker, or beside the
 * page in tests. A slice of work is a few milliseconds, so that the next request never waits long.
 */

/** @import { Diagnostic, Engine, Simulation, Description } from "./edge.js" */
/** @import { Driver } from "./driver.js" */
/** @import { Details, FrameRequest, LoadRequest, ParseRequest, Reply, Request } from "./protocol.js" */
import { createDriver } from "./driver.js";
import { sentence } from "./format.js";
import { keptKnobs, valueIn } from "./knobs.js";
import { defaultSpeed } from "./speeds.js";

const SLICE_MS = 8;

/** @typedef {{ run: number, simulation: Simulation, driver: Driver }} Loaded */

/**
 * @typedef {object} Surroundings
 * @property {(reply: Reply, transfer: ArrayBuffer[]) => void} post
 * @property {() => number} clock Milliseconds.
 * @property {(task: () => void) => void} defer Runs the task after the messages that already wait.
 */

/** @param {unknown} thrown @returns {Diagnostic[] | null} */
const diagnosticsOf = (thrown) => {
  const found = typeof thrown === "object" && thrown !== null && "diagnostics" in thrown ? thrown.diagnostics : null;
  return Array.isArray(found) ? found : null;
};

/**
 * @param {Simulation} simulation
 * @param {Description} description
 * @param {LoadRequest} request
 */
const moveKnobs = (simulation, { knobs }, request) => {
  const kept = keptKnobs(request.knobs, request.given, knobs);
  knobs.forEach(({ name }, index) => {
    const value = valueIn(kept, name);
    if (value !== undefined) simulation.set_knob(index, value);
  });
};

/** @param {Simulation} simulation @returns {Details} */
const detailsOf = (simulation) => ({ series: simulation.series(), lines: simulation.lines(), report: simulation.report() });

/** @param {Float64Array | Uint32Array} view @returns {ArrayBuffer} */
const bufferOf = (view) => /** @type {ArrayBuffer} */ (view.buffer);

/**
 * @param {Engine} engine
 * @param {Surroundings} surroundings
 * @returns {{ receive: (request: Request) => void }}
 */
export const createSession = (engine, { post, clock, defer }) => {
  /** @type {Loaded | null} */
  let loaded = null;
  let isDeferred = false;

  /** @param {LoadRequest} request */
  const load = (request) => {
    const { run, source, seed, timeNs, speedNsPerS, playing } = request;
    /** @type {Simulation} */
    let simulation;
    try {
      simulation = engine.create(source, seed ?? undefined);
    } catch (thrown) {
      const diagnostics = diagnosticsOf(thrown);
      if (diagnostics === null) throw thrown;
      return post({ type: "rejected", run, diagnostics }, []);
    }
    const description = simulation.description();
    moveKnobs(simulation, description, request);
    const speed = speedNsPerS ?? defaultSpeed(description);
    const driver = createDriver(simulation, { runNs: description.run_ns, speedNsPerS: speed, clock });
    if (timeNs > 0) driver.seek(timeNs);
    if (playing) driver.play();
    loaded?.simulation.free();
    loaded = { run, simulation, driver };
    post({ type: "loaded", run, description, speedNsPerS: speed }, []);
  };

  /** Works on between frames while the target is not reached. */
  const work = () => {
    const isUnderWay = loaded?.driver.run(SLICE_MS) ?? false;
    if (!isUnderWay || isDeferred) return;
    isDeferred = true;
    defer(guarded(() => {
      isDeferred = false;
      work();
    }));
  };

  /** @param {FrameRequest} request */
  const answerFrame = ({ wallMs, wantsDetails, printedFrom }) => {
    if (loaded === null) return;
    const { run, simulation, driver } = loaded;
    driver.aim(wallMs);
    work();
    const frame = simulation.frame();
    const details = wantsDetails ? detailsOf(simulation) : null;
    const printed = simulation.printed(printedFrom);
    const transfer = [frame, ...(details ? [details.series, details.lines] : [])].map(bufferOf);
    post({ type: "frame", run, frame, playback: driver.playback(), printed, printedFrom, details }, transfer);
  };

  /** @param {ParseRequest} request */
  const parse = ({ id, text, unit }) => {
    try {
      post({ type: "parsed", id, value: engine.parseQuantity(text, unit.time, unit.bytes), message: "" }, []);
    } catch (thrown) {
      if (thrown instanceof WebAssembly.RuntimeError) throw thrown;
      post({ type: "parsed", id, value: null, message: sentence(thrown) }, []);
    }
  };

  /** @param {Request} request */
  const answer = (request) => {
    switch (request.type) {
      case "load": return load(request);
      case "frame": return answerFrame(request);
      case "parse": return parse(request);
      case "play": return loaded?.driver.play();
      case "pause": return loaded?.driver.pause();
      case "step": return loaded?.driver.step();
      case "seek": return loaded?.driver.seek(request.timeNs);
      case "speed": return loaded?.driver.setSpeed(request.nsPerS);
      case "knob": return loaded?.driver.setKnob(request.index, request.value);
      case "ping": return post({ type: "pong" }, []);
    }
  };

  /**
   * After a panic the module's memory is not to be trusted: the simulation is let go, not freed, and the page restarts us.
   * @param {() => void} task
   */
  const guarded = (task) => () => {
    try {
      task();
    } catch (thrown) {
      loaded = null;
      post({ type: "panicked", message: sentence(thrown) }, []);
    }
  };

  return { receive: (request) => guarded(() => answer(request))() };
};
