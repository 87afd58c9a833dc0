// Pull: an asynchronous generator makes an item when it is asked for the next one, and not before.
import { setTimeout as sleep } from "node:timers/promises";

const SERVICE = 10, WIRE = 20, SECONDS = 5;

async function* publisher() {
  for (let number = 1; ; number += 1) {
    await sleep(WIRE); // the request travels here
    await sleep(WIRE); // the answer travels back
    yield number;
  }
}

const start = performance.now();
for await (const number of publisher()) {
  await sleep(SERVICE);
  const passed = (performance.now() - start) / 1000;
  if (passed > SECONDS) {
    console.log(`${(number / passed).toFixed(1)} items a second; ${(number * SERVICE / passed / 10).toFixed(0)} % of the time is work`);
    break; // ends the generator too
  }
}
