//! The words of the language: which are reserved, and what each built-in function takes.

/// Words that begin a declaration.
pub(crate) const DECLARATIONS: &[&str] = &[
    "scenario", "about", "run", "speed", "seed", "knob", "shared", "channel", "topic", "group",
    "queue", "resource", "cpu", "memory", "process", "task", "at", "expect",
];

/// Words that begin a statement, and `else`, which goes on with one.
pub(crate) const STATEMENTS: &[&str] = &[
    "repeat", "forever", "while", "break", "stop", "if", "else", "let", "set", "every", "sleep",
    "work", "produce", "call", "send", "offer", "receive", "poll", "select", "close", "for",
    "done", "discard", "ack", "nack", "extend", "commit", "pause", "resume", "with", "acquire",
    "release", "spawn", "await", "within", "retry", "try", "fail", "print", "crash", "restart",
];

/// Operators that are words.
pub(crate) const OPERATORS: &[&str] = &["and", "or", "not"];

/// What can be observed without naming anything.
pub(crate) const OBSERVATIONS: &[&str] = &["pending", "attempt", "age", "now"];

/// Built-in functions, each with how it is written.
pub(crate) const FUNCTIONS: &[(&str, &str)] = &[
    ("min", "min(a, b)"),
    ("max", "max(a, b)"),
    ("floor", "floor(x)"),
    ("ceil", "ceil(x)"),
    ("len", "len(store)"),
    ("bytes", "bytes(store)"),
    ("full", "full(channel)"),
    ("free", "free(resource)"),
    ("lag", "lag(group)"),
    ("used", "used(memory)"),
    ("exp", "exp(mean)"),
    ("uniform", "uniform(lo, hi)"),
    ("normal", "normal(mean, sd)"),
    ("lognormal", "lognormal(mean, cv)"),
    ("gamma", "gamma(mean, cv)"),
    ("erlang", "erlang(k, mean)"),
    ("pareto", "pareto(mean, alpha)"),
    ("weibull", "weibull(scale, shape)"),
    ("choice", "choice(10ms: 90%, 500ms: 10%)"),
    ("zipf", "zipf(n, s)"),
    ("random", "random()"),
];

/// How a built-in function is written, if the word is one.
pub(crate) fn usage(word: &str) -> Option<&'static str> {
    FUNCTIONS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, usage)| *usage)
}

/// Whether the word cannot be a name.
pub(crate) fn is_reserved(word: &str) -> bool {
    [DECLARATIONS, STATEMENTS, OPERATORS, OBSERVATIONS]
        .iter()
        .any(|words| words.contains(&word))
        || usage(word).is_some()
}
