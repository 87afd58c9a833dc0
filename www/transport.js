/** Transport: play, step, reset, speed, time. It shows what the run does and says what the reader wants; it decides nothing. */

/** @import { Playback } from "./driver.js" */
/** @import { Description } from "./edge.js" */
import { byId, element, setText } from "./dom.js";
import { clock, duration, wholeDuration } from "./format.js";
import { horizonOf, SPEEDS } from "./speeds.js";

/** The seek bar's resolution. */
const POSITIONS = 1000;
/** A clock that stands can be read to the millisecond, whatever the speed. */
const STANDING_NS_PER_S = 1e9;
/** Shown when the machine plays at less than this share of the speed. */
const PACE_MIN = 0.9;

/**
 * @typedef {object} Wishes
 * @property {() => void} play
 * @property {() => void} pause
 * @property {() => void} step
 * @property {() => void} reset
 * @property {(timeNs: number) => void} seek
 * @property {(nsPerS: number) => void} setSpeed
 */

/**
 * @typedef {object} Transport
 * @property {(description: Description, speedNsPerS: number) => void} begin
 * @property {(nowNs: number, events: number, playback: Playback, stuck: number) => string} show What the run does, in words. `stuck`: how many wait to
 *   send or for a resource.
 */

/** @param {Playback} playback @param {number} events @param {number} horizonNs @param {number} stuck */
const stateOf = ({ playing, seeking, ended, pace }, events, horizonNs, stuck) => {
  if (seeking) return "Looking for that moment…";
  if (ended === "horizon") return `The run ends here, at ${wholeDuration(horizonNs)}. Play goes on past it.`;
  if (ended === "idle" && stuck > 0) return `Nothing can ever happen again: ${stuck} ${stuck === 1 ? "activity waits" : "activities wait"} for what will not come.`;
  if (ended === "idle") return "Everything has happened: nothing is left to do.";
  if (!playing) return events === 0 ? "Ready." : "Paused.";
  return pace < PACE_MIN ? `This machine manages ${Math.max(1, Math.round(pace * 100))}% of this speed.` : "Playing.";
};

/** @param {Wishes} wishes @returns {Transport} */
export const createTransport = (wishes) => {
  const play = byId("play", HTMLButtonElement);
  const playName = byId("play-name", HTMLSpanElement);
  const step = byId("step", HTMLButtonElement);
  const reset = byId("reset", HTMLButtonElement);
  const speed = byId("speed", HTMLSelectElement);
  const seek = byId("seek", HTMLInputElement);
  const seekEnd = byId("seek-end", HTMLSpanElement);
  const time = byId("clock", HTMLOutputElement);

  let isPlaying = false;
  let speedNsPerS = 1e9;
  let horizonNs = 1;
  let spanNs = 1;
  let isDragged = false;

  play.addEventListener("click", () => (isPlaying ? wishes.pause() : wishes.play()));
  step.addEventListener("click", wishes.step);
  reset.addEventListener("click", wishes.reset);
  speed.addEventListener("change", () => {
    speedNsPerS = Number(speed.value);
    wishes.setSpeed(speedNsPerS);
  });
  seek.addEventListener("input", () => {
    isDragged = true;
    wishes.seek(Math.round(Number(seek.value) / POSITIONS * spanNs));
  });
  seek.addEventListener("change", () => {
    isDragged = false;
  });

  /** @param {number} nowNs */
  const showTime = (nowNs) => {
    setText(time, clock(nowNs, isPlaying ? speedNsPerS : Math.min(speedNsPerS, STANDING_NS_PER_S)));
    spanNs = Math.max(horizonNs, nowNs);
    const share = nowNs / spanNs;
    if (!isDragged) seek.value = String(Math.round(share * POSITIONS));
    seek.style.setProperty("--at", `${Number(seek.value) / POSITIONS * 100}%`);
    seek.setAttribute("aria-valuetext", duration(nowNs, 4));
    setText(seekEnd, spanNs === horizonNs ? wholeDuration(spanNs) : duration(spanNs, 4));
  };

  return {
    begin: (description, nsPerS) => {
      horizonNs = horizonOf(description);
      speedNsPerS = nsPerS;
      const speeds = [...new Set([...SPEEDS, nsPerS])].sort((a, b) => a - b);
      speed.replaceChildren(...speeds.map((one) => element("option", { value: one }, `${duration(one)}/s`)));
      speed.value = String(nsPerS);
      for (const control of [play, step, reset, speed, seek]) control.disabled = false;
    },
    show: (nowNs, events, playback, stuck) => {
      isPlaying = playback.playing;
      setText(playName, isPlaying ? "Pause" : "Play");
      play.classList.toggle("is-playing", isPlaying);
      showTime(nowNs);
      return stateOf(playback, events, horizonNs, stuck);
    },
  };
};
