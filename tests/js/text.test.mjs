import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { tokenAt } from "../../www/highlight.js";
import { standings } from "../../www/standing.js";

/** @param {string} line */
const tokens = (line) => {
  /** @type {Array<[string, string | null]>} */
  const found = [];
  for (let at = 0; at < line.length;) {
    const { length, kind } = tokenAt(line.slice(at));
    if (kind) found.push([line.slice(at, at + length), kind]);
    at += length;
  }
  return found;
};

test("a line of the language", () => {
  assert.deepEqual(tokens('knob rate = 100/s from 1/s log "Rate" // why'), [
    ["knob", "definitionKeyword"], ["rate", "variableName"], ["=", "operator"], ["100/s", "number"], ["from", "attributeName"],
    ["1/s", "number"], ["log", "attributeName"], ['"Rate"', "string"], ["// why", "comment"],
  ]);
  assert.deepEqual(tokens("sleep 1/rate").map(([text]) => text), ["sleep", "1", "/", "rate"]);
});

test("every example is covered from end to end", () => {
  const folder = new URL("../../www/examples/", import.meta.url);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".hw"))) {
    for (const line of readFileSync(new URL(file, folder), "utf8").split("\n")) tokens(line);
  }
});

test("who stands where, in words, the held-up first", () => {
  assert.deepEqual(standings(Uint32Array.of(9, 6, 1, 4, 1, 3, 4, 5, 2)), [
    { line: 4, count: 5, mood: "held", words: "3 sleep, 2 wait to send" },
    { line: 9, count: 1, mood: "idle", words: "1 waits to receive" },
  ]);
  assert.deepEqual(standings(new Uint32Array(0)), []);
  assert.equal(standings(Uint32Array.of(1, 9, 3))[0]?.words, "3 poll");
  assert.equal(standings(Uint32Array.of(1, 99, 1))[0]?.words, "1 stands");
});
