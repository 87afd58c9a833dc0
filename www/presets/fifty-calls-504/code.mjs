// A server with a limit of connections behind a gateway that gives up. All times and the limit are a tenth of the preset's,
// so it runs in twelve seconds. `node code.mjs 1`: calls one after another; `node code.mjs 50`: together.
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const CALLS = 50, CALL_MS = 20, LIMIT = 20, PATIENCE_MS = 3000, REQUESTS_PER_S = 60, SECONDS = 12;
const atOnce = Number(process.argv[2] ?? 1);

/** Fifty calls, at most so many at a time. */
async function work() {
  let left = CALLS;
  const loop = async () => {
    for (; left > 0;) {
      left -= 1;
      await sleep(CALL_MS); // in its place: await fetch(...)
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
}

// The server: what comes beyond the limit waits its turn, and nobody tells it when the other side has left.
let free = LIMIT;
const backlog = [];
const server = http.createServer(async (request, response) => {
  if (free === 0) await new Promise((turn) => backlog.push(turn));
  else free -= 1;
  await work();
  response.end("done");
  const next = backlog.shift();
  if (next) next();
  else free += 1;
});
await new Promise((resolve) => server.listen(0, resolve));
const address = `http://localhost:${server.address().port}/`;

// The gateway: 504 if there is no answer in time.
const answers = { 200: 0, 504: 0 };
async function visit() {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.text();
    answers[200] += 1;
  } catch {
    answers[504] += 1;
  }
}

const start = performance.now();
let sent = 0;
while (performance.now() - start < SECONDS * 1000) {
  for (; sent < (performance.now() - start) * REQUESTS_PER_S / 1000; sent += 1) visit();
  await sleep(10);
}
console.log(`${answers[200]} times 200, ${answers[504]} times 504, ${backlog.length} in the backlog`);
process.exit();
