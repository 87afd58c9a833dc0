import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { exampleKey, findExample, presetsOf } from "../../www/examples.js";
import { readText } from "../../www/markdown.js";
import { editedSetup, freshSetup, setupOf, sharedOf } from "../../www/setup.js";
import { SEMANTICS } from "../../www/state.js";
import { caseAt, isMeant, readPreset, wordsBeside } from "../../www/story.js";

/** @import { Knob } from "../../www/edge.js" */
/** @import { Leaf } from "../../www/markdown.js" */

const PRESETS = new URL("../../www/presets/", import.meta.url);
const GROUPS = [{ group: "G", presets: [{ name: "a", edition: 3, title: "A" }, { name: "b", edition: 1, title: "B" }] }];

/** @param {string} name @param {number} value @returns {Knob} */
const knob = (name, value) => ({
  name, label: name, value, from: 0, to: 100, step: null, log: false, whole: false, percent: false, per_s: 1, unit: { time: 0, bytes: 0 },
});

/** A tree as a line, to be read in a test. @param {readonly Leaf[]} leaves @returns {string} */
const line = (leaves) => leaves.map((leaf) => (typeof leaf === "string" ? leaf : `<${leaf.tag}>${line(leaf.children)}</>`)).join("");

test("presets stand in the menu by group", () => {
  const presets = presetsOf(GROUPS);
  assert.deepEqual(presets.map(exampleKey), ["a@3", "b@1"]);
  assert.deepEqual(presets.map(({ group, file }) => [group, file]), [["G", "./presets/a/scenario.hw"], ["G", "./presets/b/scenario.hw"]]);
});

test("a key finds its edition, an older one in the file that was left, and no newer one", () => {
  const presets = presetsOf(GROUPS);
  assert.equal(findExample(presets, "a@3")?.isOld, false);
  assert.deepEqual([findExample(presets, "a@1")?.file, findExample(presets, "a@1")?.isOld], ["./presets/a/scenario@1.hw", true]);
  for (const key of ["a@4", "a", "c@1", "", "a@x"]) assert.equal(findExample(presets, key), null, key);
});

test("the first paragraph is told apart, and headings go below the page's own", () => {
  const { first, rest } = readText("Look at `a & b`, *now*.\n\n## Why\n\n- one\n- two\n");
  assert.equal(line(first), "Look at <code>a & b</>, <em>now</>.");
  assert.equal(line(rest), "<h3>Why</><ul><li>one</><li>two</></>");
});

test("what Markdown passes through as HTML stays text, and only links to the web are links", () => {
  const { first, rest } = readText("a <b onclick=x>c</b> &amp; &lt;\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](data:text/html,z) [z](https://example.org/)");
  assert.equal(line(first), "a <b onclick=x>c</b> & <");
  assert.match(line(rest), /^<script>alert\(1\)<\/script>\s*<p>x y <a>z<\/><\/>$/);
});

test("tables, code blocks, quotes and numbered lists", () => {
  assert.equal(line(readText("x\n\n| a | b |\n| - | - |\n| 1 | `2` |").rest),
    "<div><table><thead><tr><th>a</><th>b</></></><tbody><tr><td>1</><td><code>2</></></></></></>");
  assert.equal(line(readText("x\n\n```js\na < b\n```\n\n> q\n\n1. i").rest), "<pre><code>a < b</></><blockquote><p>q</></><ol><li>i</></>");
});

test("what is no preset.json is refused in one sentence", () => {
  for (const json of ["", "null", "[]", "{}", "<!doctype html>", '{"code": []}']) assert.throws(() => readPreset(json), /^Error: This preset.*\.$/, json);
  assert.deepEqual(readPreset('{"code": [], "cases": []}'), { code: [], cases: [], curve: null });
  const curve = { knob: "n", values: ["1", "2"], show: [{ path: "shared/hits" }] };
  assert.deepEqual(readPreset(JSON.stringify({ code: [], cases: [], curve })).curve, curve);
  assert.equal(readPreset('{"code": [], "cases": [], "curve": {"knob": "n"}}').curve, null);
});

test("the button says Try or As it stands, so the sentence need not", () => {
  assert.equal(wordsBeside("As it stands: 4 wait."), "4 wait.");
  assert.equal(wordsBeside("As it opens: 4 wait."), "4 wait.");
  assert.equal(wordsBeside("As it opens, a thousand values: 4 wait."), "a thousand values: 4 wait.");
  assert.equal(wordsBeside("Try 8 workers."), "8 workers.");
  assert.equal(wordsBeside("Trying costs nothing."), "Trying costs nothing.");
});

test("the case that runs is the one whose knobs stand so", () => {
  const knobs = [knob("a", 1), knob("b", 2)];
  const cases = [{}, { a: 5 }, null, { a: 5, b: 7 }];
  assert.equal(caseAt(cases, {}, knobs), 0);
  assert.equal(caseAt(cases, { a: 1 }, knobs), 0);
  assert.equal(caseAt(cases, { a: 5, b: 2 }, knobs), 1);
  assert.equal(caseAt(cases, { b: 7, a: 5 }, knobs), 3);
  assert.equal(caseAt(cases, { a: 9 }, knobs), -1);
});

test("a goal is known however it is spaced", () => {
  assert.equal(isMeant("len(q) <= 50", ["p99<1s", "len( q )<=50"]), true);
  assert.equal(isMeant("len(q) <= 50", ["len(q) <= 500"]), false);
});

test("an edited preset keeps its name beside the text, in a link too; a bare example does not", () => {
  const preset = freshSetup("own", "a@3");
  const edited = editedSetup(preset, "mine", "own");
  assert.deepEqual(sharedOf(edited, 0), { example: "a@3", text: "mine", language: 1, semantics: SEMANTICS });
  assert.deepEqual(setupOf(sharedOf(edited, 0), "mine"), edited);
  assert.deepEqual(editedSetup(edited, "own", "own"), preset);
  assert.deepEqual(sharedOf(preset, 0), { example: "a@3", language: 1, semantics: SEMANTICS });
  assert.deepEqual(sharedOf(editedSetup(freshSetup("own", "mm1@1"), "mine", null), 0), { text: "mine", language: 1, semantics: SEMANTICS });
});

test("every preset of the index that is there can be shown", () => {
  const presets = presetsOf(JSON.parse(readFileSync(new URL("index.json", PRESETS), "utf8")));
  const examples = JSON.parse(readFileSync(new URL("../examples/index.json", PRESETS), "utf8"));
  const names = [...presets, ...examples].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, "a link holds the name");
  for (const name of readdirSync(PRESETS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)) {
    const folder = new URL(`${name}/`, PRESETS);
    assert.ok(names.includes(name), `${name} is not in the index`);
    const { code, cases } = readPreset(readFileSync(new URL("preset.json", folder), "utf8"));
    assert.ok(code.length > 0 && code.every(({ file, language }) => language && existsSync(new URL(file, folder))), `${name}: code`);
    assert.ok(cases.length > 0 && cases.every(({ say, knobs, missed }) => say && typeof knobs === "object" && Array.isArray(missed)), `${name}: cases`);
    assert.deepEqual(cases[0]?.knobs, {}, `${name}: the first case is the preset as it opens`);
    const { first, rest } = readText(readFileSync(new URL("text.md", folder), "utf8"));
    assert.ok(first.length > 0 && rest.length > 0, `${name}: text`);
    assert.doesNotMatch(line([...first, ...rest]).replace(/<code>.*?<\/>/gs, ""), /&\w+;|<\/\w|\]\(/, `${name}: HTML, or Markdown that was not understood`);
  }
});
