// node code.mjs [rows]: an export that waits for 'drain', and a client that reads 1 MiB per second.
import { once } from "node:events";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const ROWS = Number(process.argv[2] ?? 2_000_000);
const ROWS_PER_MS = 66;
const CLIENT_BYTES_PER_MS = 2 ** 20 / 1000;

/** Stands in for the rows of a database cursor. */
async function* rows() {
  const begin = performance.now();
  for (let id = 0; id < ROWS; id += 1) {
    const early = begin + id / ROWS_PER_MS - performance.now();
    if (early > 1) await sleep(early);
    yield `${id},`.padEnd(399, "x") + "\n";
  }
}

/** Writes all lines, and waits whenever the response asks for it. Ends with an AbortError when the client goes away. */
const writeAll = async (response, lines) => {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  let waits = 0;
  let most = 0;
  for await (const line of lines) {
    const mayGoOn = response.write(line);
    most = Math.max(most, response.writableLength);
    if (mayGoOn) continue;
    waits += 1;
    await once(response, "drain", { signal: gone.signal }); // comes when the buffer is empty
  }
  response.end();
  return { waits, most };
};

const server = http.createServer(async (request, response) => {
  response.setHeader("content-type", "text/csv");
  try {
    const { waits, most } = await writeAll(response, rows());
    console.log(`waited ${waits} times; at most ${most} bytes in the buffer, its mark is ${response.writableHighWaterMark}`);
  } catch (error) {
    console.log(`the client went away: ${error.name}`);
  }
});

const readSlowly = async (url) => {
  const [response] = await new Promise((resolve) => http.get(url, (...got) => resolve(got)));
  for await (const chunk of response) await sleep(chunk.length / CLIENT_BYTES_PER_MS);
};

server.listen(0, async () => {
  await readSlowly(`http://localhost:${server.address().port}/`);
  server.close();
});
