/**
 * Watchdog: notices an engine that does not answer. Behind what is asked it sends a question of its own, which is answered in turn: so
 * the answer says that all before it was dealt with, whatever that was. Pure but for the timer it is given; knows no worker.
 */

/** Between two looks. A machine that slept wakes with one look overdue, not with many. */
const LOOK_MS = 1000;
/** So many looks in a row without an answer: far more than a slice of work takes, and a text that is read. */
const LOOKS_MAX = 8;
/** How long an engine may be silent, in words for the reader. */
export const SILENT_S = LOOKS_MAX * LOOK_MS / 1000;

/** @typedef {{ begin: (task: () => void, everyMs: number) => unknown, end: (timer: any) => void }} Timer */

/**
 * @typedef {object} Watchdog
 * @property {() => void} ready The engine has loaded: before that, what takes long is the way to it.
 * @property {() => void} asked Something was asked of it.
 * @property {() => void} answered It has answered our own question.
 * @property {() => void} close Nothing more is expected of it.
 */

/**
 * @param {{ ask: () => void, hung: () => void }} actions `ask`: sends the question. `hung`: nothing came back; the watch is over.
 * @param {Timer} [timer]
 * @returns {Watchdog}
 */
export const createWatchdog = ({ ask, hung }, { begin, end } = { begin: setInterval, end: clearInterval }) => {
  let isReady = false;
  let isAsked = false;
  /** Whether more was asked since our question. */
  let isMore = false;
  let looks = 0;
  /** @type {unknown} */
  let timer = null;

  const rest = () => {
    if (timer !== null) end(timer);
    timer = null;
  };

  const look = () => {
    looks += 1;
    if (looks < LOOKS_MAX) return;
    rest();
    hung();
  };

  const watch = () => {
    if (!isReady || !isAsked) return;
    looks = 0;
    timer ??= begin(look, LOOK_MS);
  };

  const question = () => {
    isMore = false;
    isAsked = true;
    ask();
    watch();
  };

  return {
    ready: () => {
      isReady = true;
      watch();
    },
    asked: () => {
      if (isAsked) isMore = true;
      else question();
    },
    answered: () => {
      isAsked = false;
      if (isMore) question();
      else rest();
    },
    close: rest,
  };
};
