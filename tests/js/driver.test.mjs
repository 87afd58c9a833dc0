import assert from "node:assert/strict";
import { test } from "node:test";
import { createDriver } from "../../www/driver.js";
import { Simulation } from "./fake-engine.mjs";
import { createPrng } from "./prng.mjs";

/** @import { Simulation as Simulated } from "../../www/edge.js" */

const SECOND = 1e9;

/**
 * A simulation that counts events, one a millisecond, and costs `costMs` of the clock per call.
 * @param {{ costMs?: number, idleNs?: number, errorNs?: number }} [options]
 */
const rig = ({ costMs = 0, idleNs = Infinity, errorNs = Infinity } = {}) => {
  let wallMs = 0;
  let nowNs = 0;
  /** @type {number[]} */
  const untils = [];
  /** @param {number} untilNs @param {number} maxEvents */
  const advance = (untilNs, maxEvents) => {
    wallMs += costMs;
    untils.push(untilNs);
    const reachNs = Math.min(untilNs, nowNs + maxEvents * 1e6);
    if (reachNs >= errorNs) return 3;
    nowNs = Math.max(nowNs, reachNs);
    if (nowNs >= idleNs) return 2;
    return reachNs < untilNs ? 1 : 0;
  };
  const parts = {
    now: () => nowNs, advance,
    step: () => advance(nowNs + 1e6, 1),
    /** @param {number} timeNs @param {number} maxEvents */
    seek: (timeNs, maxEvents) => {
      nowNs = Math.min(nowNs, timeNs);
      return advance(timeNs, maxEvents);
    },
    set_knob: () => {},
  };
  const driver = createDriver(/** @type {Simulated} */ (/** @type {unknown} */ (parts)), { runNs: 60 * SECOND, speedNsPerS: SECOND, clock: () => wallMs });
  return { driver, now: () => nowNs, untils };
};

/** @param {ReturnType<typeof rig>} rigged @param {number} fromMs @param {number} toMs @param {number} [everyMs] */
const playFrames = ({ driver }, fromMs, toMs, everyMs = 16) => {
  for (let wallMs = fromMs; wallMs <= toMs; wallMs += everyMs) {
    driver.aim(wallMs);
    driver.run(8);
  }
};

test("virtual time is speed times wall time", () => {
  const rigged = rig();
  rigged.driver.play();
  playFrames(rigged, 0, 1600);
  assert.equal(rigged.now(), 1.6 * SECOND);
  rigged.driver.setSpeed(SECOND / 10);
  playFrames(rigged, 1600, 2600, 10);
  assert.equal(rigged.now(), 1.7 * SECOND);
});

test("paused time stands, and the pause is not caught up", () => {
  const rigged = rig();
  playFrames(rigged, 0, 160);
  assert.equal(rigged.now(), 0);
  rigged.driver.play();
  playFrames(rigged, 160, 320);
  rigged.driver.pause();
  playFrames(rigged, 320, 3200);
  assert.equal(rigged.now(), 0.16 * SECOND);
  rigged.driver.play();
  playFrames(rigged, 3200, 3360);
  assert.equal(rigged.now(), 0.32 * SECOND);
});

test("a machine that slept owes a tenth of a second at most", () => {
  const rigged = rig();
  rigged.driver.play();
  rigged.driver.aim(0);
  rigged.driver.aim(3_600_000);
  rigged.driver.run(8);
  assert.equal(rigged.now(), 0.1 * SECOND);
});

test("a slow machine plays slower, says so, and piles up no debt", () => {
  const rigged = rig({ costMs: 5 });
  rigged.driver.setSpeed(1000 * SECOND);
  rigged.driver.play();
  playFrames(rigged, 0, 160);
  assert.ok(rigged.driver.playback().pace < 0.6, String(rigged.driver.playback().pace));
  assert.ok(Math.max(...rigged.untils) <= rigged.now() + 200 * SECOND);
});

test("a slice ends by the clock", () => {
  const rigged = rig({ costMs: 3 });
  rigged.driver.seek(50 * SECOND);
  assert.equal(rigged.driver.run(8), true);
  assert.equal(rigged.untils.length, 3);
  assert.equal(rigged.driver.playback().seeking, true);
});

test("it stops at the run's end exactly, and play goes on past it", () => {
  const rigged = rig();
  rigged.driver.seek(59.9 * SECOND);
  while (rigged.driver.run(8));
  rigged.driver.play();
  playFrames(rigged, 0, 320);
  assert.equal(rigged.now(), 60 * SECOND);
  assert.deepEqual(rigged.driver.playback(), { playing: false, seeking: false, ended: "horizon", pace: 1 });
  rigged.driver.play();
  playFrames(rigged, 320, 640);
  assert.equal(rigged.now(), 60.32 * SECOND);
  assert.equal(rigged.driver.playback().playing, true);
});

test("it says when nothing will ever happen again, and a knob may change that", () => {
  const rigged = rig({ idleNs: SECOND / 10 });
  rigged.driver.play();
  playFrames(rigged, 0, 320);
  assert.equal(rigged.driver.playback().ended, "idle");
  rigged.driver.setKnob(0, 1);
  assert.equal(rigged.driver.playback().ended, null);
});

test("an error ends the run for good", () => {
  const rigged = rig({ errorNs: SECOND / 10 });
  rigged.driver.play();
  playFrames(rigged, 0, 320);
  assert.equal(rigged.driver.playback().ended, "error");
  rigged.driver.play();
  assert.equal(rigged.driver.playback().playing, false);
});

test("one step is one event, and it pauses", () => {
  const rigged = rig();
  rigged.driver.play();
  rigged.driver.step();
  rigged.driver.step();
  assert.equal(rigged.now(), 2e6);
  assert.equal(rigged.driver.playback().playing, false);
});

test("seeking back and forth lands where it was asked to, playing or not", () => {
  const simulation = new Simulation("");
  const driver = createDriver(simulation, { runNs: 60 * SECOND, speedNsPerS: SECOND, clock: () => 0 });
  for (const timeNs of [10 * SECOND, 3 * SECOND, 59 * SECOND]) {
    driver.seek(timeNs);
    while (driver.run(8));
    assert.equal(simulation.now(), timeNs);
    assert.equal(driver.playback().playing, false);
  }
});

test("a seek that replaces a seek under way wins", () => {
  const rigged = rig({ costMs: 10 });
  rigged.driver.seek(50 * SECOND);
  rigged.driver.run(8);
  rigged.driver.seek(1 * SECOND);
  while (rigged.driver.run(8));
  assert.equal(rigged.now(), 1 * SECOND);
});

test("whatever the reader does, time never passes the target or the end, and never runs back unasked", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = createPrng(seed);
    const rigged = rig({ costMs: random() * 4 });
    const { driver } = rigged;
    let wallMs = 0;
    let wentPast = false;
    for (let turn = 0; turn < 150; turn += 1) {
      const before = rigged.now();
      const choice = random();
      let isSeeking = driver.playback().seeking;
      if (choice < 0.05) driver.pause();
      else if (choice < 0.15) {
        wentPast ||= driver.playback().ended !== null || rigged.now() >= 60 * SECOND;
        driver.play();
      } else if (choice < 0.2) {
        driver.seek(random() * 60 * SECOND);
        isSeeking = true;
      } else if (choice < 0.25) driver.setSpeed(10 ** (random() * 6 + 6));
      wallMs += random() * 300;
      driver.aim(wallMs);
      driver.run(8);
      assert.ok(isSeeking || rigged.now() >= before, `seed ${seed} turn ${turn}: ran back`);
      assert.ok(wentPast || rigged.now() <= 60 * SECOND, `seed ${seed} turn ${turn}: ran past`);
    }
  }
});
