// node code.mjs [seconds]: image resizes on the event loop, and a health check of the same server.
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

const RESIZE_MS = 800;
const RESIZES_PER_S = 0.5;
const CHECK_EVERY_MS = 1000;
const CHECK_TIMEOUT_MS = 500;

/** Stands in for the resize. `async` changes nothing: there is no await in the computation, so nothing else can run. */
const resize = async () => {
  const end = performance.now() + RESIZE_MS;
  while (performance.now() < end) Math.sqrt(end);
};

const serve = () => {
  const server = http.createServer(async (request, response) => {
    if (request.url === "/image") await resize();
    response.end("ok");
  });
  server.listen(0, () => {
    const told = { port: server.address().port, seconds: Number(process.argv[2] ?? 60) };
    const client = new Worker(new URL(import.meta.url), { workerData: told });
    client.on("message", (line) => { console.log(line); server.closeAllConnections(); server.close(); });
  });
};

/** The callers have a thread of their own: on the server's loop they would be held up themselves. */
const call = async ({ port, seconds }) => {
  const get = (path, options) => fetch(`http://localhost:${port}${path}`, options);
  let checks = 0;
  let failed = 0;
  const timer = setInterval(() => {
    checks += 1;
    get("/health", { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) }).catch(() => { failed += 1; });
  }, CHECK_EVERY_MS);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await sleep(-Math.log(1 - Math.random()) * 1000 / RESIZES_PER_S);
    get("/image").catch(() => {});
  }
  clearInterval(timer);
  await sleep(CHECK_TIMEOUT_MS);
  parentPort.postMessage(`${failed} of ${checks} health checks failed`);
  process.exit();
};

if (isMainThread) serve();
else await call(workerData);
