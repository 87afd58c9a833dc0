import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { isSameRun } from "../../www/setup.js";
import { answered, atSight, knownPlace, pathOf, placeOf, readTour, viewOf } from "../../www/tour.js";

/** @import { Tour } from "../../www/tour.js" */

const PRESETS = new URL("../../www/presets/", import.meta.url);
const SIGHT = { preset: "push", knobs: {}, look: "L" };

/** @type {Tour} */
const TOUR = {
  title: "T",
  stops: [
    { name: "one", question: "1?", answers: [{ name: "yes", answer: "Y", means: "M", see: [SIGHT, SIGHT] }, { name: "no", answer: "N", means: "M", next: "three" }] },
    { name: "two", question: "2?", answers: [{ name: "no", answer: "N", means: "M", next: "three" }] },
    { name: "three", question: "3?", answers: [{ name: "yes", answer: "Y", means: "M", see: [SIGHT] }] },
  ],
};

/** @param {string} path */
const known = (path) => knownPlace(TOUR, placeOf(path) ?? assert.fail(path));
/** @param {string} path */
const viewAt = (path) => viewOf(TOUR, known(path));
/** @param {ReturnType<typeof known> | null} place */
const text = (place) => place && pathOf(place);

test("a place is written and read", () => {
  for (const path of ["t", "t/one", "t/one.yes", "t/one.yes.2", "t/one.no/three.yes.1"]) assert.equal(text(placeOf(path)), path);
  for (const path of ["", "/", "t/", "t//one", "t/one.", "t/one.yes.x", "T/one", "t/../one", "t/one.yes.1.2", "https://t"]) assert.equal(placeOf(path), null, path);
});

test("what the tour does not know is left out of a place, and so is what comes after", () => {
  assert.equal(text(known("t")), "t/one");
  assert.equal(text(known("t/gone")), "t/one");
  assert.equal(text(known("t/gone.yes/three")), "t/one");
  assert.equal(text(known("t/one.yes.9")), "t/one.yes");
  assert.equal(text(known("t/one.no.1")), "t/one.no");
  assert.equal(text(known("t/one.maybe/three.yes")), "t/one");
  assert.equal(text(known("t/one/three")), "t/one");
  assert.equal(text(known("t/one.no/three.yes.1")), "t/one.no/three.yes.1");
});

test("a question has its number, and nothing to go on to before it is answered", () => {
  const view = viewAt("t/one.no/three");
  assert.deepEqual([view.number, view.count, view.stop.question, view.answer, view.next], [3, 3, "3?", null, null]);
  assert.equal(text(view.back), "t/one.no");
  assert.equal(viewAt("t").back, null);
});

test("an answer leads to its own stop; one that settles the matter to the one that comes next", () => {
  assert.deepEqual([text(viewAt("t/one.no").next), viewAt("t/one.no").isSettled], ["t/one.no/three", false]);
  assert.deepEqual([text(viewAt("t/one.yes").next), viewAt("t/one.yes").isSettled], ["t/one.yes/two", true]);
  assert.deepEqual([viewAt("t/one.no/three.yes").next, viewAt("t/one.no/three.yes").isSettled], [null, true]);
});

test("back takes the answer, with what it opened, and then the question", () => {
  assert.equal(text(viewAt("t/one.yes.2/two.no").back), "t/one.yes.2/two");
  assert.equal(text(viewAt("t/one.yes.2/two").back), "t/one.yes.2");
  assert.equal(text(viewAt("t/one.yes.2").back), "t/one");
  assert.equal(viewAt("t/one.yes.2").sight, 2);
});

test("answers and sights are added to the last step", () => {
  const place = known("t/one.no/three");
  assert.equal(text(answered(place, "yes")), "t/one.no/three.yes");
  assert.equal(text(atSight(answered(place, "yes"), 1)), "t/one.no/three.yes.1");
});

test("what is no tour.json is refused in one sentence", () => {
  for (const json of ["", "null", "[]", "<!doctype html>", "{}", '{"stops": []}']) assert.throws(() => readTour(json), /^Error: This preset.*\.$/, json);
});

test("a link that differs in its tour alone leads to the same run", () => {
  const shared = { example: "a@1", knobs: { a: 1 }, language: 1 };
  assert.equal(isSameRun({ ...shared, tour: "t/one" }, shared), true);
  assert.equal(isSameRun({ ...shared, tour: "t" }, { ...shared, knobs: { a: 2 }, tour: "t" }), false);
});

test("every tour that is there can be walked in the page", () => {
  for (const name of readdirSync(PRESETS)) {
    const file = new URL(`${name}/tour.json`, PRESETS);
    if (!existsSync(file)) continue;
    const tour = readTour(readFileSync(file, "utf8"));
    for (const { name: stop, answers } of tour.stops) {
      for (const { name: answer, see = [] } of answers) {
        const path = pathOf({ tour: name, steps: [{ stop, answer, ...(see.length > 0 ? { sight: see.length } : {}) }] });
        assert.equal(text(knownPlace(tour, placeOf(path) ?? assert.fail(path))), path);
      }
    }
  }
});
