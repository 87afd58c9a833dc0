// What the scene says in words about a process, a channel, a resource, and about the whole. Pure: readings in,
// sentences out, each in several lengths, longest first, so that a drawing takes the one that fits.

import { bytes, count, padded, percent } from "./numbers.js";

/** Counts of one crew now, and shares of its time so far. @typedef {{ activities: number, most: number, sleeping: number, working: number, cpu: number, resource: number, sending: number, receiving: number, awaiting: number,
 *   shares: { sleeping: number, working: number, cpu: number, resource: number, sending: number, receiving: number, awaiting: number }, inHand: number }} Crew */
/** The states an activity is drawn in. `busy`: its time passes with an item in hand, or on a core. @typedef {"busy"|"sleeping"|"sending"|"resource"|"cpu"|"receiving"|"awaiting"} State */
/** @typedef {{ state: State, count: number }} StateCount */
/** @typedef {{ depth: number, capacity: number, level: number, inBytes: boolean, isMark: boolean, full: boolean, waitingSenders: number, waitingReceivers: number, rejected: number, dropped: number, onWire: number, held: number, closed: boolean }} Tank */
/** @typedef {{ permits: number, inUse: number, waiting: number, refused: number }} Permits */

/** What is held up comes first: it is what the eye should find. @type {ReadonlyArray<State>} */
const ORDER = ["sending", "resource", "cpu", "busy", "sleeping", "awaiting", "receiving"];

/** @type {Record<State, { one: ReadonlyArray<string>, many: string, few: string }>} */
const WORDS = {
  sending: { one: ["waits to send", "blocked"], many: "wait to send", few: "blocked" },
  resource: { one: ["waits for a permit", "waits"], many: "wait for a permit", few: "waiting" },
  cpu: { one: ["waits for a core", "waits"], many: "wait for a core", few: "waiting" },
  busy: { one: ["busy"], many: "busy", few: "busy" },
  sleeping: { one: ["sleeps"], many: "asleep", few: "asleep" },
  awaiting: { one: ["awaits"], many: "await", few: "await" },
  receiving: { one: ["waits to receive", "idle"], many: "idle", few: "idle" },
};

/** @param {State} state */
export const isHeldUp = (state) => state === "sending" || state === "resource" || state === "cpu";

/**
 * How many activities are in each state, those held up first, without the states nobody is in.
 * @param {Crew} crew
 * @returns {StateCount[]}
 */
export const statesOf = (crew) => {
  // Who waits to send holds what it sends; of the sleepers, as many are busy as there are items left.
  const handsLeft = Math.max(0, crew.inHand - crew.sending - crew.resource - crew.cpu - crew.working);
  const asleepWithItem = Math.min(crew.sleeping, handsLeft);
  /** @type {Record<State, number>} */
  const counts = {
    sending: crew.sending,
    resource: crew.resource,
    cpu: crew.cpu,
    busy: crew.working + asleepWithItem,
    sleeping: crew.sleeping - asleepWithItem,
    awaiting: crew.awaiting,
    receiving: crew.receiving,
  };
  return ORDER.map((state) => ({ state, count: counts[state] })).filter((entry) => entry.count > 0);
};

/**
 * Those of a crew that send but stand before no door await the reply to a call.
 * @param {Crew} crew @param {number} atDoors
 * @returns {Crew}
 */
export const withReplies = (crew, atDoors) => {
  if (atDoors === Infinity) return crew;
  const replies = Math.max(0, crew.sending - atDoors);
  const shares = { ...crew.shares, sending: 0, awaiting: crew.shares.awaiting + crew.shares.sending };
  return { ...crew, sending: crew.sending - replies, awaiting: crew.awaiting + replies, inHand: Math.max(0, crew.inHand - replies), shares };
};

/** One activity's state in words. @param {State} state */
export const stateWords = (state) => WORDS[state].one;

/** Who is held up first, then whatever most are at. @param {ReadonlyArray<StateCount>} states */
export const byWeight = (states) => [...states].sort((a, b) => Number(isHeldUp(b.state)) - Number(isHeldUp(a.state)) || b.count - a.count);

/**
 * A crew's states in words: "3 wait to send · 5 busy".
 * @param {ReadonlyArray<StateCount>} states
 * @returns {string[]}
 */
export const crewWords = (states) => {
  const long = byWeight(states).map((entry) => `${count(entry.count)} ${WORDS[entry.state].many}`);
  const brief = byWeight(states).map((entry) => `${count(entry.count)} ${WORDS[entry.state].few}`);
  const both = [long, brief];
  return [...both.map((parts) => parts.join(" · ")), ...both.map((parts) => parts.slice(0, 2).join(" · ")), long[0] ?? "", brief[0] ?? ""];
};

/**
 * Where a crew's time went, in one line: what holds it up if anything does, else what it does most.
 * @param {Crew} crew @param {boolean} sleepsWithItems whether its sleep is work on an item (a service time) or a pause
 * @returns {string[]}
 */
export const shareWords = (crew, sleepsWithItems) => {
  const { shares } = crew;
  const line = (/** @type {string} */ word, /** @type {number} */ share) => [`${word} ${percent(share)} of the time`, `${word} ${percent(share)}`];
  const heldUp = Math.max(shares.sending, shares.resource, shares.cpu);
  if (heldUp >= 0.005) {
    if (heldUp === shares.sending) return line("blocked", shares.sending);
    return heldUp === shares.resource ? line("waits", shares.resource) : line("off core", shares.cpu);
  }
  const active = shares.sleeping + shares.working;
  // Who only ever pauses (a source) has nothing to tell.
  if (!sleepsWithItems && shares.sleeping >= 0.995) return [""];
  if (active >= 0.005 || shares.receiving >= 0.005) {
    if (shares.awaiting > active) return line("awaits", shares.awaiting);
    return line(sleepsWithItems || shares.working > 0 || shares.receiving > 0 ? "busy" : "asleep", active);
  }
  return shares.awaiting >= 0.005 ? line("awaits", shares.awaiting) : [""];
};

// Up to two digits a number keeps its width; filled up to more it would only look indented.
const steadyWidth = (/** @type {string} */ text, /** @type {string} */ bound) => padded(text, bound.length <= 2 ? bound.length : 0);

/**
 * How much a channel holds, of how much.
 * @param {Tank} tank
 * @returns {string[]}
 */
export const depthWords = (tank) => {
  const write = tank.inBytes ? bytes : count;
  const bound = tank.capacity >= 0 ? write(tank.capacity) : "";
  const now = steadyWidth(write(tank.inBytes ? tank.level : tank.depth), bound);
  if (tank.capacity < 0) return [`${now} in line, no limit`, `${now} in line`, now];
  if (tank.isMark) return [`${now}, mark at ${bound}`, `${now} / ${bound}`];
  if (tank.capacity === 0) return ["hand to hand"];
  return [`${now} of ${bound}`, `${now} / ${bound}`];
};

/** Who stands at a channel's doors. @param {Tank} tank @returns {string[]} */
export const doorWords = (tank) => {
  if (tank.waitingSenders > 0) return [`${count(tank.waitingSenders)} ${tank.waitingSenders === 1 ? "waits" : "wait"} to send`, `${count(tank.waitingSenders)} blocked`];
  if (tank.onWire > 0) return [`${count(tank.onWire)} on the wire`];
  if (tank.closed) return ["closed"];
  return [""];
};

/** What a channel turned away. @param {Tank} tank @returns {string[]} */
export const lossWords = (tank) => {
  if (tank.dropped > 0 && tank.rejected > 0) return [`${count(tank.dropped)} dropped, ${count(tank.rejected)} rejected`, `${count(tank.dropped + tank.rejected)} turned away`, `${count(tank.dropped + tank.rejected)} lost`];
  if (tank.dropped > 0) return [`${count(tank.dropped)} dropped`];
  return tank.rejected > 0 ? [`${count(tank.rejected)} rejected`] : [""];
};

/** @param {Permits} permits @returns {string[]} */
export const permitWords = (permits) => {
  const bound = count(permits.permits);
  const used = steadyWidth(count(permits.inUse), bound);
  return [`${used} of ${bound} in use`, `${used} / ${bound}`];
};

/** @param {Permits} permits @returns {string[]} */
export const lineWords = (permits) => {
  if (permits.waiting > 0) return [`${count(permits.waiting)} ${permits.waiting === 1 ? "waits" : "wait"} in line`, `${count(permits.waiting)} wait`];
  return permits.refused > 0 ? [`${count(permits.refused)} refused`] : [""];
};
