/**
 * Backend: one way to talk to a session, wherever it runs. The worker backend is for the page; the direct one, for
 * tests and for hosts without module workers.
 */

/** @import { Engine } from "./edge.js" */
/** @import { Reply, Request } from "./protocol.js" */
import { createSession } from "./session.js";

/**
 * @typedef {object} Backend
 * @property {(request: Request) => void} send
 * @property {() => void} restart A new session with a new engine; what was loaded is gone.
 * @property {() => void} close
 */

/**
 * @param {(reply: Reply) => void} receive
 * @returns {Backend}
 */
export const createWorkerBackend = (receive) => {
  const start = () => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => receive(data);
    // A worker that cannot even load has no other way to say so.
    worker.onerror = (event) => receive({ type: "panicked", message: event.message || "the engine could not be loaded" });
    return worker;
  };
  let worker = start();
  return {
    send: (request) => worker.postMessage(request),
    restart: () => {
      worker.terminate();
      worker = start();
    },
    close: () => worker.terminate(),
  };
};

/**
 * @param {Engine} engine
 * @param {(reply: Reply) => void} receive
 * @param {{ clock?: () => number }} [options]
 * @returns {Backend}
 */
export const createDirectBackend = (engine, receive, { clock = () => performance.now() } = {}) => {
  let isOpen = true;
  const start = () => createSession(engine, {
    // Replies come later, as from a worker, so that nobody relies on the contrary.
    post: (reply) => queueMicrotask(() => isOpen && receive(reply)),
    clock,
    defer: (task) => void setTimeout(task),
  });
  let session = start();
  return {
    send: (request) => session.receive(request),
    restart: () => {
      session = start();
    },
    close: () => {
      isOpen = false;
    },
  };
};
