/**
 * Vendors what the page takes from npm into `www/vendor/`, each as one module of our own origin: nothing third-party is
 * fetched at run time. Types stay with the packages; a `.d.ts` beside each module points at them.
 */
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const OUT = `${HERE}vendor`;

/** What each module gives out: at once the entry to bundle and the types of the result. */
const MODULES = {
  uplot: `export { default } from "uplot";`,
  dagre: `export { Graph, layout } from "@dagrejs/dagre";`,
  codemirror: [
    `export { Decoration, drawSelection, EditorView, gutter, GutterMarker, highlightActiveLine, keymap, lineNumbers, WidgetType } from "@codemirror/view";`,
    `export { EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";`,
    `export { bracketMatching, HighlightStyle, indentUnit, StreamLanguage, syntaxHighlighting } from "@codemirror/language";`,
    `export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";`,
    `export { setDiagnostics } from "@codemirror/lint";`,
    `export { highlightCode, tagHighlighter, tags } from "@lezer/highlight";`,
  ].join("\n"),
  modes: [
    `export { go } from "@codemirror/legacy-modes/mode/go";`,
    `export { java } from "@codemirror/legacy-modes/mode/clike";`,
    `export { javascript } from "@codemirror/legacy-modes/mode/javascript";`,
    `export { lua } from "@codemirror/legacy-modes/mode/lua";`,
    `export { python } from "@codemirror/legacy-modes/mode/python";`,
  ].join("\n"),
  marked: `export { lexer } from "marked";`,
};

/** Types that the page names and that have no run-time counterpart. @type {Readonly<Record<string, string>>} */
const TYPES = {
  codemirror: [
    `export type { DecorationSet } from "@codemirror/view";`,
    `export type { StateEffectType, Text } from "@codemirror/state";`,
  ].join("\n"),
  marked: `export type { Token, Tokens } from "marked";`,
};

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
/** The folders of those that something was bundled from. @type {Set<string>} */
const packages = new Set();
for (const [name, contents] of Object.entries(MODULES)) {
  const { metafile } = await build({
    stdin: { contents, resolveDir: HERE, sourcefile: `${name}.js` },
    outfile: `${OUT}/${name}.js`,
    bundle: true, format: "esm", minify: true, target: "es2022", legalComments: "none", metafile: true, absWorkingDir: HERE,
  });
  for (const input of Object.keys(metafile.inputs)) {
    const found = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (found) packages.add(found);
  }
  await writeFile(`${OUT}/${name}.d.ts`, `${contents}\n${TYPES[name] ?? ""}\n`);
}
await copyFile(`${HERE}node_modules/uplot/dist/uPlot.min.css`, `${OUT}/uplot.css`);

/** Their licences ask to go along: `.ci/licences.mjs` makes one notice of these and of the engine's crates. */
const libraries = await Promise.all([...packages].sort().map(async (folder) => {
  const read = (/** @type {string} */ file) => readFile(resolve(HERE, folder, file), "utf8");
  const { name, version, license } = JSON.parse(await read("package.json"));
  return { name, version, licence: license, texts: [await read("LICENSE")] };
}));
if (libraries.length === 0) throw new Error("no library was found in what was bundled, and each brings a licence");
await writeFile(`${OUT}/libraries.json`, JSON.stringify(libraries));
