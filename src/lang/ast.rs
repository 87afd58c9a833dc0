//! The syntax tree: what the parser saw, with names still names and quantities still as written. Nothing here is checked.

use super::scenario::{Binary, Span, Unary, Unit};

/// A name in the text.
#[derive(Debug, Clone, Default)]
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
    /// How many nodes it has; bounded by the parser.
    pub(crate) nodes: u32,
}

impl Expression {
    /// Stands for what could not be read.
    pub(crate) const fn broken(span: Span) -> Self {
        let kind = ExpressionKind::Broken;
        Expression {
            kind,
            span,
            depth: 0,
            nodes: 1,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum ExpressionKind {
    Number {
        value: f64,
        unit: Unit,
        percent: bool,
        per: f64,
    },
    Name(String),
    /// `name[key]`
    Entry {
        name: Name,
        key: Box<Expression>,
    },
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
    /// `run`, `speed`, `seed`
    Setting {
        word: &'static str,
        value: Expression,
    },
    Knob {
        name: Name,
        value: Expression,
        clauses: Clauses,
    },
    Shared {
        name: Name,
        value: Expression,
        clauses: Clauses,
    },
    /// A store, a resource, a group.
    Thing {
        kind: ThingKind,
        name: Name,
        clauses: Clauses,
    },
    Process(Process),
    At {
        time: Expression,
        body: Block,
    },
    Expect {
        claim: Expression,
        text: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThingKind {
    Channel,
    Topic,
    Group,
    Queue,
    Resource,
    Cpu,
    Memory,
}

/// A process or a task.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) name: Name,
    pub(crate) is_task: bool,
    pub(crate) clauses: Clauses,
    pub(crate) body: Block,
}

/// What the clauses of a head say, each given once. Which there may be, and what they take, is in the tables of the parser.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clauses(pub(crate) Vec<Clause>);

#[derive(Debug, Clone)]
pub(crate) struct Clause {
    pub(crate) word: &'static str,
    pub(crate) span: Span,
    pub(crate) says: Says,
}

#[derive(Debug, Clone)]
pub(crate) enum Says {
    /// Its word is all.
    Nothing,
    Quantity(Expression),
    /// So much per so long.
    Rate(Expression, Expression),
    Name(Name),
    /// One of a few words.
    Word(&'static str),
    Text(String),
}

impl Clauses {
    pub(crate) fn get(&self, word: &str) -> Option<&Clause> {
        self.0.iter().find(|clause| clause.word == word)
    }

    /// Whether all of them are given.
    pub(crate) fn have(&self, words: &[&str]) -> bool {
        words.iter().all(|word| self.get(word).is_some())
    }

    pub(crate) fn quantity(&self, word: &str) -> Option<&Expression> {
        match &self.get(word)?.says {
            Says::Quantity(quantity) => Some(quantity),
            _ => None,
        }
    }

    pub(crate) fn name(&self, word: &str) -> Option<&Name> {
        match &self.get(word)?.says {
            Says::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn text(&self, word: &str) -> Option<&str> {
        match &self.get(word)?.says {
            Says::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Which of its words a clause says; nothing if it is not given.
    pub(crate) fn choice(&self, word: &str) -> &'static str {
        match self.get(word).map(|clause| &clause.says) {
            Some(Says::Word(choice)) => choice,
            _ => "",
        }
    }
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

#[derive(Debug, Clone)]
pub(crate) enum StatementKind {
    /// What a word, the parts that its row of the parser's table names, and blocks say.
    Act(Act),
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
        key: Option<Expression>,
        value: Expression,
    },
    Set {
        name: Name,
        value: Expression,
    },
    Select {
        arms: Vec<Arm>,
        after: Option<(Expression, Block)>,
        otherwise: Option<Block>,
    },
    ForEach(Block),
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
    Fail {
        why: Option<String>,
        share: Option<Expression>,
    },
    Print(Vec<PrintPiece>),
}

/// A statement of the usual form: `WORD [SUBJECT] [AMOUNT] [CLAUSES] [{ … }] [else { … }]`.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) action: Action,
    /// The word of the action.
    pub(crate) word: &'static str,
    /// What it is done to; without text if to nothing.
    pub(crate) subject: Name,
    /// `subject[key]`
    pub(crate) key: Option<Expression>,
    pub(crate) amount: Option<Expression>,
    pub(crate) clauses: Clauses,
    /// Its block, or the one of what was done.
    pub(crate) then: Option<Block>,
    pub(crate) otherwise: Option<Block>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Repeat,
    Forever,
    While,
    Every,
    Within,
    Retry,
    Try,
    With,
    Break,
    Stop,
    Sleep,
    Work,
    Produce,
    Call,
    Send,
    Offer,
    Receive,
    Poll,
    Close,
    Done,
    Discard,
    Ack,
    Nack,
    Extend,
    Commit,
    Pause,
    Resume,
    Acquire,
    Release,
    Crash,
    Restart,
}

#[derive(Debug, Clone)]
pub(crate) struct Arm {
    pub(crate) store: Name,
    pub(crate) sends: bool,
    pub(crate) body: Block,
}

#[derive(Debug, Clone)]
pub(crate) enum PrintPiece {
    Literal(String),
    Value(Expression),
}
