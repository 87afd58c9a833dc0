/**
 * A stand-in for the wasm module with the same surface (`src/wasm.rs`): one bounded buffer between a producer and a
 * consumer, without randomness. It knows four knobs and enough of the language to be right or wrong at a line.
 */

/** @import { Description, Diagnostic, Knob, Report } from "../../www/edge.js" */

const HEADER = [
  "time_ns", "events", "status", "produced", "done", "dropped", "failed", "lost", "in_flight", "redelivered",
  "throughput_per_s", "goodput_per_s", "latency_mean_ns", "latency_p50_ns", "latency_p90_ns", "latency_p99_ns",
  "latency_p999_ns", "latency_max_ns", "window_p50_ns", "window_p99_ns", "printed", "checkpoints",
];
const CHANNEL = [
  "depth", "capacity", "bytes", "counts_bytes", "level", "full", "high_water", "in", "out", "rejected", "dropped",
  "waiting_senders", "waiting_receivers", "max_depth", "mean_depth", "max_waiting_senders", "full_share", "on_wire", "held", "closed",
];
const STATES = ["sleeping", "working", "cpu_wait", "resource_wait", "sending", "receiving", "awaiting"];
const PROCESS = ["activities", "max_activities", ...STATES, ...STATES.map((name) => `share_${name}`), "items_in_hand", "started", "finished", "failed"];

/** @param {Partial<Knob> & { name: string, value: number, from: number, to: number }} given @returns {Knob} */
const knob = (given) => ({ label: given.name, step: null, log: false, whole: false, percent: false, per_s: 1, unit: { time: 0, bytes: 0 }, ...given });

/** @returns {Knob[]} */
const defaultKnobs = () => [
  knob({ name: "rate", label: "Producer, items per second", value: 100, from: 1, to: 1000, log: true, unit: { time: -1, bytes: 0 } }),
  knob({ name: "service", label: "Consumer, time per item", value: 16e6, from: 1e6, to: 2e8, log: true, unit: { time: 1, bytes: 0 } }),
  knob({ name: "room", label: "Buffer capacity", value: 20, from: 0, to: 500, whole: true }),
];

/** @param {string} source @returns {Diagnostic[]} */
export const check = (source) => source.split("\n").flatMap((text, at) => {
  const found = /\bbroken\b/.exec(text);
  if (!found) return [];
  const column = found.index + 1;
  return [{ line: at + 1, column, end_line: at + 1, end_column: column + 6, message: "unknown channel 'broken'", help: "did you mean 'buffer'?" }];
});

export const version = () => "0.0.0-fake";
/** @param {string} source */
export const format = (source) => source;
/** @param {number} value */
export const show = (value) => String(value);
/** @param {string} text @returns {number} */
export const parse_quantity = (text) => {
  const parts = /^(-?[\d.]+)\s*(ns|us|ms|s|%|\/s)?$/.exec(text.trim());
  if (!parts) throw new Error(`'${text}' is no quantity`);
  const scale = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, "%": 0.01, "/s": 1 }[parts[2] ?? "/s"] ?? 1;
  return Number(parts[1]) * scale;
};

export class Simulation {
  #source;
  #knobs = defaultKnobs();
  #seed;
  #now = 0;
  #events = 0;
  #status = 0;
  #depth = 0;
  #inHand = 0;
  #produced = 0;
  #done = 0;
  #blocked = false;
  #nextSend = 0;
  #nextDone = Infinity;
  /** @type {Array<{ t_ns: number, index: number, value: number }>} */
  #moves = [];
  /** @type {number[][]} */
  #rows = [];

  /** @param {string} source @param {number} [seed] */
  constructor(source, seed) {
    const diagnostics = check(source);
    if (diagnostics.length > 0) throw { diagnostics };
    if (source.includes("panic")) throw new WebAssembly.RuntimeError("unreachable");
    this.#source = source;
    this.#seed = seed ?? 0;
    this.#nextSend = 1e9 / this.#knob(0);
  }

  /** @param {number} index */
  #knob(index) {
    return this.#knobs[index]?.value ?? 0;
  }

  now() {
    return this.#now;
  }

  /** @param {number} untilNs @param {number} maxEvents */
  advance(untilNs, maxEvents) {
    if (this.#source.includes("runaway")) {
      this.#status = 3;
      return 3;
    }
    for (let events = 0; Math.min(this.#nextSend, this.#nextDone) <= untilNs; events += 1) {
      if (events === maxEvents) return 1;
      this.#event();
    }
    this.#now = Math.max(this.#now, untilNs);
    return this.#source.includes("idle") && this.#now >= 1e9 ? 2 : 0;
  }

  step() {
    this.#event();
    return 0;
  }

  #event() {
    this.#now = Math.min(this.#nextSend, this.#nextDone);
    this.#events += 1;
    if (this.#nextDone <= this.#nextSend) {
      this.#done += 1;
      this.#inHand = 0;
    } else {
      this.#produced += 1;
      this.#blocked = true;
      this.#nextSend = Infinity;
    }
    if (this.#blocked && (this.#depth < this.#knob(2) || this.#inHand === 0)) {
      this.#blocked = false;
      this.#depth += 1;
      this.#nextSend = Math.round(this.#now + 1e9 / this.#knob(0));
    }
    if (this.#inHand === 0) {
      this.#inHand = this.#depth > 0 ? 1 : 0;
      this.#depth -= this.#inHand;
      this.#nextDone = this.#inHand ? Math.round(this.#now + this.#knob(1)) : Infinity;
    }
    this.#rows.push([this.#now, this.#depth, this.#done, this.#produced]);
  }

  /** @param {number} index @param {number} value */
  set_knob(index, value) {
    const knob = this.#knobs[index];
    if (knob) knob.value = value;
    this.#moves.push({ t_ns: this.#now, index, value });
  }

  /** @param {number} timeNs @param {number} maxEvents */
  seek(timeNs, maxEvents) {
    if (timeNs < this.#now) {
      const moves = this.#moves.filter((move) => move.t_ns <= timeNs);
      this.#knobs = defaultKnobs();
      this.#moves = [];
      this.#rows = [];
      this.#now = this.#depth = this.#inHand = this.#produced = this.#done = this.#events = 0;
      this.#blocked = false;
      this.#nextDone = Infinity;
      this.#nextSend = 1e9 / this.#knob(0);
      for (const move of moves) {
        this.advance(move.t_ns, Infinity);
        this.set_knob(move.index, move.value);
      }
    }
    return this.advance(timeNs, maxEvents);
  }

  /** @returns {Description} */
  description() {
    const knobs = 3;
    const channel = HEADER.length + knobs;
    const process = channel + CHANNEL.length;
    return {
      title: /scenario "(.*?)"/.exec(this.#source)?.[1] ?? "",
      about: /about "(.*?)"/.exec(this.#source)?.[1] ?? "",
      run_ns: 60e9, speed_ns_per_s: 1e9, seed: this.#seed,
      knobs: defaultKnobs(),
      outline: {
        nodes: [
          { kind: "channel", index: 0, line: 10, name: "buffer" },
          { kind: "process", index: 0, line: 12, name: "producer" },
          { kind: "process", index: 1, line: 19, name: "consumer" },
        ],
        edges: [
          { from: { kind: "process", index: 0 }, to: { kind: "channel", index: 0 }, verb: "send" },
          { from: { kind: "channel", index: 0 }, to: { kind: "process", index: 1 }, verb: "receive" },
        ],
      },
      layout: {
        header: HEADER,
        blocks: [
          { kind: "knob", offset: HEADER.length, count: knobs, fields: ["value"] },
          { kind: "channel", offset: channel, count: 1, fields: CHANNEL },
          { kind: "process", offset: process, count: 2, fields: PROCESS },
          { kind: "edge", offset: process + 2 * PROCESS.length, count: 2, fields: ["passed"] },
        ],
      },
      series: [
        { name: "depth", kind: "channel", index: 0, unit: "items" },
        { name: "max_depth", kind: "channel", index: 0, unit: "items" },
        { name: "throughput", kind: "system", index: 0, unit: "per_s" },
        { name: "goodput", kind: "system", index: 0, unit: "per_s" },
        { name: "produced", kind: "system", index: 0, unit: "per_s" },
        { name: "p50", kind: "system", index: 0, unit: "ns" },
        { name: "p99", kind: "system", index: 0, unit: "ns" },
      ],
      expectations: ["dropped == 0"],
    };
  }

  frame() {
    const throughput = this.#now > 0 ? this.#done / (this.#now / 1e9) : 0;
    const latency = this.#done > 0 ? (this.#depth + 1) * this.#knob(1) : NaN;
    const sending = this.#blocked ? 1 : 0;
    return Float64Array.from([
      this.#now, this.#events, this.#status, this.#produced, this.#done, 0, 0, 0, this.#produced - this.#done, 0,
      throughput, throughput, latency, latency, latency, latency, latency, latency, latency, latency, this.#done > 0 ? 1 : 0, 0,
      ...this.#knobs.map(({ value }) => value),
      this.#depth, this.#knob(2), this.#depth, 0, this.#depth, this.#depth >= this.#knob(2) ? 1 : 0, 0, this.#produced, this.#done,
      0, 0, sending, 1 - this.#inHand, this.#depth, this.#depth, sending, 0.5, 0, 0, 0,
      ...[1, 1, 1 - sending, 0, 0, 0, sending, 0, 0, 0.6, 0, 0, 0, 0.4, 0, 0, sending, 1, 0, 0],
      ...[1, 1, this.#inHand, 0, 0, 0, 0, 1 - this.#inHand, 0, 1, 0, 0, 0, 0, 0, 0, this.#inHand, 1, 0, 0],
      this.#produced, this.#done,
    ]);
  }

  lines() {
    return Uint32Array.from([...(this.#blocked ? [15, 5, 1] : [14, 1, 1]), ...(this.#inHand ? [22, 1, 1] : [21, 6, 1])]);
  }

  series() {
    let width = 1e8;
    while (this.#now / width > 512) width *= 2;
    const rows = Math.ceil(this.#now / width);
    const columns = Array.from({ length: 7 }, () => new Array(rows).fill(NaN));
    let [done, produced] = [0, 0];
    for (let row = 0, at = 0; row < rows; row += 1) {
      let last = this.#rows[Math.max(0, at - 1)] ?? [0, 0, 0, 0];
      for (; (this.#rows[at]?.[0] ?? Infinity) <= (row + 1) * width; at += 1) last = this.#rows[at] ?? last;
      const [, depth = 0, allDone = 0, allProduced = 0] = last;
      const latency = (depth + 1) * this.#knob(1);
      [depth, depth, ...[allDone - done, allDone - done, allProduced - produced].map((n) => n / (width / 1e9)), latency, latency * 1.2]
        .forEach((value, column) => {
          (columns[column] ?? [])[row] = value;
        });
      [done, produced] = [allDone, allProduced];
    }
    return Float64Array.from([rows, 0, width, ...columns.flat()]);
  }

  /** @param {number} from */
  printed(from) {
    return this.#done > 0 && from === 0 ? [{ t_s: 0.016, by: "consumer", text: "first item done" }] : [];
  }

  /** @returns {Report} */
  report() {
    return {
      expectations: [{ text: "dropped == 0", met: true }],
      error: this.#status === 3 ? "line 13: process 'p' never lets time pass" : null,
      ended: this.#status === 3 ? "error" : "horizon",
    };
  }

  free() {}
}

export default async () => {};
