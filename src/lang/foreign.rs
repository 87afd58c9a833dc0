//! Words and signs of other languages, each with what this one says instead. Whoever reports an unknown word or sign asks here first:
//! who writes `continue` or `&&` has not mistyped anything.

/// Signs, with what this language says.
const SIGNS: &[(&str, &str)] = &[
    ("&&", "write `and`"),
    ("&", "write `and`"),
    ("||", "write `or`"),
    ("|", "write `or`"),
    ("!", "write `not`"),
    ("===", "two quantities are compared with `==`"),
    ("!==", "two quantities are compared with `!=`"),
    ("<>", "two quantities are compared with `!=`"),
    ("=>", "write `>=` to compare, and `{ … }` for a block"),
    ("->", "there are no functions: a block is `{ … }`"),
    (
        ":=",
        "a new variable is written `let n = …`, and `n = …` assigns",
    ),
    (
        "?",
        "there is no `a ? b : c`: write `if … { … } else { … }`, or `min` and `max`",
    ),
    ("**", "there are no powers: multiply"),
    ("^", "there are no powers: multiply"),
    ("#", "a comment begins with `//`"),
    ("/*", "a comment begins with `//` and ends with its line"),
    ("*/", "a comment begins with `//` and ends with its line"),
    ("'", "texts are in double quotes: \"…\""),
    ("`", "texts are in double quotes: \"…\""),
    ("\u{201c}", "texts are in straight double quotes: \"…\""),
    ("..", RANGE),
    ("...", RANGE),
    (".", "a number has digits on both sides of its point: `0.5`"),
];

/// What is said instead of `for i in 1..3`.
const RANGE: &str =
    "there are no ranges: a loop that counts is `repeat 3 as i { … }`, where `i` is 0, 1 and 2";
/// What a `.` behind a name is meant for.
const MEMBER: &str =
    "nothing has fields or methods: a statement names what it acts on, as `send ch` does";

/// Words, in groups of one meaning, with what this language says.
type Hints = &'static [(&'static [&'static str], &'static str)];

/// Words that begin a statement or declaration elsewhere.
const HEADS: Hints = &[
    (
        &[
            "const", "var", "val", "mut", "static", "final", "local", "global", "auto", "int",
            "float", "double", "bool", "string",
        ],
        "a variable that all see is `shared x = …`, outside of all blocks; one of a block is `let x = …`; a slider is a `knob`",
    ),
    (
        &[
            "func", "fn", "def", "function", "fun", "sub", "proc", "method", "lambda",
        ],
        "there are no functions: what runs on its own is a `process`, and what others start by `spawn` a `task`",
    ),
    (
        &[
            "actor",
            "agent",
            "thread",
            "goroutine",
            "worker",
            "service",
            "main",
        ],
        "what runs on its own is a `process NAME { … }`",
    ),
    (
        &[
            "class",
            "struct",
            "type",
            "enum",
            "interface",
            "trait",
            "impl",
            "object",
            "record",
        ],
        "there are no types: items have a size and a key, and a table is `shared NAME = 0 per key`",
    ),
    (
        &[
            "import",
            "use",
            "include",
            "require",
            "from",
            "package",
            "module",
            "namespace",
            "export",
        ],
        "a text stands alone: it is no package and imports nothing",
    ),
    (
        &["assert", "ensure", "check"],
        "a claim about the finished run is `expect …`, outside of all blocks",
    ),
    (
        &["semaphore", "mutex", "lock", "pool", "connections"],
        "what is held for a while is a `resource NAME permits N`, and `with NAME { … }` holds it",
    ),
    (
        &["buffer", "stream", "pipe", "mailbox"],
        "what holds items is a `channel NAME capacity N`",
    ),
    (
        &["server", "host", "node", "machine"],
        "who works is a `process`, and what it works on is a `cpu NAME cores N`",
    ),
];

/// Words that begin a statement elsewhere.
const STATEMENTS: Hints = &[
    (
        &["return"],
        "an activity ends with its block, or at a `stop`; a `call` is answered by `done` or `fail`",
    ),
    (
        &["continue", "next"],
        "nothing jumps to the next round: put the rest of the loop into an `if … { … }`",
    ),
    (&["loop"], "a loop without end is `forever { … }`"),
    (
        &["do", "until"],
        "a loop is `while … { … }`, `repeat 3 { … }` or `forever { … }`",
    ),
    (
        &["foreach"],
        "`for each { … }` runs once for each item in hand",
    ),
    (&["elif", "elseif", "elsif"], "write `else if … { … }`"),
    (&["unless"], "write `if not (…) { … }`"),
    (
        &["then", "begin", "end", "endif", "fi"],
        "a block is `{ … }`",
    ),
    (
        &["switch", "match", "case", "when", "cond", "default"],
        "write `if … { … } else if … { … }`; what waits for the first of several is `select { … }`",
    ),
    (
        &["catch", "except", "rescue"],
        "a failure inside of `try { … }` goes to its `else { … }`",
    ),
    (
        &["finally", "defer", "using"],
        "`with NAME { … }` gives back what it took on every way out",
    ),
    (
        &["throw", "raise", "panic", "error", "abort"],
        "a failure is `fail`, or `fail \"why\"`",
    ),
    (
        &["exit", "quit", "die", "kill"],
        "an activity ends at a `stop`; `crash NAME` ends a process",
    ),
    (&["pass", "noop", "nop"], "a block may be empty: `{ }`"),
    (
        &["yield"],
        "`sleep 0s` lets go first who is ready; a value goes to others by `send`",
    ),
    (
        &[
            "go",
            "async",
            "thread",
            "fork",
            "start",
            "launch",
            "coroutine",
        ],
        "what runs beside this is `spawn { … }`, or a task: `spawn NAME`",
    ),
    (
        &["join", "wait"],
        "`await all` waits for the children, `await …` until a condition holds, `sleep 10ms` for a time",
    ),
    (
        &["delay", "timeout", "pause_for", "after"],
        "write `sleep 10ms`; a deadline is `within 10ms { … }`",
    ),
    (
        &[
            "echo", "println", "printf", "puts", "log", "console", "write", "debug", "say",
        ],
        "a line in the log is `print \"…\"`",
    ),
    (
        &[
            "push", "put", "enqueue", "emit", "publish", "add", "append", "insert", "submit",
        ],
        "an item goes into a channel, queue or topic by `send NAME`",
    ),
    (
        &[
            "pop", "get", "take", "dequeue", "read", "recv", "pull", "consume", "fetch",
        ],
        "an item is taken by `receive NAME`, and of a group by `poll NAME`",
    ),
    (
        &["lock", "unlock", "synchronized"],
        "write `with NAME { … }`, or `acquire NAME` and `release NAME`",
    ),
    (
        &["del", "delete", "unset"],
        "an entry of a table goes when its first value is written: `balance[k] = 0`",
    ),
];

/// Words that stand for a value elsewhere.
const NAMES: Hints = &[
    (
        &["true", "false", "True", "False", "TRUE", "FALSE"],
        "truth is 1, falsehood 0; a loop without end is `forever { … }`",
    ),
    (
        &["nil", "null", "None", "NULL", "undefined", "void", "none"],
        "every quantity is a number: 0 may stand for nothing, as it does in a table for a key that nobody wrote",
    ),
    (
        &["inf", "Inf", "infinity", "Infinity", "INFINITY"],
        "there is no endless quantity: a channel may be `unbounded`, a loop `forever`",
    ),
    (&["time", "clock"], "the time is `now`"),
    (
        &["self", "this"],
        "an activity's own number is that of `process p x 4 as i`",
    ),
    (
        &["item", "msg", "message", "it"],
        "the item in hand has no name: `key`, `size`, `age` and `attempt` are its own",
    ),
];

/// Functions of elsewhere.
const FUNCTIONS: Hints = &[
    (&["round"], "write `floor(x + 0.5)`"),
    (&["int", "trunc"], "write `floor(x)`"),
    (&["abs"], "write `max(x, -x)`"),
    (&["mod", "fmod"], "write `a % b`"),
    (
        &["rand", "randint", "randrange"],
        "write `random()`, or `floor(uniform(0, 10))` for a whole number from 0 to 9",
    ),
    (
        &["expovariate", "exponential", "poisson"],
        "write `exp(mean)`; arrivals of a Poisson process are `every exp(1/rate) { … }`",
    ),
    (
        &["size", "count", "length", "depth", "empty", "is_empty"],
        "write `len(x)`; `size` alone is that of the item in hand",
    ),
    (&["available", "permits"], "write `free(resource)`"),
];

/// What is said instead of a sign that the text goes on with: the sign, and the help.
pub(crate) fn sign(rest: &str, behind_word: bool) -> Option<(&'static str, &'static str)> {
    let longest = SIGNS
        .iter()
        .filter(|(sign, _)| rest.starts_with(sign))
        .max_by_key(|(sign, _)| sign.len());
    let &(sign, help) = longest?;
    Some((
        sign,
        if sign == "." && behind_word {
            MEMBER
        } else {
            help
        },
    ))
}

/// What is said instead of a word at the place of a declaration.
pub(crate) fn declaration(word: &str) -> Option<&'static str> {
    hint(HEADS, word)
}

/// What is said instead of a word at the place of a statement.
pub(crate) fn statement(word: &str) -> Option<&'static str> {
    hint(STATEMENTS, word).or_else(|| hint(HEADS, word))
}

/// What is said instead of a word at the place of a quantity.
pub(crate) fn name(word: &str) -> Option<&'static str> {
    hint(NAMES, word)
}

/// What is said instead of a function.
pub(crate) fn function(word: &str) -> Option<&'static str> {
    hint(FUNCTIONS, word)
}

fn hint(hints: Hints, word: &str) -> Option<&'static str> {
    hints
        .iter()
        .find(|(words, _)| words.contains(&word))
        .map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::{measures, words};

    #[test]
    fn no_word_of_the_language_is_foreign() {
        for (hints, said) in [
            (HEADS, "a head"),
            (STATEMENTS, "a statement"),
            (NAMES, "a name"),
            (FUNCTIONS, "a function"),
        ] {
            let all = hints.iter().flat_map(|(words, _)| *words);
            for word in all {
                assert!(
                    !words::is_reserved(word),
                    "{word} is {said}, and a word of the language"
                );
            }
        }
        for (words, _) in FUNCTIONS {
            assert!(words.iter().all(|word| measures::usage(word).is_none()));
        }
    }

    #[test]
    fn the_longest_sign_is_meant() {
        assert_eq!(sign("=== 1", false).map(|(sign, _)| sign), Some("==="));
        assert_eq!(sign("..3", false).map(|(sign, _)| sign), Some(".."));
        assert_eq!(sign(".send", true), Some((".", MEMBER)));
        assert_eq!(sign("+", false), None);
    }
}
