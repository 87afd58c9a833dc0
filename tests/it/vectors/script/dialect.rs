//! The words of each runtime: what its operations answer, what its recorder looked at after each step, and who it listed as waiting.

/// The words of a runtime. `{key}` is filled in by the scenario when it prints, `CAPACITY` by the converter.
pub(super) struct Dialect {
    pub(super) system: &'static str,
    /// The parameter that bounds it; for semaphores the number of permits.
    pub(super) bound: &'static str,
    pub(super) sent: &'static str,
    pub(super) full: &'static str,
    /// A send that finds the channel closed, or waits when it closes.
    pub(super) refused: &'static str,
    pub(super) received: &'static str,
    pub(super) empty: &'static str,
    /// A receive from what is closed and empty.
    pub(super) ended: &'static str,
    /// The same without waiting.
    pub(super) ended_at_once: &'static str,
    pub(super) closed: &'static str,
    pub(super) closed_again: &'static str,
    /// Keys of a step, and the expression that each shows.
    pub(super) state: &'static [(&'static str, &'static str)],
    /// Keys of a step that list who waits, and the operations they list.
    pub(super) waiting: &'static [(&'static str, &'static [&'static str])],
}

const GO: Dialect = Dialect {
    system: "go-channel-script",
    bound: "cap",
    sent: "result=sent",
    full: "result=would_block",
    refused: "result=panic: send on closed channel",
    received: "result=received|ok=true|v={key}",
    empty: "result=would_block",
    ended: "result=received|ok=false|v=0",
    ended_at_once: "result=received|ok=false|v=0",
    closed: "result=closed",
    closed_again: "result=panic: close of closed channel",
    state: &[("len", "len(ch)")],
    waiting: &[("waiting_send", &["send"]), ("waiting_recv", &["recv"])],
};

const TOKIO: Dialect = Dialect {
    system: "tokio-mpsc-script",
    full: "result=full",
    refused: "result=closed",
    received: "result=received|v={key}",
    empty: "result=empty",
    ended: "result=none",
    ended_at_once: "result=disconnected",
    closed: "result=closed_rx",
    closed_again: "result=closed_rx",
    state: &[("len", "len(ch)"), ("capacity", "CAPACITY - len(ch)")],
    waiting: &[
        ("waiting_send", &["send", "reserve"]),
        ("waiting_recv", &["recv"]),
    ],
    ..GO
};

const STD: Dialect = Dialect {
    system: "rust-std-sync-channel-script",
    refused: "result=disconnected",
    ended: "result=disconnected",
    closed: "result=closed",
    closed_again: "result=closed",
    state: &[],
    ..TOKIO
};

const PYQUEUE: Dialect = Dialect {
    system: "python-queue-script",
    bound: "maxsize",
    sent: "result=put",
    full: "result=Full",
    received: "result=got|v={key}",
    empty: "result=Empty",
    state: &[("qsize", "len(ch)"), ("unfinished_tasks", "unfinished")],
    waiting: &[
        ("waiting_put", &["put"]),
        ("waiting_get", &["get"]),
        ("waiting_join", &["join"]),
    ],
    ..GO
};

const ASYNCIO: Dialect = Dialect {
    system: "asyncio-queue-script",
    full: "result=QueueFull",
    empty: "result=QueueEmpty",
    ..PYQUEUE
};

const TOKIO_SEMAPHORE: Dialect = Dialect {
    system: "tokio-semaphore-script",
    bound: "permits",
    state: &[("available_permits", "free(slots)")],
    waiting: &[("waiting", &["acquire"])],
    ..GO
};

const ASYNCIO_SEMAPHORE: Dialect = Dialect {
    system: "asyncio-semaphore-script",
    state: &[
        ("value", "free(slots)"),
        ("locked", "free(slots) == 0 or len(slots) > 0"),
    ],
    ..TOKIO_SEMAPHORE
};

pub(super) const DIALECTS: &[Dialect] = &[
    GO,
    TOKIO,
    STD,
    PYQUEUE,
    ASYNCIO,
    TOKIO_SEMAPHORE,
    ASYNCIO_SEMAPHORE,
];
