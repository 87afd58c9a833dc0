/**
 * Sweep runs: one run for each value of a knob, one after the other, in a session of their own, so that what plays on the page goes on
 * undisturbed. Knows no element.
 */

/** @import { Backend } from "./backend.js" */
/** @import { FrameReader } from "./frame.js" */
/** @import { Reply } from "./protocol.js" */
import { createFrameReader } from "./frame.js";

/** Between two looks at how far a run is. */
const LOOK_MS = 40;

/** @typedef {{ source: string, seed: number | null, knobs: Record<string, number> }} Base */
/** @typedef {{ base: Base, knob: string, values: readonly number[], runNs: number }} Plan */

/**
 * @typedef {object} Listener
 * @property {(at: number, share: number) => void} progressed Which run is under way, and how much of it is done.
 * @property {(at: number, begin: unknown, end: unknown) => void} measured The reports that a run began and ended with.
 * @property {() => void} ended After the last.
 * @property {(message: string) => void} failed
 */

/** @param {Extract<Reply, { type: "rejected" | "panicked" | "hung" }>} reply */
const whyOf = (reply) => {
  if (reply.type === "rejected") return "The text has errors.";
  return reply.type === "panicked" ? reply.message : `The engine did not answer for ${reply.silentS} seconds and was stopped.`;
};

/**
 * @param {(receive: (reply: Reply) => void) => Backend} connect
 * @param {Plan} plan
 * @param {Listener} listener
 * @returns {{ cancel: () => void }}
 */
export const runSweep = (connect, { base, knob, values, runNs }, { progressed, measured, ended, failed }) => {
  let at = 0;
  let isOver = false;
  /** @type {unknown} */
  let begin = null;
  /** @type {FrameReader | null} */
  let reader = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const cancel = () => {
    isOver = true;
    clearTimeout(timer);
    backend.close();
  };

  const look = () => backend.send({ type: "frame", wallMs: 0, wantsDetails: true, printedFrom: Number.MAX_SAFE_INTEGER });

  const load = () => {
    begin = null;
    backend.send({
      type: "load", run: at, source: base.source, seed: base.seed, knobs: { ...base.knobs, [knob]: values[at] ?? 0 },
      given: null, timeNs: 0, speedNsPerS: null, playing: false,
    });
    look();
  };

  const next = () => {
    at += 1;
    if (at < values.length) return load();
    cancel();
    return ended();
  };

  /** @param {Extract<Reply, { type: "frame" }>} reply */
  const onFrame = ({ frame, playback, details }) => {
    if (begin === null) {
      begin = details?.report ?? {};
      backend.send({ type: "seek", timeNs: runNs });
      return look();
    }
    if (playback.seeking) {
      reader?.load(frame);
      progressed(at, (reader?.header("time_ns") ?? 0) / runNs);
      timer = setTimeout(look, LOOK_MS);
      return undefined;
    }
    measured(at, begin, details?.report ?? {});
    return isOver ? undefined : next();
  };

  /** @param {Reply} reply */
  const receive = (reply) => {
    if (isOver) return undefined;
    switch (reply.type) {
      case "loaded":
        reader = createFrameReader(reply.description.layout);
        return progressed(at, 0);
      case "frame": return onFrame(reply);
      case "rejected":
      case "panicked":
      case "hung":
        cancel();
        return failed(whyOf(reply));
      default: return undefined;
    }
  };

  const backend = connect(receive);
  load();
  return { cancel };
};
