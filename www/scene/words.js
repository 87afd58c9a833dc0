// What the scene says in words about a process, a channel, a resource, and about the whole. Pure: readings in,
// sentences out, each in several lengths, longest first, so that a drawing takes the one that fits.

import { duration, isBinary, moment } from "../format.js";
import { entriesText } from "../shared.js";
import { bytes, count, padded, percent } from "./numbers.js";

/** Counts of one crew now, and shares of its time so far. @typedef {{ activities: number, most: number, sleeping: number, working: number, cpu: number, resource: number, sending: number, receiving: number, awaiting: number,
 *   shares: { sleeping: number, working: number, cpu: number, resource: number, sending: number, receiving: number, awaiting: number }, inHand: number,
 *   wanted: number, bound: number, down: boolean, restartInNs: number, killed: number }} Crew */
/** The states an activity is drawn in. `busy`: its time passes with an item in hand; `working`: on a core. `down`: a crew of none, killed or crashed. @typedef {"busy"|"working"|"down"|"sleeping"|"sending"|"resource"|"cpu"|"receiving"|"awaiting"} State */
/** @typedef {{ state: State, count: number }} StateCount */
/** @typedef {{ depth: number, capacity: number, level: number, inBytes: boolean, isMark: boolean, full: boolean, waitingSenders: number, waitingReceivers: number, rejected: number, dropped: number, onWire: number, held: number, closed: boolean }} Tank */
/** `perKey`: a pool of them for each key; `keys`: how many are in use. @typedef {{ permits: number, inUse: number, waiting: number, refused: number, perKey?: boolean, keys?: number }} Permits */
/** @typedef {{ cores: number, inUse: number, waiting: number, utilisation: number, sliceNs: number }} Cores */
/** @typedef {{ used: number, limit: number, peak: number, ooms: number, lastNs: number }} Memory */

/** @typedef {{ key: number, value: number }} Entry */
/** `rows`: the entries written last, the last first. @typedef {{ entries: number, writes: number, rows: ReadonlyArray<Entry> }} Table */

/** `lanes`: the partitions that are shown. @typedef {{ partitions: number, records: number, deleted: number, lanes: ReadonlyArray<{ start: number, end: number }> }} Log */
/** `owner`: an activity's number, -1 for nobody. @typedef {{ committed: number, position: number, owner: number }} Cursor */
/** A group of readers. @typedef {{ lag: number, highest: number, members: number, rebalancing: boolean, rebalances: number, delivered: number, redelivered: number, evicted: number, paused: number, cursors: ReadonlyArray<Cursor> }} Readers */

/** What a queue holds. `highest`: of either kind; `returned`: so often a message came back; `waiting`: receivers. @typedef {{ visible: number, inFlight: number, delayed: number, highest: number, returned: number, dead: number, waiting: number }} Messages */

/** What is held up comes first: it is what the eye should find. @type {ReadonlyArray<State>} */
export const STATES = ["sending", "resource", "cpu", "working", "busy", "sleeping", "awaiting", "receiving", "down"];

/** @type {Record<State, { one: ReadonlyArray<string>, many: string, few: string }>} */
const WORDS = {
  sending: { one: ["waits to send", "blocked"], many: "wait to send", few: "blocked" },
  resource: { one: ["waits for a permit", "waits"], many: "wait for a permit", few: "waiting" },
  cpu: { one: ["waits for a core", "waits"], many: "wait for a core", few: "waiting" },
  working: { one: ["works on a core", "on a core", "works"], many: "on a core", few: "on core" },
  down: { one: ["down"], many: "down", few: "down" },
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
  if (crew.down) return [{ state: "down", count: 1 }];
  // Who waits to send holds what it sends; of the sleepers, as many are busy as there are items left.
  const handsLeft = Math.max(0, crew.inHand - crew.sending - crew.resource - crew.cpu - crew.working);
  const asleepWithItem = Math.min(crew.sleeping, handsLeft);
  /** @type {Record<State, number>} */
  const counts = {
    sending: crew.sending,
    resource: crew.resource,
    cpu: crew.cpu,
    working: crew.working,
    busy: asleepWithItem,
    sleeping: crew.sleeping - asleepWithItem,
    awaiting: crew.awaiting,
    receiving: crew.receiving,
    down: 0,
  };
  return STATES.map((state) => ({ state, count: counts[state] })).filter((entry) => entry.count > 0);
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
  return [...both.map((parts) => parts.join(" · ")), ...both.map((parts) => parts.slice(0, 2).join(" · ")), long[0] ?? "", brief[0] ?? "", (brief[0] ?? "").replace("waiting", "wait")];
};

/**
 * Where a crew's time went, in one line: what holds it up if anything does, else what it does most.
 * @param {Crew} crew @param {boolean} sleepsWithItems whether its sleep is work on an item (a service time) @param {boolean} [pauses] or a pause, or both
 * @returns {string[]}
 */
export const shareWords = (crew, sleepsWithItems, pauses = !sleepsWithItems) => {
  const { shares } = crew;
  const line = (/** @type {string} */ word, /** @type {number} */ share) => [`${word} ${percent(share)} of the time`, `${word} ${percent(share)}`];
  const heldUp = Math.max(shares.sending, shares.resource, shares.cpu);
  if (heldUp >= 0.005) {
    if (heldUp === shares.sending) return line("blocked", shares.sending);
    if (heldUp === shares.resource) return line("waits", shares.resource);
    if (shares.working < 0.005) return line("waits", shares.cpu);
    const both = `on a core ${percent(shares.working)}, waits ${percent(shares.cpu)}`;
    return [`${both} of the time`, both, both.replace("a ", ""), ...line("waits", shares.cpu)];
  }
  // Of a crew that does both, nobody knows which share is which; a pause beside work on a core is no work.
  const isMixed = pauses && shares.receiving < 0.005 && (sleepsWithItems || shares.working >= 0.005);
  const active = (isMixed ? 0 : shares.sleeping) + shares.working;
  // Who only ever pauses (a source) has nothing to tell.
  if (!sleepsWithItems && shares.sleeping >= 0.995) return [""];
  if (active >= 0.005 || shares.receiving >= 0.005) {
    if (shares.awaiting > active) return line("awaits", shares.awaiting);
    const isWork = shares.working >= 0.005 && (isMixed || shares.sleeping < 0.005);
    if (isWork) return [...line("on a core", active), `core ${percent(active)}`];
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
  if (permits.perKey) return keyWords(permits);
  const bound = count(permits.permits);
  const used = steadyWidth(count(permits.inUse), bound);
  return [`${used} of ${bound} in use`, `${used} / ${bound}`];
};

/** Of a pool for each key. @param {Permits} permits @returns {string[]} */
const keyWords = ({ permits, inUse, keys = 0 }) => {
  const now = several(keys, "key");
  return permits === 1 ? [`${now} in use`, now] : [`${count(inUse)} out at ${now}`, `${count(inUse)} at ${now}`, count(inUse)];
};

/** What a pool for each key is, all the time. @param {Permits} permits */
export const perKeyWords = ({ permits }) => [`${permits === 1 ? "one" : count(permits)} per key`, "per key", ""];

/** @param {Permits} permits @returns {string[]} */
export const lineWords = (permits) => {
  if (permits.waiting > 0) return [`${count(permits.waiting)} ${permits.waiting === 1 ? "waits" : "wait"} in line`, `${count(permits.waiting)} wait`];
  return permits.refused > 0 ? [`${count(permits.refused)} refused`] : [""];
};

/** Several remarks in one line as far as they fit, the first of them in any case. @param {ReadonlyArray<string>} first @param {ReadonlyArray<string>} second @returns {ReadonlyArray<string>} */
export const joined = (first, second) => {
  if (!first[0]) return second;
  return second[0] ? [...second.map((words) => `${first[0]} · ${words}`), ...first] : first;
};

/** What a queue holds, told apart. @param {Messages} messages */
export const messageWords = ({ visible, inFlight }) => `${count(visible)} visible, ${count(inFlight)} in flight`;

/** @param {Messages} messages @returns {string[]} */
export const returnWords = ({ returned }) => (returned > 0 ? [`${count(returned)} came back`, `${count(returned)} back`, count(returned)] : [""]);

/** @param {Messages} messages @returns {string[]} */
export const deadWords = ({ dead }) => (dead > 0 ? [`${count(dead)} dead letter${dead === 1 ? "" : "s"}`, `${count(dead)} dead`] : [""]);

/** Who waits for messages, and which messages wait to be seen. @param {Messages} messages @returns {ReadonlyArray<string>} */
export const pollWords = ({ waiting, delayed }) =>
  joined(delayed > 0 ? [`${count(delayed)} delayed`] : [""], waiting > 0 ? [`${count(waiting)} ${waiting === 1 ? "waits" : "wait"} to receive`, `${count(waiting)} wait`] : [""]);

/** When one that is down begins again. @param {Crew} crew @returns {string[]} */
export const backWords = ({ restartInNs }) => (restartInNs > 0 ? [`back in ${duration(restartInNs, 2)}`] : [""]);

/** @param {Crew} crew @returns {string[]} */
export const killedWords = ({ killed }) => (killed > 0 ? [`${count(killed)} killed so far`, `${count(killed)} killed`] : [""]);

/** @param {Crew} crew */
export const isAutoscaled = ({ wanted, bound }) => bound > wanted;

/** How far an autoscaled crew has grown. @param {Crew} crew @returns {string[]} */
export const growthWords = (crew) => {
  if (!isAutoscaled(crew)) return [""];
  const [now, most] = [count(crew.activities), count(crew.bound)];
  return [`grown to ${now} of ${most}`, `${now} / ${most}`];
};

/** @param {Cores} cores @returns {string[]} */
export const coreWords = ({ cores, inUse, utilisation }) => {
  const bound = count(cores);
  const used = steadyWidth(count(inUse), bound);
  const mean = percent(utilisation);
  return [`${used} of ${bound} busy, ${mean} on average`, `${used} of ${bound} busy, mean ${mean}`, `${used} / ${bound}, mean ${mean}`, `${used} / ${bound}`];
};

/** How long one may work while others wait. @param {Cores} cores @returns {string[]} */
export const turnWords = ({ sliceNs }) => (sliceNs > 0 ? [`turns of ${duration(sliceNs)}`, `turns ${duration(sliceNs)}`, duration(sliceNs)] : [""]);

/** Decimal where the limit is: 1.4GB stays 1.4 GB. @param {Memory} memory */
const sizer = ({ limit }) => (/** @type {number} */ value) => bytes(value, isBinary(limit));

/** @param {Memory} memory @returns {string[]} */
export const useWords = (memory) => {
  const write = sizer(memory);
  return [`${write(memory.used)} of ${write(memory.limit)}`, `${write(memory.used)} / ${write(memory.limit)}`];
};

/** @param {Memory} memory */
export const peakWords = (memory) => [`highest ${sizer(memory)(memory.peak)}`];

/** How often the limit was passed, and when last. @param {Memory} memory */
export const oomWords = ({ ooms, lastNs }) => {
  const [often, at] = [count(ooms), moment(lastNs)];
  const brief = [`OOM ×${often}, ${at}`, `OOM ×${often}`];
  return ooms === 1 ? [`limit passed at ${at}`, `OOM at ${at}`] : [`limit passed ${often} times, last ${at}`, `OOM ×${often}, last ${at}`, ...brief];
};

const several = (/** @type {number} */ number, /** @type {string} */ word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

/** @param {Table} table @returns {string[]} */
export const entryWords = ({ entries }) => [entriesText(entries), count(entries)];

/** @param {Table} table @returns {string[]} */
export const writeWords = ({ writes }) => [writes > 0 ? several(writes, "write") : "", ""];

/** What is not shown. @param {Table} table @param {number} shown @returns {string[]} */
export const restWords = ({ entries }, shown) => (entries > shown ? [`the ${shown} written last`, `last ${shown}`] : [""]);

/** @param {Log} log @returns {string[]} */
export const logWords = ({ partitions, records }) => {
  const held = several(records, "record");
  return [`${several(partitions, "partition")}, ${held}`, held, count(records)];
};

/** @param {Log} log */
export const deletedWords = ({ deleted }) => [deleted > 0 ? `${count(deleted)} deleted` : ""];

/** Partitions that have no lane. @param {Log} log */
export const moreLanesWords = ({ partitions, lanes }) => (partitions > lanes.length ? `and ${count(partitions - lanes.length)} more` : "");

/** Whether the lag is about as high as it ever was, and no mere ripple. @param {Readers} readers */
export const isBehind = ({ lag, highest }) => lag > 100 && lag > highest * 0.9;

/** @param {Readers} readers @returns {string[]} */
export const lagWords = ({ lag, highest }) => [`lag ${count(lag)}, highest ${count(highest)}`, `lag ${count(lag)}, max ${count(highest)}`, `lag ${count(lag)}`];

/** Members, and who of them has nothing to read, or what nobody reads. @param {Readers} readers @param {number} partitions @returns {string[]} */
export const memberWords = ({ members, paused, cursors }, partitions) => {
  const owners = new Set(cursors.map(({ owner }) => owner).filter((owner) => owner >= 0)).size;
  // Of partitions that are not shown the owners are not known.
  const idle = partitions > cursors.length ? Math.max(0, members - partitions) : members - owners;
  const all = members === 0 ? "no members" : several(members, "member");
  const unowned = cursors.filter(({ owner }) => owner < 0).length;
  if (paused > 0) return [`${all}, ${count(paused)} paused`, `${count(paused)} paused`];
  if (members > 0 && unowned > 0) return [`${all}, ${several(unowned, "lane")} unowned`, `${count(unowned)} unowned`];
  return idle > 0 ? [`idle: ${count(idle)} of ${several(members, "member")}`, `idle: ${count(idle)} of ${count(members)}`, `${count(idle)} idle`] : [all];
};

/** @param {Readers} readers @returns {string[]} */
export const rebalanceWords = ({ rebalances, evicted }) => {
  const often = several(rebalances, "rebalance");
  if (evicted > 0) return [`${often}, ${count(evicted)} thrown out`, `${often}, ${count(evicted)} out`, `${count(evicted)} thrown out`];
  return [rebalances > 0 ? often : ""];
};

/** @param {Readers} readers @returns {string[]} */
export const redeliveryWords = ({ redelivered }) => (redelivered > 0 ? [`${count(redelivered)} redelivered`, `${count(redelivered)} again`] : [""]);
