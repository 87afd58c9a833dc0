// Reads one node's numbers out of a frame. The only place in the scene that knows the frame's field names.

/** @import { FrameReader } from "./types.js" */
/** @import { Cores, Crew, Cursor, Log, Memory, Messages, Permits, Readers, Table, Tank } from "./words.js" */

/** A frame shows so many partitions of a topic, in rows of their own for each topic and each group; the rest of them is NaN. */
const LANES = 16;
/** And so many entries of a table. */
const ENTRIES = 16;

/** @template Row @param {(lane: number) => Row|undefined} read @returns {Row[]} */
const lanesOf = (read) => Array.from({ length: LANES }, (_, lane) => read(lane)).flatMap((row) => row ?? []);

/** A reading that a frame lacks counts as none. @param {number} value */
const known = (value) => (Number.isFinite(value) ? value : 0);

/** @param {FrameReader} frame @param {number} index @returns {Crew} */
export const readCrew = (frame, index) => {
  const read = (/** @type {string} */ field) => known(frame.value("process", index, field));
  return {
    activities: read("activities"),
    most: read("max_activities"),
    sleeping: read("sleeping"),
    working: read("working"),
    cpu: read("cpu_wait"),
    resource: read("resource_wait"),
    sending: read("sending"),
    receiving: read("receiving"),
    awaiting: read("awaiting"),
    shares: {
      sleeping: read("share_sleeping"),
      working: read("share_working"),
      cpu: read("share_cpu_wait"),
      resource: read("share_resource_wait"),
      sending: read("share_sending"),
      receiving: read("share_receiving"),
      awaiting: read("share_awaiting"),
    },
    inHand: read("items_in_hand"),
    wanted: read("wanted"),
    bound: read("most"),
    down: read("down") === 1,
    restartInNs: read("restart_ns") - known(frame.header("time_ns")),
    killed: read("killed"),
  };
};

/** @param {FrameReader} frame @param {number} index @returns {Tank} */
export const readTank = (frame, index) => {
  const read = (/** @type {string} */ field) => known(frame.value("channel", index, field));
  return {
    depth: read("depth"),
    capacity: read("capacity"),
    level: read("level"),
    inBytes: read("counts_bytes") === 1,
    isMark: read("high_water") === 1,
    full: read("full") === 1,
    waitingSenders: read("waiting_senders"),
    waitingReceivers: read("waiting_receivers"),
    rejected: read("rejected"),
    dropped: read("dropped"),
    onWire: read("on_wire"),
    held: read("held"),
    closed: read("closed") === 1,
  };
};

/** @param {FrameReader} frame @param {number} index @returns {Permits} */
export const readPermits = (frame, index) => {
  const read = (/** @type {string} */ field) => known(frame.value("resource", index, field));
  return { permits: read("permits"), inUse: read("in_use"), waiting: read("waiting"), refused: read("refused"), perKey: read("per_key") === 1, keys: read("keys") };
};

/** @param {FrameReader} frame @param {number} index @returns {Cores} */
export const readCores = (frame, index) => {
  const read = (/** @type {string} */ field) => known(frame.value("cpu", index, field));
  return { cores: read("cores"), inUse: read("in_use"), waiting: read("waiting"), utilisation: read("utilisation"), sliceNs: read("slice_ns") };
};

/** @param {FrameReader} frame @param {number} index @returns {Memory} */
export const readMemory = (frame, index) => {
  const read = (/** @type {string} */ field) => known(frame.value("memory", index, field));
  return { used: read("used"), limit: read("limit"), peak: read("peak"), ooms: read("ooms"), lastNs: read("last_oom_ns") };
};

/** @param {FrameReader} frame @param {number} index @param {number} place which of the tables it is @returns {Table} */
export const readTable = (frame, index, place) => {
  const read = (/** @type {string} */ field) => known(frame.value("shared", index, field));
  const rows = Array.from({ length: ENTRIES }, (_, row) => ({ key: frame.value("entry", place * ENTRIES + row, "key"), value: frame.value("entry", place * ENTRIES + row, "value") }));
  return { entries: read("entries"), writes: read("writes"), rows: rows.filter(({ key }) => Number.isFinite(key)) };
};

/** @param {FrameReader} frame @param {number} index @returns {Log} */
export const readLog = (frame, index) => {
  const read = (/** @type {string} */ field) => known(frame.value("topic", index, field));
  const lanes = lanesOf((lane) => {
    const [start = NaN, end = NaN] = ["start", "end"].map((field) => frame.value("partition", index * LANES + lane, field));
    return Number.isFinite(end) ? { start, end } : undefined;
  });
  return { partitions: read("partitions"), records: read("records"), deleted: read("deleted"), lanes };
};

/** @param {FrameReader} frame @param {number} index @returns {Readers} */
export const readGroup = (frame, index) => {
  const read = (/** @type {string} */ field) => known(frame.value("group", index, field));
  const cursors = lanesOf((lane) => {
    const at = (/** @type {keyof Cursor} */ field) => frame.value("cursor", index * LANES + lane, field);
    return Number.isFinite(at("committed")) ? { committed: at("committed"), position: at("position"), owner: at("owner") } : undefined;
  });
  return {
    lag: read("lag"),
    highest: read("max_lag"),
    members: read("members"),
    rebalancing: read("rebalancing") === 1,
    rebalances: read("rebalances"),
    delivered: read("delivered"),
    redelivered: read("redelivered"),
    evicted: read("evicted"),
    paused: read("paused"),
    cursors,
  };
};

/** @param {FrameReader} frame @param {number} index @returns {Messages} */
export const readQueue = (frame, index) => {
  const read = (/** @type {string} */ field) => known(frame.value("queue", index, field));
  return {
    visible: read("visible"),
    inFlight: read("in_flight"),
    delayed: read("delayed"),
    highest: Math.max(read("max_visible"), read("max_in_flight")),
    // What was given out and neither was deleted nor is out still has come back, whether its lease ran out or was given up.
    returned: Math.max(0, read("received") - read("deleted") - read("in_flight")),
    dead: read("dead_lettered"),
    waiting: read("waiting_receivers"),
  };
};

/** How many went along a drawn route: the sum over its outline edges. @param {FrameReader} frame @param {ReadonlyArray<number>} edges */
export const readPassed = (frame, edges) => edges.reduce((sum, edge) => sum + known(frame.value("edge", edge, "passed")), 0);
