//! The syntax tree: what the parser saw, with names still names and quantities still as written. Nothing here is checked.

use super::scenario::{Assignor, Binary, Overflow, Partitioner, Span, Unary, Unit};

/// A name in the text.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A quantity to be worked out.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub(crate) kind: ExpressionKind,
    pub(crate) span: Span,
    /// How deep the tree below it is; bounded by the parser.
    pub(crate) depth: u16,
}

#[derive(Debug, Clone)]
pub(crate) enum ExpressionKind {
    Number {
        value: f64,
        unit: Unit,
        percent: bool,
    },
    Name(String),
    Unary(Unary, Box<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    Function {
        name: Name,
        arguments: Vec<Expression>,
    },
    /// `choice(value: weight, …)`
    Choice(Vec<(Expression, Expression)>),
    /// Could not be read; reported already.
    Broken,
}

/// A whole text.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) declarations: Vec<Declaration>,
}

/// A declaration. Its span ends where its block begins.
#[derive(Debug)]
pub(crate) struct Declaration {
    pub(crate) kind: DeclarationKind,
    pub(crate) head: Span,
}

#[derive(Debug)]
pub(crate) enum DeclarationKind {
    Title(String),
    About(String),
    Run(Expression),
    Speed(Expression),
    Seed(Expression),
    Knob(Knob),
    Shared { name: Name, value: Expression },
    Channel(Channel),
    Topic(Topic),
    Group(Group),
    Queue(Queue),
    Resource(Resource),
    Cpu(Cpu),
    Memory(Memory),
    Process(Box<Process>),
    At { time: Expression, body: Block },
    Expect { claim: Expression, text: String },
}

#[derive(Debug)]
pub(crate) struct Knob {
    pub(crate) name: Name,
    pub(crate) value: Expression,
    pub(crate) from: Option<Expression>,
    pub(crate) to: Option<Expression>,
    pub(crate) step: Option<Expression>,
    pub(crate) log: Option<Span>,
    pub(crate) label: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) name: Name,
    pub(crate) capacity: Option<Expression>,
    pub(crate) pages: Option<Expression>,
    pub(crate) unbounded: Option<Span>,
    pub(crate) high_water: Option<Expression>,
    pub(crate) low_water: Option<Expression>,
    pub(crate) overflow: Option<Overflow>,
    pub(crate) barging: bool,
    pub(crate) no_handoff: bool,
    pub(crate) frees_done: bool,
    pub(crate) delay: Option<Expression>,
    pub(crate) memory: Option<Name>,
}

#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) name: Name,
    pub(crate) partitions: Option<Expression>,
    pub(crate) retention: Option<Expression>,
    pub(crate) partitioner: Option<Partitioner>,
    pub(crate) memory: Option<Name>,
}

#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: Name,
    pub(crate) topic: Option<Name>,
    pub(crate) assignor: Option<Assignor>,
    pub(crate) max_poll_interval: Option<Expression>,
    pub(crate) session_timeout: Option<Expression>,
    pub(crate) auto_commit: Option<Expression>,
    pub(crate) from_latest: bool,
}

#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) name: Name,
    pub(crate) visibility: Option<Expression>,
    pub(crate) max_receives: Option<Expression>,
    pub(crate) dead_letter: Option<Name>,
    pub(crate) delay: Option<Expression>,
    pub(crate) fifo: bool,
    pub(crate) memory: Option<Name>,
}

#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) name: Name,
    pub(crate) permits: Option<Expression>,
    pub(crate) refuse: bool,
    pub(crate) limit_waiting: Option<Expression>,
}

#[derive(Debug)]
pub(crate) struct Cpu {
    pub(crate) name: Name,
    pub(crate) cores: Option<Expression>,
    pub(crate) slice: Option<Expression>,
}

#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) name: Name,
    pub(crate) limit: Option<Expression>,
    pub(crate) restart: Option<Expression>,
}

/// A process or a task.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) name: Name,
    pub(crate) is_task: bool,
    pub(crate) count: Option<Expression>,
    pub(crate) to: Option<Expression>,
    pub(crate) growing: Option<(Expression, Expression)>,
    pub(crate) condition: Option<Expression>,
    pub(crate) memory: Option<Name>,
    pub(crate) holds: Option<Expression>,
    pub(crate) stream: Option<Name>,
    pub(crate) body: Block,
}

/// `{ … }`
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    pub(crate) statements: Vec<Statement>,
    /// The closing brace.
    pub(crate) close: Span,
}

/// A statement. Its head goes from its word to the end of its clauses.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) kind: StatementKind,
    pub(crate) head: Span,
}

/// The block of a statement that was done, and the one of its `else`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcomes {
    pub(crate) then: Option<Block>,
    pub(crate) otherwise: Option<Block>,
}

#[derive(Debug, Clone)]
pub(crate) enum StatementKind {
    Repeat {
        count: Expression,
        counter: Option<Name>,
        body: Block,
    },
    Forever(Block),
    While {
        condition: Expression,
        body: Block,
    },
    Break,
    Stop,
    If {
        arms: Vec<(Expression, Block)>,
        otherwise: Option<Block>,
    },
    Let {
        name: Name,
        value: Expression,
    },
    Assign {
        name: Name,
        value: Expression,
    },
    Set {
        name: Name,
        value: Expression,
    },
    Every {
        interval: Expression,
        body: Block,
    },
    Sleep(Expression),
    Work {
        time: Expression,
        cpu: Name,
    },
    Produce {
        size: Option<Expression>,
        key: Option<Key>,
    },
    Call {
        channel: Name,
        size: Option<Expression>,
        within: Option<Expression>,
        outcomes: Outcomes,
    },
    Send {
        store: Name,
        within: Option<Expression>,
        outcomes: Outcomes,
    },
    Offer {
        store: Name,
        outcomes: Outcomes,
    },
    Receive {
        store: Name,
        up_to: Option<Expression>,
        within: Option<Expression>,
        outcomes: Outcomes,
    },
    Poll {
        group: Name,
        up_to: Option<Expression>,
        within: Option<Expression>,
        outcomes: Outcomes,
    },
    Select {
        arms: Vec<Arm>,
        after: Option<(Expression, Block)>,
        otherwise: Option<Block>,
    },
    Close(Name),
    ForEach(Block),
    Done,
    Discard,
    Ack,
    Nack(Option<Expression>),
    Extend(Expression),
    Commit,
    Pause(Name),
    Resume(Name),
    With {
        resource: Name,
        within: Option<Expression>,
        body: Block,
        otherwise: Option<Block>,
    },
    Acquire {
        resource: Name,
        amount: Option<Expression>,
        within: Option<Expression>,
        outcomes: Outcomes,
    },
    Release {
        resource: Name,
        amount: Option<Expression>,
    },
    SpawnTask {
        task: Name,
        with_item: bool,
    },
    Spawn {
        body: Block,
        with_item: bool,
    },
    Await(Expression),
    AwaitAll,
    Within {
        limit: Expression,
        body: Block,
        otherwise: Option<Block>,
    },
    Retry {
        count: Expression,
        backoff: Option<Backoff>,
        body: Block,
        otherwise: Option<Block>,
    },
    Try {
        body: Block,
        otherwise: Option<Block>,
    },
    Fail {
        why: Option<String>,
        share: Option<Expression>,
    },
    Print(Vec<PrintPiece>),
    Crash {
        process: Name,
        duration: Option<Expression>,
    },
    Restart(Name),
}

#[derive(Debug, Clone)]
pub(crate) enum Key {
    Number(Expression),
    Literal(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Arm {
    pub(crate) store: Name,
    pub(crate) sends: bool,
    pub(crate) body: Block,
}

#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    pub(crate) first: Expression,
    pub(crate) times: Option<Expression>,
    pub(crate) up_to: Option<Expression>,
    pub(crate) jitter: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum PrintPiece {
    Literal(String),
    Value(Expression),
}
