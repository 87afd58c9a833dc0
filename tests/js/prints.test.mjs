/** Whether the log stands there: it follows from what a text does, not from what it says of itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { printsOf } from "../../www/prints.js";

/** @type {ReadonlyArray<readonly [source: string, prints: boolean]>} */
const CASES = [
  ['process p { print "hello" }', true],
  ["memory heap limit 1GiB", true],
  ["process p { sleep 1s } process q { sleep 1s; print \"late\" }", true],
  ['about "how much memory it takes, in print"', false],
  ['about "a \\"memory\\" of its own"\nprocess p { sleep 1s }', false],
  ["// print nothing, memory none\nprocess p { sleep 1s }", false],
  ['knob print_size = 1 from 1 to 2 "Print"', false],
  ["channel blueprint capacity 1", false],
  ['about "print // memory"\nprocess p { print "so" }', true],
  ['about "an end that is missing: memory\nprocess p { print "so" }', true],
  ["", false],
];
for (const [source, prints] of CASES) {
  test(`${prints ? "prints" : "prints nothing"}: ${JSON.stringify(source)}`, () => assert.equal(printsOf(source), prints));
}

test("a text of the largest size is looked through at once", () => {
  for (const part of ["a", '"', "\\", "/", 'print"', "\n", "é"]) assert.equal(typeof printsOf(part.repeat(1 << 20)), "boolean");
});
