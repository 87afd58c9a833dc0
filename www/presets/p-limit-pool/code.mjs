// node code.mjs [queries] [limit]: ten thousand queries on a pool of twenty, at most twenty at a time, and a service that shares the pool.
import { setTimeout as sleep } from "node:timers/promises";

/** What a connection pool does: hands out connections in order, and tells those who wait too long to give up. */
class Pool {
  #free;
  #line = new Set();

  constructor(connections) {
    this.#free = connections;
  }

  async connect(patienceMs) {
    if (this.#free > 0) { this.#free -= 1; return; }
    await new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#line.delete(waiter);
        reject(new Error("no connection in time"));
      };
      const waiter = { resolve, timer: setTimeout(giveUp, patienceMs) };
      this.#line.add(waiter);
    });
  }

  release() {
    const [next] = this.#line;
    if (!next) { this.#free += 1; return; }
    this.#line.delete(next);
    clearTimeout(next.timer);
    next.resolve();
  }
}

/** What p-limit is: at most `count` calls in flight, the others wait in order. */
const pLimit = (count) => {
  const line = [];
  let running = 0;
  const settle = () => { running -= 1; line.shift()?.(); };
  return (work) => new Promise((resolve) => {
    const start = () => { running += 1; resolve(Promise.resolve().then(work).finally(settle)); };
    if (running < count) start();
    else line.push(start);
  });
};

const exponential = (meanMs) => -meanMs * Math.log(1 - Math.random());

const query = async (pool, patienceMs, meanMs) => {
  await pool.connect(patienceMs);
  try {
    await sleep(exponential(meanMs)); // the database works
  } finally {
    pool.release();
  }
};

const pool = new Pool(20);
let innocent = 0;
const service = setInterval(() => query(pool, 500, 5).catch(() => { innocent += 1; }), 20);
await sleep(1000);

const begin = performance.now();
let timeouts = 0;
const ids = Array.from({ length: Number(process.argv[2] ?? 10_000) }, (_, id) => id);
const limit = pLimit(Number(process.argv[3] ?? 20));
await Promise.all(ids.map(() => limit(() => query(pool, 2000, 20)).catch(() => { timeouts += 1; })));
const took = Math.round(performance.now() - begin);
console.log(`settled after ${took} ms: ${timeouts} queries timed out, and ${innocent} of the innocent service`);

await sleep(1000);
clearInterval(service);
