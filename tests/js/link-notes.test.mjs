/** What of a link cannot be taken is said, and something opens all the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { knobNotes, readable } from "../../www/link-notes.js";
import { SEMANTICS } from "../../www/state.js";

/** @import { Knob } from "../../www/edge.js" */
/** @import { Shared } from "../../www/state.js" */

const BASE = { text: "", language: 1, semantics: SEMANTICS };

/** @type {ReadonlyArray<readonly [name: string, given: Partial<Shared>, taken: Partial<Shared>, notes: RegExp[]]>} */
const CASES = [
  ["a link of today is taken as it is", { seed: 7, timeNs: 5, speedNsPerS: 2e9 }, { seed: 7, timeNs: 5, speedNsPerS: 2e9 }, []],
  ["a speed of nought would stand still for ever", { speedNsPerS: 0 }, {}, [/^The link's 0 nanoseconds per second is no speed .*the text's own is taken\.$/]],
  ["a speed below nought", { speedNsPerS: -5e9 }, {}, [/no speed/]],
  ["a speed at which nothing seems to move", { speedNsPerS: 1e-9 }, {}, [/no speed/]],
  ["a speed beyond all runs", { speedNsPerS: 1e300 }, {}, [/no speed/]],
  ["a moment before the start", { timeNs: -1 }, {}, [/^The link's -1 nanoseconds is no moment of a run: it begins at its start\.$/]],
  ["a moment beyond all runs", { timeNs: 1e300 }, {}, [/no moment/]],
  ["a seed that is not whole", { seed: 1.5 }, {}, [/^The link's 1.5 is no seed, .*the text's own is taken\.$/]],
  ["a seed below nought", { seed: -1 }, {}, [/no seed/]],
  ["all at once", { seed: 1e300, timeNs: -1, speedNsPerS: 0 }, {}, [/seed/, /moment/, /speed/]],
];
for (const [name, given, taken, words] of CASES) {
  test(name, () => {
    const { shared, notes } = readable({ ...BASE, ...given });
    assert.deepEqual(shared, { ...BASE, ...taken });
    assert.equal(notes.length, words.length, notes.join(" "));
    words.forEach((said, at) => assert.match(notes[at] ?? "", said));
  });
}

test("a link made under other rules says so in one sentence, whichever rules", () => {
  const [old, ...more] = readable({ text: "", language: 1 }).notes;
  assert.match(old ?? "", /made before .* figures may differ from those that its author saw\.$/);
  assert.deepEqual(more, []);
  assert.match(readable({ ...BASE, semantics: SEMANTICS + 1 }).notes.join(), /newer engine .* figures may differ/);
});

test("knobs that the text does not have, or not that far, are named", () => {
  const knobs = /** @type {Knob[]} */ (["a", "b", "constructor"].map((name) => ({ name, from: 0, to: 10, value: 1, whole: false })));
  assert.deepEqual(knobNotes({ a: 5 }, { a: 5 }, knobs), []);
  const [unknown, clamped, ...more] = knobNotes({ a: 50, b: 3, x: 1, y: 1, z: 1, w: 1, toString: 1 }, { a: 10, b: 3 }, knobs);
  assert.match(unknown ?? "", /no knob of this text.*: x, y, z and 2 more\.$/);
  assert.match(clamped ?? "", /further than the text lets it.*: a\.$/);
  assert.deepEqual(more, []);
  assert.match(knobNotes({ ["l".repeat(1000)]: 1 }, {}, knobs).join(), /: l{40}…\.$/);
});
