/**
 * Laboratory: the page's side of the run. It knows what is loaded, asks for frames no faster than they are answered,
 * and tells its listener what came. No element is touched here.
 */

/** @import { Backend } from "./backend.js" */
/** @import { Description, Diagnostic, Printed, Unit } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
/** @import { Playback } from "./driver.js" */
/** @import { Details, Reply } from "./protocol.js" */
import { createFrameReader } from "./frame.js";

/** Between two requests for details: fast enough to look alive, slow enough to read. */
const DETAILS_EVERY_MS = 150;
/** The log shows its tail; more than this is never fetched. */
export const PRINTED_MAX = 500;
/** What becomes of a question to an engine that is gone. */
const LOST = "The engine was lost before it answered. Start it again and try once more.";

/** @typedef {{ source: string, seed: number | null, knobs: Record<string, number>, speedNsPerS: number | null }} Setup */
/** @typedef {{ timeNs: number, playing: boolean, given: Record<string, number> | null }} Start */
/** @typedef {{ reader: FrameReader, playback: Playback, printed: Printed[], printedFrom: number, details: Details | null }} Moment */

/**
 * @typedef {object} Listener
 * @property {(description: Description, speedNsPerS: number, run: number) => void} loaded
 * @property {(diagnostics: Diagnostic[]) => void} rejected The text last loaded is wrong; what ran before stays.
 * @property {(moment: Moment) => void} moved
 * @property {() => void} logCleared
 * @property {(version: string) => void} ready
 * @property {(message: string) => void} panicked
 * @property {(silentS: number) => void} hung The engine did not answer for so long, and was replaced: nothing is loaded.
 */

/**
 * @typedef {object} Laboratory
 * @property {(setup: Setup, start: Start) => number} load The number of the run, if the text is right; until then what runs stays.
 * @property {() => void} play
 * @property {() => void} pause
 * @property {() => void} step
 * @property {(timeNs: number) => void} seek
 * @property {(nsPerS: number) => void} setSpeed
 * @property {(index: number, value: number) => void} setKnob
 * @property {(text: string, unit: Unit) => Promise<number>} parse Rejects with one sentence, also when the engine is lost meanwhile.
 * @property {() => void} restart After a panic.
 * @property {(wallMs: number) => void} tick Once per animation frame.
 */

/**
 * @param {(receive: (reply: Reply) => void) => Backend} connect
 * @param {Listener} listener
 * @returns {Laboratory}
 */
export const createLaboratory = (connect, listener) => {
  /** @type {FrameReader | null} */
  let reader = null;
  let runsBegun = 0;
  let runLoaded = 0;
  let isAwaiting = false;
  let isChanged = false;
  let detailsAtMs = -Infinity;
  let printedKnown = 0;
  /** What the answer under way must begin with to be of use; null once the log was cleared. @type {number | null} */
  let printedAsked = null;
  let isBroken = false;
  /** @type {Playback} */
  let playback = { playing: false, seeking: false, ended: null, pace: 1 };
  let questions = 0;
  /** @type {Map<number, { resolve: (value: number) => void, reject: (error: Error) => void }>} */
  const open = new Map();

  const clearLog = () => {
    printedKnown = 0;
    printedAsked = null;
    listener.logCleared();
  };

  /** Something changed, so a frame is worth asking for even while paused. */
  const changed = () => {
    isChanged = true;
    detailsAtMs = -Infinity;
  };

  /** @param {Extract<Reply, { type: "loaded" }>} reply */
  const onLoaded = (reply) => {
    runLoaded = reply.run;
    reader = createFrameReader(reply.description.layout);
    isAwaiting = false;
    clearLog();
    changed();
    listener.loaded(reply.description, reply.speedNsPerS, reply.run);
  };

  /** @param {Extract<Reply, { type: "frame" }>} reply */
  const onFrame = (reply) => {
    if (reply.run !== runLoaded || reader === null) return;
    isAwaiting = false;
    reader.load(reply.frame);
    const printedInAll = reader.header("printed");
    if (printedInAll < printedKnown) clearLog();
    const wasActive = playback.playing || playback.seeking;
    playback = reply.playback;
    const { printedFrom } = reply;
    const isFresh = printedFrom === printedAsked && printedFrom >= printedKnown;
    if (isFresh) printedKnown = printedFrom + reply.printed.length;
    // What a run comes to rest with must be shown in full.
    if ((wasActive && !playback.playing && !playback.seeking) || printedKnown < printedInAll) changed();
    listener.moved({ reader, playback, printed: isFresh ? reply.printed : [], printedFrom, details: reply.details });
  };

  /** @param {Extract<Reply, { type: "parsed" }>} reply */
  const onParsed = ({ id, value, message }) => {
    const question = open.get(id);
    open.delete(id);
    if (value === null) question?.reject(new Error(message));
    else question?.resolve(value);
  };

  /** The engine is gone, and with it what was loaded and asked. */
  const lose = () => {
    reader = null;
    isAwaiting = false;
    for (const { reject } of open.values()) reject(new Error(LOST));
    open.clear();
  };

  /** @param {Reply} reply */
  const receive = (reply) => {
    switch (reply.type) {
      case "ready": return listener.ready(reply.version);
      case "loaded": return onLoaded(reply);
      // An older text is no longer what the reader sees.
      case "rejected": return reply.run === runsBegun ? listener.rejected(reply.diagnostics) : undefined;
      case "frame": return onFrame(reply);
      case "parsed": return onParsed(reply);
      case "panicked":
        isBroken = true;
        lose();
        return listener.panicked(reply.message);
      case "hung":
        lose();
        return listener.hung(reply.silentS);
      // The backend's own.
      case "pong": return undefined;
    }
  };

  const backend = connect(receive);

  const restart = () => {
    lose();
    isBroken = false;
    backend.restart();
  };

  return {
    load: (setup, start) => {
      runsBegun += 1;
      // The memory of an engine that broke down is not to be trusted with the next text.
      if (isBroken) restart();
      backend.send({ type: "load", run: runsBegun, source: setup.source, seed: setup.seed, knobs: setup.knobs, speedNsPerS: setup.speedNsPerS, ...start });
      return runsBegun;
    },
    play: () => {
      backend.send({ type: "play" });
      changed();
    },
    pause: () => {
      backend.send({ type: "pause" });
      changed();
    },
    step: () => {
      backend.send({ type: "step" });
      changed();
    },
    seek: (timeNs) => {
      backend.send({ type: "seek", timeNs });
      clearLog();
      changed();
    },
    setSpeed: (nsPerS) => backend.send({ type: "speed", nsPerS }),
    setKnob: (index, value) => {
      backend.send({ type: "knob", index, value });
      changed();
    },
    parse: (text, unit) => new Promise((resolve, reject) => {
      if (isBroken) return reject(new Error(LOST));
      questions += 1;
      open.set(questions, { resolve, reject });
      backend.send({ type: "parse", id: questions, text, unit });
    }),
    restart,
    tick: (wallMs) => {
      const isWorth = isChanged || playback.playing || playback.seeking;
      if (reader === null || isAwaiting || !isWorth) return;
      const wantsDetails = wallMs - detailsAtMs >= DETAILS_EVERY_MS;
      if (wantsDetails) detailsAtMs = wallMs;
      isChanged = false;
      isAwaiting = true;
      const printedInAll = reader.header("printed");
      printedAsked = Math.max(printedKnown, (Number.isNaN(printedInAll) ? 0 : printedInAll) - PRINTED_MAX);
      backend.send({ type: "frame", wallMs, wantsDetails, printedFrom: printedAsked });
    },
  };
};
