/**
 * Ledger: where every item is, as an equation that holds at every instant, and beneath it the measures of each part.
 */

/** @import { Description, OutlineNode } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
import { element, setText } from "./dom.js";
import { count, duration, isBinary, moment, rate, share, size, whole } from "./format.js";
import { leftOut, LISTED_MAX } from "./limits.js";

const TERMS = [["produced", "produced"], ["done", "done"], ["dropped", "dropped"], ["failed", "failed"], ["lost", "lost"], ["in_flight", "in flight"]];

/** @typedef {(reader: FrameReader, index: number) => string} Cell */
/** @typedef {readonly [heading: string, cell: Cell]} Column */

/** @param {string} kind @param {string} field @param {(value: number) => string} show @returns {Cell} */
const cellOf = (kind, field, show) => (reader, index) => show(reader.value(kind, index, field));

/** @type {Cell} */
const capacityOf = (reader, index) => {
  const capacity = reader.value("channel", index, "capacity");
  if (capacity < 0) return "∞";
  const text = reader.value("channel", index, "counts_bytes") === 1 ? size(capacity) : count(capacity);
  return reader.value("channel", index, "high_water") === 1 ? `${text} (mark)` : text;
};

/** A memory's sizes are written as its limit is. @param {string} field @returns {Cell} */
const sizeOf = (field) => (reader, index) => size(reader.value("memory", index, field), 3, isBinary(reader.value("memory", index, "limit")));

/** @param {(ns: number) => string} show @param {string} none @returns {(ns: number) => string} */
const orElse = (show, none) => (ns) => (ns > 0 ? show(ns) : none);

/** What only pools per key have. @param {(value: number) => string} show @param {string} field @param {(value: number) => string} [otherwise] @returns {Cell} */
const perKey = (show, field, otherwise = () => "–") => (reader, index) =>
  (reader.value("resource", index, "per_key") === 1 ? show : otherwise)(reader.value("resource", index, field));

/** @type {Readonly<Record<string, { title: string, columns: readonly Column[] }>>} */
const TABLES = {
  channel: {
    title: "Channels",
    columns: [
      ["depth", cellOf("channel", "depth", count)], ["capacity", capacityOf], ["mean", cellOf("channel", "mean_depth", count)],
      ["max", cellOf("channel", "max_depth", count)], ["full", cellOf("channel", "full_share", share)],
      ["in", cellOf("channel", "in", whole)], ["out", cellOf("channel", "out", whole)],
      ["rejected", cellOf("channel", "rejected", whole)], ["dropped", cellOf("channel", "dropped", whole)],
      ["senders wait", cellOf("channel", "waiting_senders", whole)], ["receivers wait", cellOf("channel", "waiting_receivers", whole)],
    ],
  },
  topic: {
    title: "Topics",
    columns: [
      ["partitions", cellOf("topic", "partitions", whole)], ["records", cellOf("topic", "records", whole)], ["size", cellOf("topic", "bytes", size)],
      ["appended", cellOf("topic", "appended", whole)], ["deleted", cellOf("topic", "deleted", whole)],
    ],
  },
  group: {
    title: "Groups",
    columns: [
      ["lag", cellOf("group", "lag", whole)], ["max lag", cellOf("group", "max_lag", whole)], ["members", cellOf("group", "members", whole)],
      ["paused", cellOf("group", "paused", whole)], ["delivered", cellOf("group", "delivered", whole)], ["redelivered", cellOf("group", "redelivered", whole)],
      ["rebalances", cellOf("group", "rebalances", whole)], ["thrown out", cellOf("group", "evicted", whole)],
    ],
  },
  queue: {
    title: "Queues",
    columns: [
      ["visible", cellOf("queue", "visible", count)], ["in flight", cellOf("queue", "in_flight", count)], ["delayed", cellOf("queue", "delayed", count)],
      ["max visible", cellOf("queue", "max_visible", count)], ["max in flight", cellOf("queue", "max_in_flight", count)],
      ["sent", cellOf("queue", "sent", whole)], ["received", cellOf("queue", "received", whole)], ["redelivered", cellOf("queue", "redelivered", whole)],
      ["leases run out", cellOf("queue", "expired", whole)], ["deleted", cellOf("queue", "deleted", whole)],
      ["dead letters", cellOf("queue", "dead_lettered", whole)], ["receivers wait", cellOf("queue", "waiting_receivers", whole)],
    ],
  },
  resource: {
    title: "Resources",
    columns: [
      ["in use", cellOf("resource", "in_use", count)], ["permits", cellOf("resource", "permits", count)],
      ["keys", perKey(whole, "keys")], ["utilisation", perKey((keys) => `${count(keys)} keys`, "utilisation", share)], ["waiting", cellOf("resource", "waiting", whole)],
      ["max waiting", cellOf("resource", "max_waiting", whole)], ["refused", cellOf("resource", "refused", whole)],
    ],
  },
  cpu: {
    title: "Cores",
    columns: [
      ["busy", cellOf("cpu", "in_use", count)], ["cores", cellOf("cpu", "cores", count)],
      ["utilisation", cellOf("cpu", "utilisation", share)], ["waiting", cellOf("cpu", "waiting", whole)],
      ["max waiting", cellOf("cpu", "max_waiting", whole)], ["turns of", cellOf("cpu", "slice_ns", orElse(duration, "no turns"))],
    ],
  },
  memory: {
    title: "Memory",
    columns: [
      ["used", sizeOf("used")], ["limit", sizeOf("limit")], ["mean", sizeOf("mean_used")], ["max", sizeOf("peak")],
      ["limit passed", cellOf("memory", "ooms", whole)], ["last at", cellOf("memory", "last_oom_ns", orElse(moment, "never"))],
    ],
  },
  table: { title: "Shared tables", columns: [["entries", cellOf("shared", "entries", whole)], ["writes", cellOf("shared", "writes", whole)]] },
  process: {
    title: "Processes: shares of their time",
    columns: [
      ["activities", cellOf("process", "activities", whole)], ["sleeping", cellOf("process", "share_sleeping", share)],
      ["working", cellOf("process", "share_working", share)], ["sending", cellOf("process", "share_sending", share)],
      ["receiving", cellOf("process", "share_receiving", share)], ["resource", cellOf("process", "share_resource_wait", share)],
      ["waiting for a core", cellOf("process", "share_cpu_wait", share)], ["awaiting", cellOf("process", "share_awaiting", share)],
      ["killed", cellOf("process", "killed", whole)],
    ],
  },
};

/** @param {string} text */
const headingCell = (text) => element("th", { scope: "col" }, text);

/**
 * @param {string} kind The block of the frame.
 * @param {readonly OutlineNode[]} all
 * @returns {{ element: HTMLElement, update: (reader: FrameReader) => void } | null}
 */
const createTable = (kind, all) => {
  const plan = TABLES[kind];
  if (!plan || all.length === 0) return null;
  const nodes = all.slice(0, LISTED_MAX);
  const note = leftOut(nodes.length, all.length, "are listed");
  const cells = nodes.map(({ index }) => plan.columns.map(([, cell]) => ({ node: element("td"), text: (/** @type {FrameReader} */ reader) => cell(reader, index) })));
  const rows = nodes.map(({ name }, at) => element("tr", {}, element("th", { scope: "row" }, name), ...(cells[at] ?? []).map(({ node }) => node)));
  const table = element("table", {},
    element("caption", {}, plan.title, ...(note ? [element("span", { class: "hint" }, ` ${note}`)] : [])),
    element("thead", {}, element("tr", {}, headingCell("name"), ...plan.columns.map(([heading]) => headingCell(heading)))),
    element("tbody", {}, ...rows));
  return {
    element: element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": plan.title }, table),
    update: (reader) => cells.flat().forEach(({ node, text }) => setText(node, text(reader))),
  };
};

/**
 * @param {HTMLElement} container
 * @returns {{ update: (reader: FrameReader) => void }}
 */
export const createLedger = (container) => {
  const terms = TERMS.map(([field = "", name = ""], at) => {
    const value = element("dd", {}, "0");
    return { field, value, item: element("div", { class: `term term-${field} is-none`, "data-sign": at === 0 ? "" : at === 1 ? "=" : "+" }, element("dt", {}, name), value) };
  });
  container.replaceChildren(...terms.map(({ item }) => item));
  return {
    update: (reader) => {
      for (const { field, value, item } of terms) {
        const amount = reader.header(field);
        setText(value, whole(amount));
        item.classList.toggle("is-none", amount === 0);
      }
    },
  };
};

/** The whole run's figures beside the ledger. @param {HTMLElement} container @returns {{ update: (reader: FrameReader) => void }} */
export const createFigures = (container) => {
  /** @type {ReadonlyArray<readonly [name: string, field: string, show: (value: number) => string]>} */
  const plan = [
    ["latency, mean", "latency_mean_ns", duration], ["p50", "latency_p50_ns", duration], ["p90", "latency_p90_ns", duration],
    ["p99", "latency_p99_ns", duration], ["p99.9", "latency_p999_ns", duration], ["max", "latency_max_ns", duration],
    ["throughput", "throughput_per_s", rate], ["goodput", "goodput_per_s", rate],
    ["redelivered", "redelivered", whole], ["events", "events", whole],
  ];
  const figures = plan.map(([name, field, show]) => {
    const value = element("dd", {}, "–");
    return { field, show, value, item: element("div", {}, element("dt", {}, name), value) };
  });
  container.replaceChildren(...figures.map(({ item }) => item));
  return {
    update: (reader) => figures.forEach(({ field, show, value }) => setText(value, show(reader.header(field)))),
  };
};

/**
 * One table per kind of part that the scenario has.
 * @param {HTMLElement} container
 * @param {Description} description
 * @returns {{ update: (reader: FrameReader) => void }}
 */
export const createMeasures = (container, { outline: { nodes } }) => {
  const kinds = [["channel", ["channel"]], ["topic", ["topic"]], ["group", ["group"]], ["queue", ["queue"]], ["resource", ["resource"]], ["cpu", ["cpu"]], ["memory", ["memory"]], ["table", ["table"]], ["process", ["process", "task"]]];
  const tables = kinds.flatMap(([block, kinds]) => {
    const table = createTable(String(block), nodes.filter(({ kind }) => kinds?.includes(kind)));
    return table ? [table] : [];
  });
  container.replaceChildren(...tables.map(({ element }) => element));
  return { update: (reader) => tables.forEach(({ update }) => update(reader)) };
};
