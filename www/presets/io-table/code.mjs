// node code.mjs [milliseconds]: five requests to a server that answers after three seconds, one after another and together.
import http from "node:http";

const ANSWER_MS = Number(process.argv[2] ?? 3000);
const REQUESTS = 5;

const server = http.createServer((request, response) => setTimeout(() => response.end("ok"), ANSWER_MS));
await new Promise((resolve) => server.listen(0, resolve));
const get = async () => (await fetch(`http://localhost:${server.address().port}/`)).text();

const timed = async (name, run) => {
  const begin = performance.now();
  await run();
  console.log(`${name}: ${Math.round(performance.now() - begin)} ms`);
};

await timed("Sequential", async () => {
  for (let n = 0; n < REQUESTS; n += 1) await get();
});
await timed("Concurrent", () => Promise.all(Array.from({ length: REQUESTS }, get)));

server.closeAllConnections();
server.close();
