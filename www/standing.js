/** Standing: how many activities stand at each line and why, in words. Pure. */

/** @typedef {"flowing" | "held" | "idle"} Mood */
/** @typedef {{ line: number, count: number, mood: Mood, words: string }} Standing */

/** By the state's number in the edge: one activity, several, and whether something holds it up. @type {ReadonlyArray<readonly [one: string, many: string, mood: Mood]>} */
const STATES = [
  ["is ready", "are ready", "flowing"], ["sleeps", "sleep", "flowing"], ["works on a core", "work on a core", "flowing"],
  ["waits for a core", "wait for a core", "held"], ["waits for a resource", "wait for a resource", "held"],
  ["waits to send", "wait to send", "held"], ["waits to receive", "wait to receive", "idle"],
  ["awaits", "await", "idle"], ["ticks", "tick", "idle"], ["polls", "poll", "idle"],
];

/** The mood that the eye should find first wins. @type {readonly Mood[]} */
const MOODS = ["held", "flowing", "idle"];

/**
 * @param {Uint32Array} triples Line, state, count.
 * @returns {Standing[]} One per line, in the order of the text.
 */
export const standings = (triples) => {
  /** @type {Map<number, Array<{ count: number, mood: Mood, words: string }>>} */
  const lines = new Map();
  for (let at = 0; at + 2 < triples.length; at += 3) {
    const [line = 0, state = 0, count = 0] = triples.subarray(at, at + 3);
    const [one, many, mood] = STATES[state] ?? ["stands", "stand", "idle"];
    if (count > 0) lines.set(line, [...(lines.get(line) ?? []), { count, mood, words: `${count} ${count === 1 ? one : many}` }]);
  }
  return Array.from(lines, ([line, here]) => ({
    line,
    count: here.reduce((sum, { count }) => sum + count, 0),
    mood: MOODS.find((mood) => here.some((one) => one.mood === mood)) ?? "idle",
    words: here.map(({ words }) => words).join(", "),
  })).sort((a, b) => a.line - b.line);
};
