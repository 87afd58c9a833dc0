// Fifty calls of 200 ms: one after another, together, ten at a time.
import { setTimeout as sleep } from "node:timers/promises";

const call = (number) => sleep(200, number); // in its place: fetch(), a query, anything that is waited for
const numbers = Array.from({ length: 50 }, (_, number) => number);

async function oneAfterAnother() {
  const results = [];
  for (const number of numbers) results.push(await call(number));
  return results;
}

const together = () => Promise.all(numbers.map(call));

/** Ten loops that share one supply: each takes the next number when its call has come back. */
async function limited(limit) {
  const results = [];
  const supply = numbers.entries();
  const loop = async () => {
    for (const [index, number] of supply) results[index] = await call(number);
  };
  await Promise.all(Array.from({ length: limit }, loop));
  return results;
}

for (const [name, run] of [["one after another", oneAfterAnother], ["together", together], ["ten at a time", () => limited(10)]]) {
  const start = performance.now();
  const results = await run();
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(2)} s, ${results.length} answers`);
}
