// node code.mjs [rows] [machines]: six crews of 16 threads, 3 s each, on values in shared memory.
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

const WORKERS = 16;
const RUN_MS = 3000;
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const shared = (length) => new Int32Array(new SharedArrayBuffer(4 * length));

/** A mutex in a cell of shared memory: 0 is free, 1 is locked. */
const withLock = (locks, at, work) => {
  while (Atomics.compareExchange(locks, at, 0, 1) !== 0) Atomics.wait(locks, at, 1);
  try {
    work();
  } finally {
    Atomics.store(locks, at, 0);
    Atomics.notify(locks, at, 1);
  }
};

/** Read, think for a millisecond, write back: right only if nobody else does so meanwhile. */
const increment = (values, row) => {
  const seen = Atomics.load(values, row);
  sleep(1);
  Atomics.store(values, row, seen + 1);
};

const swap = (values, row) => {
  for (;;) {
    const seen = Atomics.load(values, row);
    sleep(1);
    if (Atomics.compareExchange(values, row, seen, seen + 1) === seen) return;
  }
};

const crews = {
  "own copy": ({ values, me }) => increment(values, me),
  "atomic": ({ values, row }) => { sleep(1); Atomics.add(values, row, 1); },
  "compare-and-swap": ({ values, row }) => swap(values, row),
  "one lock": ({ values, row, locks }) => withLock(locks, 0, () => increment(values, row)),
  "a lock per row": ({ values, row, locks }) => withLock(locks, row, () => increment(values, row)),
  // What two replicas of a service with perfect locks do to one database.
  "a lock per row on each machine": ({ values, row, locks, rows, machine }) =>
    withLock(locks, machine * rows + row, () => increment(values, row)),
};

const work = (data) => {
  const end = performance.now() + RUN_MS;
  let made = 0;
  while (performance.now() < end) {
    sleep(-9 * Math.log(1 - Math.random())); // work of one's own
    crews[data.crew]({ ...data, row: Math.floor(Math.random() * data.rows) });
    made += 1;
  }
  parentPort.postMessage(made);
};

const run = async (crew, rows, machines) => {
  const values = shared(Math.max(rows, WORKERS));
  const locks = shared(rows * machines);
  const made = await Promise.all(Array.from({ length: WORKERS }, (_, me) => new Promise((resolve, reject) => {
    const workerData = { crew, values, locks, rows, me, machine: me % machines };
    new Worker(new URL(import.meta.url), { workerData }).on("message", resolve).on("error", reject);
  })));
  const sum = (numbers) => numbers.reduce((left, right) => left + right, 0);
  console.log(`${crew}: ${sum(made)} made, ${sum(values)} there`);
};

if (isMainThread) {
  const [rows, machines] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 2)];
  for (const crew of Object.keys(crews)) await run(crew, rows, machines);
} else {
  work(workerData);
}
