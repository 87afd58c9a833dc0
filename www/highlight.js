/** Highlight: the language's words for the editor, one token at a time. A line stands for itself: no state is kept. Pure. */

const DECLARATIONS = "highwater scenario about run speed seed knob shared channel topic group queue resource cpu memory process task at expect";
const STATEMENTS = "repeat forever while break stop if else let set every sleep work produce call send offer receive poll select after close for each done discard ack nack extend commit pause resume with acquire release spawn await within retry try fail print crash restart";
const CLAUSES = "capacity pages unbounded overflow block reject drop_newest drop_oldest high_water low_water barging no_handoff frees delay partitions retention partitioner on assignor max_poll_interval session_timeout auto manual earliest latest visibility max_receives dead_letter fifo permits when_full refuse limit_waiting cores slice limit in holds stream x to growing per from log step as up backoff times jitter size key all";
const OPERATORS = "and or not";
const FUNCTIONS = "exp uniform normal lognormal gamma erlang pareto weibull choice zipf random min max floor ceil len bytes full free lag used pending attempt age now";

/** @type {ReadonlyMap<string, string>} */
const WORDS = new Map([
  [DECLARATIONS, "definitionKeyword"], [STATEMENTS, "keyword"], [CLAUSES, "attributeName"], [OPERATORS, "operatorKeyword"], [FUNCTIONS, "builtin"],
].flatMap(([words = "", kind = ""]) => words.split(" ").map((word) => /** @type {[string, string]} */ ([word, kind]))));

/** What each form of token is; the first that fits where the line goes on. @type {ReadonlyArray<readonly [form: RegExp, kind: string | null]>} */
const FORMS = [
  [/^\/\/.*/, "comment"],
  [/^"(?:[^"\\]|\\.)*"?/, "string"],
  [/^\d[\d_]*(?:\.\d+)?[a-zA-Z]*(?:\/[smh]\b)?%?/, "number"],
  [/^[{}()[\]]/, "bracket"],
  [/^(?:[-+*/%=<>!,:;]+)/, "operator"],
  [/^\s+/, null],
];

/**
 * The kind of the token that begins `text`, and its length.
 * @param {string} text Not empty.
 * @returns {{ length: number, kind: string | null }}
 */
export const tokenAt = (text) => {
  const word = /^[A-Za-z_]\w*/.exec(text)?.[0];
  if (word) return { length: word.length, kind: WORDS.get(word) ?? "variableName" };
  for (const [form, kind] of FORMS) {
    const found = form.exec(text)?.[0];
    if (found) return { length: found.length, kind };
  }
  return { length: 1, kind: null };
};
