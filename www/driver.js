/**
 * Driver: the logic of playing. Virtual time follows wall time at a speed that never changes by itself; a slice
 * of work is bounded by wall time, so the caller never freezes. Pure but for the clock it is given; it knows
 * neither workers nor the page.
 */

/** @import { Simulation } from "./edge.js" */
import { STATUS } from "./edge.js";

/** Events between two looks at the wall clock: a fraction of a millisecond of work. */
const EVENTS_PER_CHUNK = 2_000;
/** Wall time between two aims that counts at most: a sleeping laptop does not owe an hour when it wakes. */
const STRIDE_MS_MAX = 100;
/** How far the target may run ahead of what is done: a slow machine plays slower, it does not pile up debt. */
const DEBT_MS_MAX = 200;
/** Weight of the newest stride in the smoothed pace. */
const PACE_WEIGHT = 0.1;

/** @typedef {"horizon" | "idle" | "error"} Ending */

/**
 * @typedef {object} Playback
 * @property {boolean} playing
 * @property {boolean} seeking
 * @property {Ending | null} ended Why it stands: the run's end, nothing left to happen, an error of the scenario.
 * @property {number} pace Share of the wanted speed that the machine manages: 1 is all of it.
 */

/**
 * @typedef {object} Driver
 * @property {() => void} play Goes on; past the run's end if it stands there.
 * @property {() => void} pause
 * @property {() => void} step Pauses, then lets exactly one event happen.
 * @property {(timeNs: number) => void} seek Replaces a seek under way; playing goes on from there.
 * @property {(nsPerS: number) => void} setSpeed
 * @property {(index: number, value: number) => void} setKnob
 * @property {(wallMs: number) => void} aim Moves the target to where virtual time should be at `wallMs`.
 * @property {(budgetMs: number) => boolean} run Works towards the target; true while there is more to do.
 * @property {() => Playback} playback
 */

/**
 * @param {Simulation} simulation
 * @param {{ runNs: number | null, speedNsPerS: number, clock: () => number }} options `clock` in milliseconds.
 * @returns {Driver}
 */
export const createDriver = (simulation, { runNs, speedNsPerS, clock }) => {
  const horizonNs = runNs ?? Infinity;
  let speed = speedNsPerS;
  let targetNs = simulation.now();
  let playing = false;
  /** @type {number | null} */
  let seekNs = null;
  /** @type {Ending | null} */
  let ended = null;
  let isPastHorizon = false;
  /** @type {number | null} */
  let wallMsBefore = null;
  let nowNsBefore = 0;
  let strideNsBefore = 0;
  let pace = 1;

  /** @param {Ending} why */
  const end = (why) => {
    ended = why;
    playing = false;
  };

  /** Notes whether a finished request ended the run. @param {number} status */
  const settle = (status) => {
    if (status === STATUS.error) end("error");
    else if (status === STATUS.idle) end("idle");
    else if (!isPastHorizon && simulation.now() >= horizonNs) end("horizon");
  };

  /** How far the stride before this one should have taken us, and did. @param {number} nowNs @param {number} strideNs */
  const notePace = (nowNs, strideNs) => {
    if (strideNsBefore > 0) pace += PACE_WEIGHT * (Math.min(1, (nowNs - nowNsBefore) / strideNsBefore) - pace);
    nowNsBefore = nowNs;
    strideNsBefore = strideNs;
  };

  /** From here on, wall time counts anew. */
  const hold = () => {
    wallMsBefore = null;
    targetNs = simulation.now();
    strideNsBefore = 0;
    pace = 1;
  };

  /**
   * @param {number} budgetMs
   * @param {() => number} chunk
   * @returns {boolean} Whether the chunks are not through yet.
   */
  const repeat = (budgetMs, chunk) => {
    const endMs = clock() + budgetMs;
    let status = chunk();
    while (status === STATUS.budget && clock() < endMs) status = chunk();
    if (status !== STATUS.budget) settle(status);
    return status === STATUS.budget;
  };

  /** @param {number} budgetMs @param {number} timeNs */
  const runSeek = (budgetMs, timeNs) => {
    const isUnderWay = repeat(budgetMs, () => simulation.seek(timeNs, EVENTS_PER_CHUNK));
    if (!isUnderWay) {
      seekNs = null;
      hold();
    }
    return isUnderWay;
  };

  return {
    play: () => {
      if (ended === "error") return;
      isPastHorizon = simulation.now() >= horizonNs;
      ended = null;
      playing = true;
      hold();
    },
    pause: () => {
      playing = false;
    },
    step: () => {
      playing = false;
      if (ended === "error") return;
      ended = null;
      isPastHorizon ||= simulation.now() >= horizonNs;
      settle(simulation.step());
      hold();
    },
    seek: (timeNs) => {
      seekNs = timeNs;
      ended = null;
      isPastHorizon = timeNs > horizonNs;
    },
    setSpeed: (nsPerS) => {
      speed = nsPerS;
      hold();
    },
    setKnob: (index, value) => {
      simulation.set_knob(index, value);
      // A knob can give an idle system something to do.
      if (ended === "idle") ended = null;
    },
    aim: (wallMs) => {
      const strideMs = wallMsBefore === null ? 0 : Math.min(STRIDE_MS_MAX, Math.max(0, wallMs - wallMsBefore));
      wallMsBefore = wallMs;
      if (!playing || seekNs !== null) return;
      const nowNs = simulation.now();
      const strideNs = speed * strideMs / 1e3;
      notePace(nowNs, strideNs);
      const wantedNs = Math.min(targetNs + strideNs, nowNs + speed * DEBT_MS_MAX / 1e3);
      targetNs = isPastHorizon ? wantedNs : Math.min(wantedNs, horizonNs);
    },
    run: (budgetMs) => {
      if (seekNs !== null) return runSeek(budgetMs, seekNs);
      if (!playing) return false;
      // Whole nanoseconds: a fraction would be lost at the edge and the clock would creep.
      const untilNs = Math.floor(targetNs);
      return repeat(budgetMs, () => simulation.advance(untilNs, EVENTS_PER_CHUNK));
    },
    playback: () => ({ playing, seeking: seekNs !== null, ended, pace }),
  };
};
