// node code.mjs [millions]: eight tasks that compute, one after another, with Promise.all, and on two worker threads.
import { Worker, isMainThread, parentPort } from "node:worker_threads";

const TASKS = 8;
const WORKERS = 2;
const MILLIONS = Number(process.argv[2] ?? 15);

const compute = () => {
  let sum = 0;
  for (let n = 0; n < MILLIONS * 1e6; n += 1) sum = (sum + n * n) % 1_000_003;
  return sum;
};

/** `async` wraps the result in a promise. The computation still runs here and now. */
const computeAsync = async () => compute();

/** A worker takes the next task when it is done with the one before. */
const onWorkers = (tasks, workers) => new Promise((resolve, reject) => {
  const answers = [];
  let started = 0;
  for (let n = 0; n < workers; n += 1) {
    const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) });
    const next = () => {
      if (started === tasks) { worker.postMessage("stop"); return; }
      started += 1;
      worker.postMessage("compute");
    };
    worker.on("error", reject);
    worker.on("message", (answer) => {
      answers.push(answer);
      if (answers.length === tasks) resolve(answers);
      next();
    });
    next();
  }
});

const timed = async (name, run) => {
  const begin = performance.now();
  await run();
  console.log(`${name}: ${Math.round(performance.now() - begin)} ms`);
};

if (isMainThread) {
  await timed("Sequential", () => { for (let n = 0; n < TASKS; n += 1) compute(); });
  await timed("Promise.all", () => Promise.all(Array.from({ length: TASKS }, computeAsync)));
  await timed("Parallel", () => onWorkers(TASKS, WORKERS));
} else {
  parentPort.on("message", (message) => {
    if (message === "stop") parentPort.close();
    else parentPort.postMessage(compute());
  });
}
