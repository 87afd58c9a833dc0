// node --max-old-space-size=1400 code.mjs [exports] [wait]: several exports in one process, each to a client that reads 1 MiB per second.
// Without "wait" nobody looks at what write() answers, and V8 ends the process when the heap is full.
import { once } from "node:events";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const EXPORTS = Number(process.argv[2] ?? 3);
const WAITS = process.argv[3] === "wait";
const ROWS = 2_000_000;
const BATCH = 100;
const ROWS_PER_MS = 66;
const CLIENT_BYTES_PER_MS = 2 ** 20 / 1000;

/** Stands in for `cursor.read(100)` of the database driver. */
async function* batches() {
  const begin = performance.now();
  for (let id = 0; id < ROWS; id += BATCH) {
    const early = begin + id / ROWS_PER_MS - performance.now();
    if (early > 1) await sleep(early);
    yield Array.from({ length: BATCH }, (_, at) => `${id + at},`.padEnd(399, "x") + "\n");
  }
}

const server = http.createServer(async (request, response) => {
  for await (const rows of batches()) {
    const mayGoOn = response.write(rows.join(""));
    if (WAITS && !mayGoOn) await once(response, "drain");
  }
  response.end();
});

const readSlowly = async (url) => {
  const [response] = await new Promise((resolve) => http.get(url, (...got) => resolve(got)));
  for await (const chunk of response) await sleep(chunk.length / CLIENT_BYTES_PER_MS);
};

server.listen(0, () => {
  const megabytes = () => Math.round(process.memoryUsage().heapUsed / 1e6);
  setInterval(() => console.log(`${Math.round(performance.now() / 1000)} s: heap ${megabytes()} MB`), 1000);
  for (let n = 0; n < EXPORTS; n += 1) readSlowly(`http://localhost:${server.address().port}/`);
});
