/** Summary: what happens, told to those who hear the page, politely and seldom. */

/** @import { FrameReader } from "./frame.js" */
import { setText } from "./dom.js";
import { duration, rate } from "./format.js";

const EVERY_MS = 15_000;

/**
 * @param {HTMLElement} place A live region.
 * @returns {{ begin: () => void, show: (reader: FrameReader, isPlaying: boolean, verdict: string) => void }}
 */
export const createSummary = (place) => {
  let nextMs = 0;
  let wasPlaying = false;
  return {
    begin: () => {
      nextMs = performance.now() + EVERY_MS;
      wasPlaying = false;
    },
    show: (reader, isPlaying, verdict) => {
      const hasStopped = wasPlaying && !isPlaying;
      wasPlaying = isPlaying;
      if (!hasStopped && (!isPlaying || performance.now() < nextMs)) return;
      nextMs = performance.now() + EVERY_MS;
      setText(place, `At ${duration(reader.header("time_ns"))}: ${reader.header("done")} items done, ${rate(reader.header("throughput_per_s"))}, ${reader.header("in_flight")} in flight. ${verdict}`);
    },
  };
};
