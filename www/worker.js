/** Worker: owns the engine and its simulation, away from the page's thread. Wires a session to messages; no logic. */

/** @import { Request } from "./protocol.js" */
import init, * as wasm from "./wasm/highwater.js";
import { engineOf } from "./engine.js";
import { sentence } from "./format.js";
import { createSession } from "./session.js";

/** @typedef {{ postMessage: (message: unknown, transfer: ArrayBuffer[]) => void, onmessage: ((event: MessageEvent<Request>) => void) | null }} Scope */
const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));

// Requests that come while the module loads wait here.
/** @type {Request[]} */
const waiting = [];
scope.onmessage = ({ data }) => {
  waiting.push(data);
};

try {
  await init();
  // A message to oneself queues behind those that wait, without the delay that timers have.
  const channel = new MessageChannel();
  /** @type {Array<() => void>} */
  const tasks = [];
  channel.port1.onmessage = () => tasks.shift()?.();
  const engine = engineOf(wasm);
  const session = createSession(engine, {
    post: (reply, transfer) => scope.postMessage(reply, transfer),
    clock: () => performance.now(),
    defer: (task) => {
      tasks.push(task);
      channel.port2.postMessage(null);
    },
  });
  scope.postMessage({ type: "ready", version: engine.version() }, []);
  waiting.forEach(session.receive);
  scope.onmessage = ({ data }) => session.receive(data);
} catch (error) {
  scope.postMessage({ type: "panicked", message: sentence(error) }, []);
}
