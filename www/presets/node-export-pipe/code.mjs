// node code.mjs [rows]: the export as a pipe, and a client that reads 1 MiB per second.
import http from "node:http";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

const ROWS = Number(process.argv[2] ?? 2_000_000);
const CLIENT_BYTES_PER_MS = 2 ** 20 / 1000;

/** Stands in for the stream of a database driver: one row for each time it is asked. */
const rowsOf = (count) => {
  let id = 0;
  return new Readable({
    objectMode: true, // its highWaterMark is 16 rows then
    read() {
      setImmediate(() => {
        this.push(id < count ? `${id},`.padEnd(399, "x") + "\n" : null);
        id += 1;
      });
    },
  });
};

const server = http.createServer((request, response) => {
  response.setHeader("content-type", "text/csv");
  const rows = rowsOf(ROWS);
  let mostBytes = 0;
  let mostRows = 0;
  rows.on("pause", () => { mostBytes = Math.max(mostBytes, response.writableLength); });
  response.on("drain", () => { mostRows = Math.max(mostRows, rows.readableLength); });
  response.on("finish", () => console.log(`at most ${mostBytes} bytes in the response, ${mostRows} rows in the readable`));
  response.on("close", () => rows.destroy()); // pipe() leaves the source open when the client goes away; pipeline() does this itself
  rows.pipe(response);
});

const readSlowly = async (url) => {
  const [response] = await new Promise((resolve) => http.get(url, (...got) => resolve(got)));
  for await (const chunk of response) await sleep(chunk.length / CLIENT_BYTES_PER_MS);
};

server.listen(0, async () => {
  await readSlowly(`http://localhost:${server.address().port}/`);
  server.close();
});
