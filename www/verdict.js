/**
 * Verdict: what holds the system up, in a sentence. It says only what was measured, over the whole run so far; where
 * nothing follows from the measures it says what waits, and not why. Pure.
 */

/** @import { Description, OutlineEdge, OutlineNode, Reference, Standstill } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
/** @import { Series } from "./series.js" */
import { growthsOf } from "./growth.js";
import { listed, moment, rate, share, whole } from "./format.js";
import { nodeOf } from "./outline-index.js";

/** Less than this share of the time is not worth a word. */
const NOTICEABLE = 0.01;
/** So much of the time busy counts as always: a run begins with a wait. */
const ALWAYS = 0.98;
/** Before so many items are done, shares mean little. */
const DONE_MIN = 20;
const NAMED_MAX = 3;
/** Where each has its own words, and all of them are worth reading. */
const LISTED_MAX = 12;

/** @typedef {{ node: OutlineNode, busy: number, sending: number, resource: number, core: number }} Crew */

/** @param {FrameReader} reader @param {OutlineNode} node @returns {Crew} */
const crewOf = (reader, node) => {
  /** @param {string} field */
  const read = (field) => reader.value("process", node.index, field) || 0;
  return {
    node,
    busy: read("share_sleeping") + read("share_working"),
    sending: read("share_sending"),
    resource: read("share_resource_wait"),
    core: read("share_cpu_wait"),
  };
};

/** How many activities wait to send, for a resource or for a core at this moment. @param {FrameReader} reader */
export const heldUp = (reader) => ["sending", "resource_wait", "cpu_wait"].reduce((sum, field) => sum + reader.sum("process", field), 0);

/** @param {Crew} crew */
const held = ({ sending, resource, core }) => sending + resource + core;

/** What it waits for most. @param {Crew} crew */
const purposeOf = ({ sending, resource, core }) =>
  (sending >= Math.max(resource, core) ? "to send" : resource >= core ? "for a resource" : "for a core");

/** @param {readonly Crew[]} waiting @returns {string} */
const waitsOf = (waiting) => {
  const named = waiting.slice(0, NAMED_MAX).map((crew) =>
    `${crew.node.name} waits ${purposeOf(crew)} ${share(held(crew), 2)} of the time`);
  const others = waiting.length - named.length;
  return listed(others > 0 ? [...named, `${others} more ${others === 1 ? "waits" : "wait"} too`] : named);
};

/** As many as a sentence bears, and how many more there are. @param {readonly string[]} words @param {(more: number) => string} rest */
const few = (words, rest) => (words.length > LISTED_MAX ? [...words.slice(0, LISTED_MAX), rest(words.length - LISTED_MAX)] : words);

/** @param {FrameReader} reader */
const lossesOf = (reader) => {
  const losses = [["dropped", "were dropped"], ["failed", "failed"], ["lost", "were lost"]].flatMap(([field = "", words]) => {
    const amount = reader.header(field);
    return amount > 0 ? [`${whole(amount)} ${words}`] : [];
  });
  return losses.length > 0 ? ` Of ${whole(reader.header("produced"))} items, ${listed(losses)}.` : "";
};

/** Memories whose limit was passed. @param {FrameReader} reader @param {readonly OutlineNode[]} nodes */
const oomsOf = (reader, nodes) => nodes.filter(({ kind }) => kind === "memory").flatMap(({ name, index }) => {
  const ooms = reader.value("memory", index, "ooms");
  const often = ooms === 1 ? "at" : `${whole(ooms)} times, last at`;
  return ooms > 0 ? [`${name} passed its limit ${often} ${moment(reader.value("memory", index, "last_oom_ns"))}: all that was in it was killed.`] : [];
});

/**
 * What groups were handed twice, and why if members were thrown out.
 * @param {FrameReader} reader @param {readonly OutlineNode[]} nodes
 */
const redeliveriesOf = (reader, nodes) => nodes.filter(({ kind }) => kind === "group").flatMap(({ name, index }) => {
  /** @param {string} field */
  const read = (field) => reader.value("group", index, field);
  const [evicted, redelivered] = [read("evicted"), read("redelivered")];
  const what = `${whole(redelivered)} ${redelivered === 1 ? "record was" : "records were"} delivered`;
  const again = redelivered > 0 ? [`${what} ${evicted > 0 ? "again" : `to ${name} again`}`] : [];
  const members = evicted === 1 ? "a member" : `members ${whole(evicted)} times`;
  const rebalances = `${whole(read("rebalances"))} rebalances`;
  const words = evicted > 0 ? [`${name} threw out ${members} for not polling in time: ${rebalances}`, ...again] : again;
  return words.length > 0 ? [`${words.join(", and ")}.`] : [];
});

/**
 * What leased queues handed out again, and what they gave up on.
 * @param {FrameReader} reader @param {Description["outline"]} outline
 */
const returnsOf = (reader, outline) => outline.nodes.filter(({ kind }) => kind === "queue").flatMap(({ name, index }) => {
  /** @param {string} field */
  const read = (field) => reader.value("queue", index, field);
  const [again, dead] = [read("redelivered"), read("dead_lettered")];
  const to = dead > 0 ? outline.edges.find(({ verb, from }) => verb === "dead_letter" && from.index === index)?.to : undefined;
  const grave = to && nodeOf(outline, to.kind, to.index);
  return [
    ...(again > 0 ? [`${name} handed out a message again ${again === 1 ? "once" : `${whole(again)} times`}: its lease had ended without an ack.`] : []),
    ...(dead > 0 ? [`${name} gave up on ${whole(dead)} of ${whole(read("sent"))} messages${grave ? `: dead letters, in ${grave.name}` : ""}.`] : []),
  ];
});

/** @param {FrameReader} reader @param {readonly OutlineNode[]} nodes */
const busyOf = (reader, nodes) => few(nodes.filter(({ kind, index }) => kind === "cpu" && reader.value("cpu", index, "utilisation") >= ALWAYS)
  .map(({ name }) => ` ${name} is always busy.`), (more) => ` ${more} more are always busy.`).join("");

/** Channels and resources that turned away who came. @param {FrameReader} reader @param {readonly OutlineNode[]} nodes */
const refusalsOf = (reader, nodes) => listed(few(nodes.flatMap(({ kind, name, index }) => {
  const refused = kind === "channel" ? reader.value(kind, index, "rejected") : kind === "resource" ? reader.value(kind, index, "refused") : 0;
  return refused > 0 ? [`${name} turned away ${whole(refused)}`] : [];
}), (more) => `${more} more turned some away`));

/** What was done after its caller had given up on it. @param {FrameReader} reader */
const latenessOf = (reader) => {
  const late = 1 - reader.header("goodput_per_s") / reader.header("throughput_per_s");
  return late >= NOTICEABLE ? ` ${share(late, 2)} of what was done came too late for its caller.` : "";
};

/** @param {Reference} store */
const keyOf = ({ kind, index }) => `${kind} ${index}`;

/** @param {OutlineEdge} edge @param {OutlineNode} node */
const isIntakeOf = ({ verb, to }, node) => verb === "receive" && to.kind === "process" && to.index === node.index;

/**
 * What a crew takes per second from channels that nobody else takes from, over the run so far.
 * @param {FrameReader} reader @param {readonly OutlineEdge[]} edges @param {OutlineNode} node
 * @returns {string} Empty where others take too: then the measures do not tell.
 */
const paceOf = (reader, edges, node) => {
  const intakes = edges.filter((edge) => isIntakeOf(edge, node));
  const stores = new Set(intakes.map(({ from }) => keyOf(from)));
  const isAlone = edges.filter(({ from }) => stores.has(keyOf(from))).length === stores.size;
  const taken = intakes.reduce((sum, { from }) => sum + reader.value(from.kind, from.index, "out"), 0);
  return isAlone && taken > 0 ? `, ${rate(taken / (reader.header("time_ns") / 1e9))},` : "";
};

/** Whether so much happened that shares mean something. @param {FrameReader} reader @param {readonly OutlineNode[]} nodes */
const isTelling = (reader, nodes) => reader.header("done") >= DONE_MIN
  || nodes.some(({ kind, index }) => kind === "group" && reader.value("group", index, "delivered") >= DONE_MIN);

/**
 * @param {FrameReader} reader
 * @param {Description} description
 * @param {boolean} isFinal Whether the run stands at its end.
 * @param {Series} series The run's history.
 * @returns {string} Empty while too little has happened.
 */
export const verdictOf = (reader, description, isFinal, series) => {
  const { nodes, edges } = description.outline;
  if (!isFinal && !isTelling(reader, nodes)) return "";
  const crews = nodes.filter(({ kind }) => kind === "process" || kind === "task").map((node) => crewOf(reader, node));
  const waiting = crews.filter((crew) => held(crew) >= NOTICEABLE).sort((a, b) => held(b) - held(a));
  const refusals = refusalsOf(reader, nodes);
  const happened = [redeliveriesOf(reader, nodes), returnsOf(reader, description.outline), oomsOf(reader, nodes)];
  const news = [...growthsOf(reader, description, series), ...happened.flatMap((words) => few(words, (more) => `${more} more of that kind.`))].join(" ");
  const tail = `${lossesOf(reader)}${latenessOf(reader)}`;
  if (waiting.length === 0) {
    const nobody = `${news || refusals ? "No" : "Nothing is held up: no"} process waits to send, for a resource or for a core`;
    return `${news}${news && " "}${nobody}${refusals && `; ${refusals}`}.${tail}`;
  }

  // A crew that takes from a store, never waits, and has somebody waiting before that very store.
  const senders = new Set(waiting.filter(({ sending }) => sending >= NOTICEABLE).map(({ node }) => node.index));
  const pressed = new Set(edges.filter(({ from }) => from.kind === "process" && senders.has(from.index)).map(({ to }) => keyOf(to)));
  const takers = new Set(edges.filter(({ verb, from, to }) => verb === "receive" && to.kind === "process" && pressed.has(keyOf(from))).map(({ to }) => to.index));
  const sets = crews.find(({ node, busy }) => busy >= ALWAYS && takers.has(node.index));
  const pace = sets ? `The pace${paceOf(reader, edges, sets.node)} is set by ${sets.node.name}, which never waits;` : "Held up:";
  return `${pace} ${waitsOf(waiting)}.${busyOf(reader, nodes)}${refusals && ` ${refusals}.`}${news && ` ${news}`}${tail}`;
};

/**
 * That a run stands still and cannot go on, if so; an end in order needs no words.
 * @param {Standstill | null | undefined} standstill
 */
export const standstillOf = (standstill) => {
  if (!standstill?.stuck) return "";
  const words = standstill.summary.replaceAll("->", "→");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}. `;
};

/** How far each group is behind, for those who hear the page. @param {FrameReader} reader @param {Description} description */
export const lagsOf = (reader, { outline: { nodes } }) => {
  const lags = few(nodes.filter(({ kind }) => kind === "group").map(({ name, index }) => `${name} ${whole(reader.value("group", index, "lag"))}`), (more) => `${more} more`);
  return lags.length > 0 ? `Lag: ${listed(lags)}. ` : "";
};
