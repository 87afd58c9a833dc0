// node code.mjs [workers] [between_ms]: read, await, write back. There is one thread, and updates are lost all the same.
import { setTimeout as sleep } from "node:timers/promises";

const workers = Number(process.argv[2] ?? 8);
const betweenMs = Number(process.argv[3] ?? 1);
const apartMs = 9;
const rounds = 200;

const exponential = (meanMs) => -meanMs * Math.log(1 - Math.random());

let counter = 0;

const worker = async () => {
  for (let round = 0; round < rounds; round++) {
    await sleep(exponential(apartMs));
    const seen = counter;
    if (betweenMs > 0) await sleep(exponential(betweenMs)); // here the loop runs the others
    counter = seen + 1;
  }
};

await Promise.all(Array.from({ length: workers }, worker));
const made = workers * rounds;
const lost = (100 * (1 - counter / made)).toFixed(1);
console.log(`${made} increments, the number is ${counter}: ${lost} % lost`);
