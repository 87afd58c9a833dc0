/**
 * Backend: one way to talk to a session, wherever it runs. The worker backend is for the page, and replaces a worker that no longer
 * answers; the direct one, for tests and for hosts without module workers.
 */

/** @import { Engine } from "./edge.js" */
/** @import { Reply, Request } from "./protocol.js" */
/** @import { Timer } from "./watchdog.js" */
import { createSession } from "./session.js";
import { createWatchdog, SILENT_S } from "./watchdog.js";

/**
 * @typedef {object} Backend
 * @property {(request: Request) => void} send
 * @property {() => void} restart A new session with a new engine; what was loaded is gone.
 * @property {() => void} close
 */

/** What of a worker is used. @typedef {Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">} Hand */

/** @returns {Hand} */
const startWorker = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

/**
 * @param {(reply: Reply) => void} receive
 * @param {{ start?: () => Hand, timer?: Timer }} [surroundings] For tests.
 * @returns {Backend}
 */
export const createWorkerBackend = (receive, { start = startWorker, timer } = {}) => {
  const begin = () => {
    const worker = start();
    const watchdog = createWatchdog({
      ask: () => worker.postMessage({ type: "ping" }),
      // What does not answer cannot be told to stop, either.
      hung: () => {
        replace();
        receive({ type: "hung", silentS: SILENT_S });
      },
    }, timer);
    worker.onmessage = ({ data }) => {
      if (data.type === "pong") return watchdog.answered();
      if (data.type === "ready") watchdog.ready();
      return receive(data);
    };
    // A worker that cannot even load has no other way to say so.
    worker.onerror = (event) => receive({ type: "panicked", message: event.message || "the engine could not be loaded" });
    return {
      send: (/** @type {Request} */ request) => {
        worker.postMessage(request);
        watchdog.asked();
      },
      close: () => {
        watchdog.close();
        worker.terminate();
      },
    };
  };
  let session = begin();
  const replace = () => {
    session.close();
    session = begin();
  };
  return { send: (request) => session.send(request), restart: replace, close: () => session.close() };
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
