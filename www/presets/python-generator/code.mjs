// Counts the lines of a file: from one Buffer with all of it, and from a stream. Argument: the file.
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";

const count = (block) => block.reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 0);

async function countWithBuffer(path) {
  return count(await readFile(path)); // the whole file
}

async function countWithStream(path) {
  let lines = 0;
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) lines += count(block);
  return lines;
}

const path = process.argv[2] ?? import.meta.filename ?? "code.mjs";
console.log(await countWithBuffer(path), await countWithStream(path));
