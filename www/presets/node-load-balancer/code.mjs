// node code.mjs [seconds] [keep]: three instances, each with an event loop of its own, behind a balancer that checks them.
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker, isMainThread, parentPort } from "node:worker_threads";

const SECONDS = Number(process.argv[2] ?? 120);
const KEEP = Number(process.argv[3] ?? 0); // with fewer healthy instances than this, all are used
const REQUESTS_PER_S = 270;
const RESIZING = 0.006;
const OUT_AFTER = 2;
const BACK_AFTER = 5;

/** An instance: one loop that does one thing at a time. */
const serve = () => {
  const server = http.createServer((request, response) => {
    const end = performance.now() + (request.url === "/image" ? 800 : 1);
    while (performance.now() < end) Math.sqrt(end);
    response.end("ok");
  });
  server.listen(0, () => parentPort.postMessage(server.address().port));
};

const start = async (name) => {
  const worker = new Worker(new URL(import.meta.url));
  const port = await new Promise((resolve) => worker.once("message", resolve));
  return { name, url: `http://localhost:${port}`, up: true, good: 0, bad: 0 };
};

const instances = isMainThread ? await Promise.all(["a", "b", "c"].map(start)) : [];
const answers = { 200: 0, 503: 0, 504: 0 };
let turn = 0;

const get = async (url, patience) => (await fetch(url, { signal: AbortSignal.timeout(patience) })).text();

/** The next healthy instance, or the next one if too few are healthy. */
const pick = () => {
  const healthy = instances.filter(({ up }) => up);
  const usable = healthy.length < KEEP ? instances : healthy;
  turn += 1;
  return usable[turn % usable.length];
};

const forward = async (path) => {
  const instance = pick();
  if (!instance) { answers[503] += 1; return; }
  await get(instance.url + path, 5000).then(() => { answers[200] += 1; }, () => { answers[504] += 1; });
};

const check = async (instance) => {
  const healthy = await get(`${instance.url}/health`, 500).then(() => true, () => false);
  instance.good = healthy ? instance.good + 1 : 0;
  instance.bad = healthy ? 0 : instance.bad + 1;
  const turns = instance.up ? instance.bad >= OUT_AFTER : instance.good >= BACK_AFTER;
  if (!turns) return;
  instance.up = !instance.up;
  console.log(`${Math.round(performance.now() / 1000)} s: ${instance.name} is ${instance.up ? "in again" : "out"}`);
};

const balance = async () => {
  for (const instance of instances) setInterval(check, 2000, instance);
  const end = performance.now() + SECONDS * 1000;
  let due = performance.now();
  while (due < end) {
    due -= Math.log(1 - Math.random()) * 1000 / REQUESTS_PER_S;
    if (due > performance.now() + 1) await sleep(due - performance.now());
    forward(Math.random() < RESIZING ? "/image" : "/");
  }
  console.log(answers);
  process.exit();
};

if (isMainThread) await balance();
else serve();
