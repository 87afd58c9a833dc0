// Push: an EventEmitter calls its listeners whenever it likes. A listener that needs time can only queue what it is given.
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const RATE = 120, SERVICE = 10, SECONDS = 5;

const source = new EventEmitter();
const inbox = [];
let wake = () => {};
let latency = 0;

source.on("item", (item) => {
  inbox.push(item); // emit() takes no answer: there is no way to say "not now"
  wake();
});

async function subscriber() {
  for (;;) {
    while (inbox.length === 0) await new Promise((resolve) => { wake = resolve; });
    const item = inbox.shift();
    await sleep(SERVICE);
    latency = performance.now() - item.born;
  }
}

const start = performance.now();
let sent = 0;
const publisher = setInterval(() => {
  const due = Math.floor((performance.now() - start) * RATE / 1000);
  for (; sent < due; sent += 1) source.emit("item", { born: performance.now() });
}, 5);

subscriber();
for (let second = 1; second <= SECONDS; second += 1) {
  await sleep(1000);
  console.log(`${second} s: ${inbox.length} waiting, the last one took ${latency.toFixed(0)} ms`);
}
clearInterval(publisher);
process.exit();
