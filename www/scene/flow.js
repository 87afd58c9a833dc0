// From a counter that only grows to something that moves: one dot for each item while there are few, a stream while
// there are many. Pure and deterministic: counters and wall time in, positions out; it knows no SVG and no clock.

/** @typedef {"rest"|"dots"|"stream"} FlowMode */
/** `dots` are shares of the way (0..1), oldest first; `phase` is how far the stream's beads have come, in beads. @typedef {{ mode: FlowMode, dots: ReadonlyArray<number>, phase: number, rate: number }} FlowState */
/** @typedef {{ advance: (passed: number, wallMs: number) => FlowState, reset: () => void }} Flow */

// Above STREAM_ABOVE items per second of the viewer's the eye no longer counts; it stays a stream until well below.
const STREAM_ABOVE = 12;
const STREAM_UNTIL = 7;
const RATE_MEMORY_MS = 900;
const LONGEST_STEP_MS = 250;
const TRAVEL_MS = 520;
// At speed an item is gone long before a slow dot would arrive: on the way are about as many dots as items set out meanwhile.
const SHORTEST_TRAVEL_MS = 170;
const DOTS_AT_ONCE = 0.9;
const APART_MS = 90;
const MOST_DOTS = 10;
// Up to this rate a bead of the stream is one item; above it the eye would see beads standing still or running backwards.
const TRUE_RATE = 12;

/**
 * Beads per second that a rate is shown as: true while that can be seen, then by its logarithm.
 * @param {number} rate items per second of the viewer's
 */
export const beadRate = (rate) => (rate <= TRUE_RATE ? rate : TRUE_RATE + 2.2 * Math.log2(rate / TRUE_RATE));

/** @returns {Flow} */
export const createFlow = () => {
  /** @type {Array<{ at: number, travelMs: number }>} wall times at which the dots on their way set out, and how long they take */
  let departures = [];
  let lastPassed = NaN;
  let lastMs = NaN;
  let rate = 0;
  let phase = 0;
  let streaming = false;
  let quietMs = 0;

  const reset = () => {
    departures = [];
    lastPassed = NaN;
    lastMs = NaN;
    rate = 0;
    phase = 0;
    streaming = false;
  };

  const measure = (/** @type {number} */ fresh, /** @type {number} */ stepMs) => {
    const keep = Math.exp(-stepMs / RATE_MEMORY_MS);
    // A stream that broke off (its sender was killed) is over when its last item has arrived, however fast it was.
    quietMs = fresh > 0 ? 0 : quietMs + stepMs;
    if (quietMs > TRAVEL_MS) rate = 0;
    rate = stepMs > 0 ? rate * keep + (fresh / stepMs) * 1000 * (1 - keep) : rate;
    streaming = streaming ? rate > STREAM_UNTIL : rate > STREAM_ABOVE;
  };

  const depart = (/** @type {number} */ fresh, /** @type {number} */ wallMs) => {
    const travelMs = Math.max(SHORTEST_TRAVEL_MS, Math.min(TRAVEL_MS, (1000 * DOTS_AT_ONCE) / rate));
    for (let left = Math.min(fresh, MOST_DOTS); left > 0 && departures.length < MOST_DOTS; left -= 1) {
      const last = departures[departures.length - 1]?.at ?? -Infinity;
      departures.push({ at: Math.max(wallMs, last + APART_MS), travelMs });
    }
  };

  const shares = (/** @type {number} */ wallMs) => {
    departures = departures.filter(({ at, travelMs }) => wallMs - at < travelMs);
    return departures.filter(({ at }) => at <= wallMs).map(({ at, travelMs }) => (wallMs - at) / travelMs);
  };

  const advance = (/** @type {number} */ passed, /** @type {number} */ wallMs) => {
    // A counter that fell means the run was reset or wound back: what was on its way never set out. What a run did before
    // its first frame is shown if it is little (five sends at time 0), not if the run is joined half way.
    if (!(passed >= lastPassed)) {
      const opening = Number.isNaN(lastPassed) && passed <= MOST_DOTS;
      reset();
      lastPassed = opening ? 0 : passed;
      lastMs = wallMs;
    }
    const fresh = passed - lastPassed;
    const stepMs = Math.min(LONGEST_STEP_MS, Math.max(0, wallMs - lastMs));
    lastPassed = passed;
    lastMs = wallMs;
    measure(fresh, stepMs);
    if (!streaming && fresh > 0) depart(fresh, wallMs);
    const dots = shares(wallMs);
    phase = streaming ? (phase + (beadRate(rate) * stepMs) / 1000) % 1000 : phase;
    /** @type {FlowMode} */
    const mode = streaming ? "stream" : dots.length + departures.length > 0 ? "dots" : "rest";
    return { mode, dots, phase, rate };
  };

  return { advance, reset };
};
