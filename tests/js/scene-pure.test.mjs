// The scene's pure parts: numbers, flow, steadiness, pressure, words, grids and curves.

/** @import { Route } from "../../www/scene/types.js" */

import assert from "node:assert/strict";
import { test } from "node:test";
import { lookOf, scaleOf } from "../../www/scene/channel.js";
import { smooth, square } from "../../www/scene/curve.js";
import { beadRate, createFlow } from "../../www/scene/flow.js";
import { markAt } from "../../www/scene/glyphs.js";
import { gridIn, lineAt } from "../../www/scene/grid.js";
import { cellsOf } from "../../www/scene/group.js";
import { clipped, fitting } from "../../www/scene/measure.js";
import { bytes, count, padded, percent, roundUp } from "../../www/scene/numbers.js";
import { createPressure } from "../../www/scene/pressure.js";
import { readCores, readCrew, readGroup, readLog, readMemory, readPassed, readPermits, readQueue, readTable, readTank } from "../../www/scene/readings.js";
import { createSteady, createSteadyCount, createSteadyFlag } from "../../www/scene/steady.js";
import { createRows } from "../../www/scene/table.js";
import { backWords, coreWords, crewWords, deadWords, depthWords, doorWords, entryWords, growthWords, isBehind, joined, killedWords, lagWords, lineWords, logWords, lossWords, memberWords, messageWords, moreLanesWords, oomWords, perKeyWords, permitWords, pollWords, rebalanceWords, redeliveryWords, restWords, returnWords, shareWords, statesOf, turnWords, useWords, writeWords } from "../../www/scene/words.js";
import { fixtures, frameOf } from "./fixtures/scenes.mjs";

const FIGURE = "\u2007";
const widthOf = (/** @type {string} */ text) => text.length * 10;

test("numbers are short and say what they leave out", () => {
  assert.deepEqual([0, 7, 9999, 10_000, 99_999, 123_456, 999_499, 1_234_567, 45e6, 2.5e9].map(count), ["0", "7", "9999", "10,000", "99,999", "123k", "999k", "1.2M", "45M", "2.5G"]);
  assert.equal(count(NaN), "–");
  assert.deepEqual([0, 1023, 1024, 16384, 780_000_000, 2 ** 40].map((value) => bytes(value)), ["0 B", "1023 B", "1.0 KiB", "16 KiB", "744 MiB", "1.0 TiB"]);
  assert.deepEqual([0, 0.0001, 0.384, 0.999, 1].map((share) => percent(share).replace("\u202f", "")), ["0%", "<1%", "38%", "99%", "100%"]);
  assert.equal(padded("4", 3), `${FIGURE}${FIGURE}4`);
  assert.deepEqual([0, 1, 3, 20, 101, 60_000].map(roundUp), [1, 1, 5, 20, 200, 100_000]);
});

test("wordings are cut to the room there is", () => {
  assert.equal(fitting(["a long one", "short"], widthOf, 60), "short");
  assert.equal(fitting(["a long one", "shorter"], widthOf, 10), "shorter");
  assert.equal(clipped("producer", widthOf, 80), "producer");
  assert.equal(clipped("producer", widthOf, 50), "prod…");
});

test("a few items are dots that set out one after the other and arrive", () => {
  const flow = createFlow();
  flow.advance(0, 0);
  const first = flow.advance(3, 16);
  assert.equal(first.mode, "dots");
  assert.deepEqual(first.dots, [0]);
  assert.equal(flow.advance(3, 200).dots.length, 3);
  assert.ok(flow.advance(3, 300).dots.every((share) => share > 0 && share < 1));
  assert.deepEqual(flow.advance(3, 2000), { mode: "rest", dots: [], phase: 0, rate: flow.advance(3, 2000).rate });
});

test("many items are a stream, and it stays one until they are clearly few", () => {
  const flow = createFlow();
  /** @param {number} perSecond @param {number} fromMs @param {number} forMs @param {number} from */
  const run = (perSecond, fromMs, forMs, from) => {
    let mode = "";
    for (let ms = 0; ms <= forMs; ms += 20) mode = flow.advance(from + Math.floor((ms * perSecond) / 1000), fromMs + ms).mode;
    return mode;
  };
  assert.equal(run(60, 0, 3000, 0), "stream");
  assert.equal(run(9, 3000, 3000, 180), "stream");
  assert.equal(run(4, 6000, 4000, 207), "dots");
  assert.equal(run(9, 10_000, 4000, 223), "dots");
});

test("a stream that breaks off is over when its last item has arrived", () => {
  const flow = createFlow();
  for (let ms = 0; ms <= 2000; ms += 20) flow.advance(ms * 200, ms);
  for (let ms = 2020; ms <= 2520; ms += 20) assert.equal(flow.advance(400_000, ms).mode, "stream");
  assert.equal(flow.advance(400_000, 2540).mode, "rest");
});

test("the stream runs true while it can be seen, then by its logarithm", () => {
  assert.equal(beadRate(8), 8);
  assert.ok(beadRate(1e6) < 60);
  assert.ok(beadRate(200) > beadRate(100));
});

test("the opening of a run is shown, a run that is joined half way begins at rest", () => {
  assert.equal(createFlow().advance(3, 0).mode, "dots");
  assert.equal(createFlow().advance(300, 0).mode, "rest");
});

test("a counter that falls clears the way", () => {
  const flow = createFlow();
  flow.advance(10, 0);
  assert.equal(flow.advance(12, 20).mode, "dots");
  assert.equal(flow.advance(5, 40).mode, "rest");
});

test("the same counters and times give the same flow", () => {
  const trace = () => {
    const flow = createFlow();
    return Array.from({ length: 300 }, (_, step) => flow.advance(Math.floor(step ** 1.4), step * 17));
  };
  assert.deepEqual(trace(), trace());
});

const playing = (/** @type {number} */ wallMs) => ({ wallMs, stands: false });

test("slow changes show as they are, fast ones by their mean", () => {
  const slow = createSteady();
  for (let ms = 0; ms < 4000; ms += 20) assert.equal(slow([Math.floor(ms / 500) % 2], playing(ms)).fast, false);
  const quick = createSteady();
  let state = quick([0], playing(0));
  for (let ms = 20; ms < 4000; ms += 20) state = quick([(ms / 20) % 2], playing(ms));
  assert.equal(state.fast, true);
  assert.ok(Math.abs((state.mean[0] ?? 0) - 0.5) < 0.1);
  assert.deepEqual(quick([1], { wallMs: 4000, stands: true }), { fast: false, mean: [1] }, "while the run stands, it is as it is");
  for (let ms = 4000; ms < 7000; ms += 20) state = quick([1], playing(ms));
  assert.equal(state.fast, false);
});

test("flags and counts do not flutter", () => {
  const flag = createSteadyFlag();
  const counted = createSteadyCount();
  /** @type {Set<string>} */
  const seen = new Set();
  for (let step = 0; step < 400; step += 1) {
    const often = step % 5 !== 0;
    const shown = `${flag(often, playing(step * 16)).on} ${counted(often ? 1 : 0, playing(step * 16))}`;
    if (step > 100) seen.add(shown);
  }
  assert.deepEqual([...seen], ["true 1"]);
});

const route = (/** @type {string} */ source, /** @type {string} */ target, /** @type {string} */ verb) => /** @type {Route} */ ({ id: `${source}>${target}`, source, target, verbs: [verb], edges: [], curve: { d: "", length: 0, at: () => ({ x: 0, y: 0, angle: 0 }) } });
const readingsOf = (/** @type {string} */ name) => {
  const frame = frameOf(fixtures[name]?.state ?? {});
  const index = (/** @type {string} */ id) => Number(id.split(":")[1]);
  return {
    crew: (/** @type {string} */ id) => (id.startsWith("process") ? readCrew(frame, index(id)) : undefined),
    tank: (/** @type {string} */ id) => (id.startsWith("channel") ? readTank(frame, index(id)) : undefined),
    permits: (/** @type {string} */ id) => (id.startsWith("resource") ? readPermits(frame, index(id)) : undefined),
    cores: (/** @type {string} */ id) => (id.startsWith("cpu") ? readCores(frame, index(id)) : undefined),
  };
};
const settled = (/** @type {Route[]} */ routes, /** @type {string} */ name) => {
  const pressure = createPressure(routes);
  let state = pressure.advance(readingsOf(name), 0, 0, false);
  for (let step = 1; step < 100; step += 1) state = pressure.advance(readingsOf(name), step * 1e6, step * 16, false);
  return state;
};

test("pressure runs from the consumer through the buffer to the producer", () => {
  const routes = [route("process:0", "channel:0", "send"), route("channel:0", "process:1", "receive")];
  const state = settled(routes, "bounded-queue");
  assert.deepEqual(routes.map((one) => state.degree(one.id)), [3, 3]);
  assert.deepEqual(["process:0", "process:1", "channel:0"].map(state.setsPace), [false, true, false]);
});

test("pressure travels over several hops and ends where it comes from", () => {
  const routes = Array.from({ length: 7 }, (_, index) => [route(`process:${index}`, `channel:${index}`, "send"), route(`channel:${index}`, `process:${index + 1}`, "receive")]).flat();
  const state = settled(routes, "tandem");
  assert.deepEqual(routes.map((one) => (state.degree(one.id) > 0 ? 1 : 0)), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
  assert.deepEqual(Array.from({ length: 8 }, (_, index) => state.setsPace(`process:${index}`)).indexOf(true), 5);
});

test("who gives credits back sets the pace of who waits for them", () => {
  const routes = [route("resource:0", "process:0", "acquire"), route("process:1", "resource:0", "release"), route("process:0", "channel:0", "send")];
  const state = settled(routes, "credits");
  assert.deepEqual(routes.map((one) => state.degree(one.id) > 0), [true, true, false]);
  assert.deepEqual(["process:0", "process:1", "resource:0"].map(state.setsPace), [false, true, false]);
  assert.equal(state.against("resource:0>process:0"), false);
  assert.equal(state.against("process:0>channel:0"), true);
});

test("who waits for a core is pressed by the cpu, which sets the pace", () => {
  const routes = [route("process:2", "process:0", "spawn"), route("process:0", "cpu:0", "work"), route("process:1", "cpu:1", "work")];
  const state = settled(routes, "gil");
  assert.deepEqual(routes.map((one) => state.degree(one.id)), [0, 3, 0]);
  assert.deepEqual(["cpu:0", "cpu:1", "process:0"].map(state.setsPace), [true, false, false]);
});

test("a blink of a wait is no pressure, and standing still keeps what is shown", () => {
  const routes = [route("process:0", "channel:0", "send")];
  const pressure = createPressure(routes);
  const calm = readingsOf("mm1");
  pressure.advance(calm, 0, 0, false);
  pressure.advance(readingsOf("bounded-queue"), 1, 16, false);
  assert.equal(pressure.advance(calm, 2, 32, false).degree("process:0>channel:0"), 0);
  const held = pressure.advance(readingsOf("bounded-queue"), 2, 48, false);
  assert.ok(held.degree("process:0>channel:0") > 0);
  assert.ok(pressure.advance(calm, 2, 4000, false).degree("process:0>channel:0") > 0);
  assert.equal(pressure.advance(calm, 1, 4016, false).degree("process:0>channel:0"), 0);
});

test("a sleeper with an item in hand is busy, one without sleeps", () => {
  const crew = readCrew(frameOf({ process: [{ activities: 5, sleeping: 3, sending: 2, items_in_hand: 3 }] }), 0);
  assert.deepEqual(statesOf(crew), [{ state: "sending", count: 2 }, { state: "busy", count: 1 }, { state: "sleeping", count: 2 }]);
  assert.equal(crewWords(statesOf(crew))[0], "2 wait to send · 2 asleep · 1 busy");
});

test("who works on a core is told from who waits for one, and from who sleeps with an item", () => {
  const crew = readCrew(frameOf({ process: [{ activities: 6, working: 2, cpu_wait: 3, sleeping: 1, items_in_hand: 6, share_working: 0.25, share_cpu_wait: 0.6 }] }), 0);
  assert.deepEqual(statesOf(crew), [{ state: "cpu", count: 3 }, { state: "working", count: 2 }, { state: "busy", count: 1 }]);
  assert.equal(crewWords(statesOf(crew))[0], "3 wait for a core · 2 on a core · 1 busy");
  assert.equal(shareWords(crew, true)[0]?.replaceAll("\u202f", " "), "on a core 25 %, waits 60 % of the time");
  const alone = readCrew(frameOf({ process: [{ activities: 1, working: 1, share_working: 0.8 }] }), 0);
  assert.equal(shareWords(alone, false)[0]?.replace("\u202f", " "), "on a core 80 % of the time");
});

test("a crew that is down says so, when it is back, and what it lost", () => {
  const crew = (/** @type {Record<string, number>} */ row) => readCrew(frameOf({ time_ns: 5e9, process: [row] }), 0);
  const down = crew({ down: 1, restart_ns: 8.2e9, killed: 24 });
  assert.deepEqual(statesOf(down), [{ state: "down", count: 1 }]);
  assert.deepEqual([backWords(down)[0], killedWords(down)[0]], ["back in 3.2s", "24 killed so far"]);
  assert.deepEqual(backWords(crew({ down: 1, restart_ns: -1 })), [""]);
  assert.equal(growthWords(crew({ activities: 120, wanted: 5, most: 1000 }))[0], "grown to 120 of 1000");
  assert.deepEqual(growthWords(crew({ activities: 4, wanted: 4, most: 4 })), [""]);
  assert.deepEqual(joined(["a long", "a"], ["b long", "b"]), ["a long · b long", "a long · b", "a long", "a"]);
  assert.deepEqual([joined([""], ["b"]), joined(["a"], [""])], [["b"], ["a"]]);
});

test("words for cores and memories", () => {
  const cores = readCores(frameOf({ cpu: [{ cores: 4, in_use: 3, utilisation: 0.97, slice_ns: 5e6 }] }), 0);
  assert.equal(coreWords(cores)[0]?.replace("\u202f", " "), "3 of 4 busy, 97 % on average");
  assert.deepEqual([turnWords(cores)[0], turnWords({ ...cores, sliceNs: 0 })[0]], ["turns of 5ms", ""]);
  const memory = (/** @type {Record<string, number>} */ row) => readMemory(frameOf({ memory: [row] }), 0);
  assert.equal(useWords(memory({ used: 312 * 2 ** 20, limit: 512 * 2 ** 20 }))[0], "312 MiB of 512 MiB");
  assert.equal(useWords(memory({ used: 7e8, limit: 1.4e9 }))[0], "700 MB of 1.4 GB");
  assert.deepEqual(oomWords(memory({ ooms: 1, last_oom_ns: 18.4e9 })), ["limit passed at 18.4s", "OOM at 18.4s"]);
  assert.equal(oomWords(memory({ ooms: 3, last_oom_ns: 641.2e9 }))[0], "limit passed 3 times, last 10:41");
});

test("what an engine does not measure reads as none", () => {
  const nothing = { header: () => NaN, value: () => NaN };
  for (const readings of [readCrew(nothing, 0), readCores(nothing, 0), readMemory(nothing, 0)]) {
    assert.ok(Object.values(readings).every((value) => !Number.isNaN(value)), JSON.stringify(readings));
  }
});

test("words for channels and for time", () => {
  const tank = (/** @type {Record<string, number>} */ row) => readTank(frameOf({ channel: [row] }), 0);
  assert.equal(depthWords(tank({ depth: 7, capacity: 20 }))[0], `${FIGURE}7 of 20`);
  assert.equal(depthWords(tank({ depth: 7, capacity: -1 }))[0], "7 in line, no limit");
  assert.equal(depthWords(tank({ capacity: 0 }))[0], "hand to hand");
  assert.equal(depthWords(tank({ level: 20_480, capacity: 16_384, counts_bytes: 1, high_water: 1 }))[0], "20 KiB, mark at 16 KiB");
  assert.equal(doorWords(tank({ waiting_senders: 1 }))[0], "1 waits to send");
  assert.equal(lossWords(tank({ dropped: 3, rejected: 2 }))[0], "3 dropped, 2 rejected");
  const share = (/** @type {Record<string, number>} */ row, /** @type {boolean} */ items, pauses = !items) => (shareWords(readCrew(frameOf({ process: [row] }), 0), items, pauses)[0] ?? "").replace("\u202f", " ");
  assert.equal(share({ share_sending: 0.38, share_sleeping: 0.62 }, true), "blocked 38 % of the time");
  assert.equal(share({ share_sleeping: 0.8, share_receiving: 0.2 }, true), "busy 80 % of the time");
  assert.equal(share({ share_sleeping: 1 }, false), "");
  assert.equal(share({ share_sleeping: 1 }, true, true), "", "of pauses and of work it is not known how much");
  assert.equal(share({ share_sleeping: 0.9, share_working: 0.1 }, true, true), "on a core 10 % of the time");
  assert.equal(share({ share_sleeping: 0.9, share_working: 0.1 }, false, true), "on a core 10 % of the time");
});

test("a tank looks like what it is, and an endless one does not flutter between looks", () => {
  const tank = (/** @type {Record<string, number>} */ row) => readTank(frameOf({ channel: [row] }), 0);
  assert.equal(lookOf(tank({ capacity: 0 }), "slots"), "doorway");
  assert.equal(lookOf(tank({ capacity: 40 }), "slots"), "slots");
  assert.equal(lookOf(tank({ capacity: 41 }), "slots"), "water");
  assert.equal(lookOf(tank({ capacity: 10, counts_bytes: 1 }), "slots"), "water");
  assert.equal(lookOf(tank({ capacity: -1, depth: 30 }), "loose"), "loose");
  assert.equal(lookOf(tank({ capacity: -1, depth: 41 }), "loose"), "water");
  assert.equal(lookOf(tank({ capacity: -1, depth: 30 }), "water"), "water");
  assert.equal(scaleOf(tank({ capacity: -1, level: 130 }), 0), 200);
  assert.equal(scaleOf(tank({ capacity: -1, level: 90 }), 200), 200);
  assert.equal(scaleOf(tank({ capacity: -1, level: 30 }), 200), 100);
  assert.equal(scaleOf(tank({ capacity: 50, level: 60 }), 0), 60);
});

test("grids keep inside their box, apart from each other, and fill from the exit", () => {
  const box = { x: 10, y: 20, width: 150, height: 44 };
  for (const direction of /** @type {const} */ (["right", "down"])) {
    for (let wanted = 1; wanted <= 40; wanted += 1) {
      const { cells, radius } = gridIn(box, wanted, direction, 22);
      assert.equal(cells.length, wanted);
      for (const [x, y] of cells) assert.ok(x - radius >= 10 && x + radius <= 160 && y - radius >= 20 && y + radius <= 64, `${wanted} ${direction}`);
      cells.forEach(([x, y], index) => cells.slice(index + 1).forEach(([otherX, otherY]) => assert.ok(Math.hypot(x - otherX, y - otherY) > radius * 2)));
    }
  }
  const first = gridIn(box, 10, "right", 22).cells;
  assert.ok((first[0]?.[0] ?? 0) > (first[9]?.[0] ?? 0));
});

test("a line before a door is single file, then a crowd that never outgrows its place", () => {
  const door = { x: 0, y: 0, width: 44, height: 60 };
  assert.equal(lineAt(door, 2, "right").cells.length, 2);
  const crowd = lineAt(door, 9000, "right");
  assert.ok(crowd.cells.length > 12 && crowd.cells.every(([x, y]) => x >= 0 && x <= 44 && y >= 0 && y <= 60));
});

test("curves know their length and the way along them", () => {
  const straight = smooth([[0, 0], [100, 0]], "right");
  assert.equal(straight.length, 100);
  assert.deepEqual(straight.at(0.25), { x: 25, y: 0, angle: 0 });
  const bent = smooth([[0, 0], [100, 50]], "right");
  assert.ok(bent.length > Math.hypot(100, 50) && bent.length < 150);
  assert.equal(Math.round(bent.at(1).x), 100);
  const cornered = square([[0, 0], [50, 0], [50, 50]], 10);
  assert.ok(cornered.length > 90 && cornered.length < 100);
  assert.equal(Math.round(cornered.at(1).angle), 90);
});

test("what went along a route is the sum of its outline edges", () => {
  assert.equal(readPassed(frameOf({ edge: [3, 4, 5] }), [0, 2]), 8);
});

test("a log is read with its lanes, a group with who owns them", () => {
  const { state } = fixtures["slow-group"] ?? assert.fail();
  const log = readLog(frameOf(state), 0);
  assert.deepEqual([log.partitions, log.lanes.length, log.lanes[0]], [3, 3, { start: 100, end: 1900 }]);
  assert.deepEqual(cellsOf(readGroup(frameOf(state), 0)), { cells: [1, 1, 1, 0], nobodys: 0 });
  assert.deepEqual(cellsOf(readGroup(frameOf(state), 1)), { cells: [2], nobodys: 1 });
  assert.deepEqual([logWords(log)[0], moreLanesWords(log)], ["3 partitions, 2600 records", ""]);
  assert.equal(moreLanesWords(readLog(frameOf(fixtures["many-lanes"]?.state ?? {}), 0)), "and 24 more");
});

test("a group tells how far it is behind, who is idle, and what went wrong", () => {
  const { state } = fixtures["slow-group"] ?? assert.fail();
  const [fast, slow] = [readGroup(frameOf(state), 0), readGroup(frameOf(state), 1)];
  assert.deepEqual([isBehind(fast), isBehind(slow)], [false, true]);
  assert.equal(lagWords(slow)[0], "lag 1900, highest 1950");
  assert.deepEqual([memberWords(fast, 3)[0], memberWords(slow, 3)[0], memberWords({ ...slow, paused: 1 }, 3)[0]], ["idle: 1 of 4 members", "1 member, 1 lane unowned", "1 member, 1 paused"]);
  assert.deepEqual([memberWords({ ...slow, members: 0, cursors: [] }, 0)[0], memberWords({ ...fast, members: 60 }, 40)[0]], ["no members", "idle: 20 of 60 members"]);
  assert.deepEqual([rebalanceWords(fast)[0], rebalanceWords(slow)[0], redeliveryWords(slow)[0]], ["1 rebalance", "4 rebalances, 2 thrown out", "300 redelivered"]);
});

test("every group has a mark of its own shape", () => {
  assert.equal(new Set([0, 1, 2, 3, 4].map((sign) => markAt(sign, 0, 0, 4))).size, 5);
});

test("at speed a dot is on its way for no longer than an item", () => {
  const flow = createFlow();
  let most = 0;
  // Nine items a second, one at a time.
  for (let ms = 0; ms <= 5000; ms += 10) {
    const { dots } = flow.advance(Math.floor(ms / 111), ms);
    if (ms > 2000) most = Math.max(most, dots.length);
  }
  assert.ok(most <= 2, String(most));
});

test("a queue counts as returned whatever was neither deleted nor is out still", () => {
  const [dead, images] = [0, 1].map((index) => readQueue(frameOf(fixtures["dead-letters"]?.state ?? {}), index));
  assert.ok(dead && images);
  assert.deepEqual([dead.returned, images.returned, images.highest], [0, 253_390, 58_992]);
  assert.equal(messageWords(images), "34,320 visible, 37,000 in flight");
  assert.deepEqual([returnWords(dead)[0], returnWords(images)[0], deadWords(dead)[0], deadWords(images)[0]], ["", "253k came back", "", "812 dead letters"]);
  assert.deepEqual([pollWords(images)[0], pollWords({ ...images, waiting: 1 })[0], pollWords(dead)[0]], ["4 delayed", "4 delayed · 1 waits to receive", ""]);
});

test("a table's rows stand in the order of their keys, and what was just written is marked", () => {
  const follow = createRows();
  const shown = (/** @type {number} */ wallMs, /** @type {number} */ writes, /** @type {Array<[key: number, value: number]>} */ entries, most = 8) =>
    follow({ entries: entries.length, writes, rows: entries.map(([key, value]) => ({ key, value })) }, most, wallMs, wallMs).map(({ key, isFresh }) => (isFresh ? `${key}!` : `${key}`)).join(" ");
  assert.equal(shown(0, 40, [[9, 1], [3, 1], [5, 1]]), "3 5 9", "nobody saw these written");
  assert.equal(shown(16, 41, [[3, 2], [9, 1], [5, 1]]), "3! 5 9");
  assert.equal(shown(300, 42, [[5, 1], [3, 2], [9, 1]]), "3! 5! 9", "the same value again is a write too");
  assert.equal(shown(800, 43, [[3, 2], [9, 1], [7, 1]]), "3! 7 9", "what comes up because another went was not written");
  assert.equal(shown(1600, 43, [[3, 2], [9, 1], [7, 1]]), "3 7 9");
  assert.equal(shown(1616, 44, [[1, 1], [3, 2], [9, 1]], 2), "1! 3", "of more than there is room for, those written last");
  assert.equal(shown(900, 30, [[9, 5], [3, 1]]), "3 9", "wound back, nothing is new");
});

test("tables and pools per key say what they hold", () => {
  const { state } = fixtures["shared-tables"] ?? assert.fail();
  const frame = frameOf(state);
  assert.deepEqual(readTable(frame, 1, 1), { entries: 2, writes: 2, rows: [{ key: 42, value: 2.5e9 }, { key: 7, value: 3e6 }] });
  const table = readTable(frame, 0, 0);
  assert.deepEqual([entryWords(table)[1], writeWords(table)[0], restWords(table, 16)[0], restWords(readTable(frame, 1, 1), 2)[0]], ["1204", "5310 writes", "the 16 written last", ""]);
  const permits = readPermits(frame, 0);
  assert.deepEqual([permitWords(permits)[0], perKeyWords(permits)[0], lineWords(permits)[0]], ["7 keys in use", "one per key", "5 wait in line"]);
  const several = { ...permits, permits: 3, inUse: 9, keys: 4 };
  assert.deepEqual([permitWords(several)[0], perKeyWords(several)[0]], ["9 out at 4 keys", "3 per key"]);
  assert.equal(permitWords({ permits: 3, inUse: 1, waiting: 0, refused: 0 })[0], "1 of 3 in use");
});
