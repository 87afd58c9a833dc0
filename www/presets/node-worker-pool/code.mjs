// node code.mjs [resizes]: the resizes on worker threads, with a short line in front of them.
import { Worker, isMainThread, parentPort } from "node:worker_threads";

const RESIZE_MS = 800;

/** Stands in for the resize. */
const resize = (image) => {
  const end = performance.now() + RESIZE_MS;
  while (performance.now() < end) Math.sqrt(end);
  return `${image}, small`;
};

/** Worker threads that take one job at a time, and a line of bounded length for the jobs that wait. */
class Pool {
  #idle;
  #line = [];
  #places;

  constructor(threads, places) {
    this.#places = places;
    this.#idle = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url)));
    for (const worker of this.#idle) worker.unref();
  }

  run(job) {
    return new Promise((resolve, reject) => {
      const worker = this.#idle.pop();
      if (worker) this.#start(worker, { job, resolve, reject });
      else if (this.#line.length < this.#places) this.#line.push({ job, resolve, reject });
      else reject(new Error("503: the line is full"));
    });
  }

  #start(worker, { job, resolve, reject }) {
    const onError = (error) => reject(error); // a pool for production starts another worker here
    worker.ref();
    worker.once("error", onError);
    worker.once("message", (answer) => {
      worker.off("error", onError);
      worker.unref();
      resolve(answer);
      const next = this.#line.shift();
      if (next) this.#start(worker, next);
      else this.#idle.push(worker);
    });
    worker.postMessage(job);
  }
}

/** How late a timer of the event loop was at most: what /health would have waited. */
const watchLoop = () => {
  let last = performance.now();
  let worst = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 10);
    last = now;
  }, 10);
  return () => { clearInterval(timer); return worst; };
};

if (isMainThread) {
  const pool = new Pool(4, 16);
  const stop = watchLoop();
  const count = Number(process.argv[2] ?? 24);
  const answers = await Promise.allSettled(Array.from({ length: count }, (_, n) => pool.run(`image ${n}`)));
  const refused = answers.filter(({ status }) => status === "rejected").length;
  console.log(`${count - refused} resized, ${refused} answered with 503, the loop was late by ${stop().toFixed(1)} ms at most`);
} else {
  parentPort.on("message", (image) => parentPort.postMessage(resize(image)));
}
