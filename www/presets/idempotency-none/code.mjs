// node code.mjs [payments]: charges over HTTP, with clients that send again when they get no answer.
import { randomUUID } from "node:crypto";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const LOST = 0.05;
const RETRIES = 8;
const statement = new Map(); // what the customers find on their statements: how often each payment was charged

const charge = async (payment) => {
  await sleep(20 * Math.random() + 10); // the bank
  statement.set(payment, (statement.get(payment) ?? 0) + 1);
};

const server = http.createServer(async (request, response) => {
  const lost = Math.random() < LOST;
  if (lost) request.socket.destroy(); // the connection breaks, and the charge goes on
  await charge(request.headers["x-payment"]);
  if (!lost) response.end("charged\n");
});

/** An answer, or an exception that says nothing of what the server has done. */
const post = (port, payment) => fetch(`http://localhost:${port}/charges`, {
  method: "POST", headers: { "x-payment": payment }, signal: AbortSignal.timeout(2000),
});

const pay = async (port) => {
  const payment = randomUUID(); // for our count; this server does not compare it with anything
  for (let retry = 0; retry <= RETRIES; retry += 1) {
    try {
      const answer = await post(port, payment);
      await answer.text();
      return;
    } catch {
      await sleep(Math.random() * Math.min(5000, 200 * 2 ** retry));
    }
  }
  throw new Error("gave up: nobody knows whether this was charged");
};

server.listen(0, async () => {
  const { port } = server.address();
  const payments = Number(process.argv[2] ?? 2000);
  const running = [];
  for (let count = 0; count < payments; count += 1) {
    running.push(pay(port));
    await sleep(5);
  }
  await Promise.all(running);
  const twice = [...statement.values()].filter((times) => times > 1).length;
  console.log(`${payments} payments, ${twice} of them charged more than once`);
  server.closeAllConnections();
  server.close();
});
