// node code.mjs [rows]: an export that never looks at what write() answers, and a client that reads 1 MiB per second.
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const ROWS = Number(process.argv[2] ?? 2_000_000);
const BATCH = 100;
const ROWS_PER_MS = 66;
const CLIENT_BYTES_PER_MS = 2 ** 20 / 1000;

const line = (id) => `${id},`.padEnd(399, "x") + "\n";

/** Stands in for `cursor.read(100)` of the database driver. */
async function* batches() {
  const begin = performance.now();
  for (let id = 0; id < ROWS; id += BATCH) {
    const early = begin + id / ROWS_PER_MS - performance.now();
    if (early > 1) await sleep(early);
    yield Array.from({ length: Math.min(BATCH, ROWS - id) }, (_, at) => line(id + at));
  }
}

const server = http.createServer(async (request, response) => {
  response.setHeader("content-type", "text/csv");
  for await (const rows of batches()) {
    response.write(rows.join("")); // false means: please wait. It is lost here.
  }
  response.end();
  console.log("the last row is written");
});

const readSlowly = async (url) => {
  const [response] = await new Promise((resolve) => http.get(url, (...got) => resolve(got)));
  for await (const chunk of response) await sleep(chunk.length / CLIENT_BYTES_PER_MS);
};

server.listen(0, async () => {
  const megabytes = () => Math.round(process.memoryUsage().heapUsed / 1e6);
  const report = setInterval(() => console.log(`${Math.round(performance.now() / 1000)} s: heap ${megabytes()} MB`), 1000);
  await readSlowly(`http://localhost:${server.address().port}/`);
  clearInterval(report);
  server.close();
});
