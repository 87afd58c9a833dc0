//! The lowered scenario: what the front end hands to the engine. Declarations by index, bodies as flat instructions, expressions as
//! nodes of one arena. Nothing here runs; nothing here knows the text but through [`Span`]s.
//!
//! Units of values. Every expression yields an `f64` in the canonical unit of its [`Unit`]: durations in nanoseconds, sizes in bytes,
//! rates per second, shares and counts as plain numbers, truth as 0 or 1. The lowering inserts [`Expr::Scaled`] where nanoseconds
//! meet seconds, so that `1/rate` is a duration and `rate * 10s` a number, without rounding for the usual figures.

/// Where something stands in the text. Lines and columns count from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
}

/// The dimension of a quantity: powers of time and of bytes. A rate is time -1, a bandwidth bytes 1 and time -1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unit {
    /// Power of time.
    pub time: i8,
    /// Power of bytes.
    pub bytes: i8,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
        impl $name {
            /// The index into the list it numbers.
            #[inline]
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An expression: index into [`Scenario::expressions`].
    ExprId
    /// A knob: index into [`Scenario::knobs`].
    KnobId
    /// A shared variable: index into [`Scenario::shared`].
    SharedId
    /// A channel: index into [`Scenario::channels`].
    ChannelId
    /// A topic: index into [`Scenario::topics`].
    TopicId
    /// A consumer group: index into [`Scenario::groups`].
    GroupId
    /// A leased queue: index into [`Scenario::queues`].
    QueueId
    /// A pool of permits: index into [`Scenario::resources`].
    ResourceId
    /// A processor: index into [`Scenario::cpus`].
    CpuId
    /// A memory: index into [`Scenario::memories`].
    MemoryId
    /// A process, task or `at` block: index into [`Scenario::processes`].
    ProcessId
    /// A body: index into [`Scenario::bodies`].
    BodyId
    /// A text with places to fill in: index into [`Scenario::texts`].
    TextId
    /// The arms of one `select`: index into [`Scenario::selects`].
    SelectId
    /// What one `await` looks at: index into [`Scenario::watches`].
    WatchId
}

/// An instruction's address: index into [`Scenario::code`].
pub type Pc = u32;
/// A place among an activity's local values (`let`s, loop counters).
pub type Slot = u16;

/// A whole text, checked and lowered. All lists are in the order of the text.
#[derive(Debug, Clone, Default)]
pub struct Scenario {
    /// `scenario "…"`; empty if not said.
    pub title: String,
    /// `about "…"`; Markdown.
    pub about: String,
    /// `run D`, in nanoseconds.
    pub run_ns: Option<u64>,
    /// `speed D/s`: virtual nanoseconds per second of the viewer's.
    pub speed_ns_per_s: Option<f64>,
    /// `seed N`.
    pub seed: Option<u64>,
    /// Sliders.
    pub knobs: Vec<Knob>,
    /// `shared` variables.
    pub shared: Vec<Shared>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Logs.
    pub topics: Vec<Topic>,
    /// Consumer groups.
    pub groups: Vec<Group>,
    /// Leased queues.
    pub queues: Vec<Queue>,
    /// Pools of permits.
    pub resources: Vec<Resource>,
    /// Processors.
    pub cpus: Vec<Cpu>,
    /// Memories.
    pub memories: Vec<Memory>,
    /// Processes, tasks and `at` blocks.
    pub processes: Vec<Process>,
    /// Bodies: one per process, task and `at` block, one per `every` and inline `spawn`.
    pub bodies: Vec<Body>,
    /// Claims about the finished run.
    pub expects: Vec<Expect>,
    /// All instructions, body after body.
    pub code: Vec<Instruction>,
    /// Where each instruction stands in the text; as long as `code`.
    pub spans: Vec<Span>,
    /// All expression nodes. A node's parts have smaller indices than the node.
    pub expressions: Vec<Expr>,
    /// Where each node stands in the text; as long as `expressions`.
    pub expression_spans: Vec<Span>,
    /// Texts of `print` and `fail`.
    pub texts: Vec<Vec<Piece>>,
    /// Key literals of `produce key "…"`, without their quotes.
    pub key_literals: Vec<String>,
    /// Tables of `select`.
    pub selects: Vec<Select>,
    /// What each `await` depends on.
    pub watches: Vec<Vec<Watch>>,
    /// How many `every` statements there are; each has a stream of ticks of its own.
    pub every_count: u32,
}

impl Scenario {
    /// How many counters a run needs to tell how often something passed each instruction and each arm of each `select`.
    #[must_use]
    pub fn counters(&self) -> usize {
        self.code.len()
            + self
                .selects
                .iter()
                .map(|select| select.arms.len())
                .sum::<usize>()
    }

    /// Whether there can be items at all: a text may be about locks and variables only.
    #[must_use]
    pub fn makes_items(&self) -> bool {
        use Instruction as Do;
        let sends = |select: SelectId| {
            self.selects[select.index()]
                .arms
                .iter()
                .any(|arm| arm.sends)
        };
        self.bodies.iter().any(|body| body.starts_with_item)
            || self.code.iter().any(|instruction| match instruction {
                Do::Produce { .. } | Do::Send { .. } | Do::Offer { .. } | Do::Call { .. } => true,
                Do::Done | Do::Discard | Do::Fail { .. } => true,
                Do::Spawn { with_item, .. } => *with_item,
                Do::Select { select } => sends(*select),
                _ => false,
            })
    }

    /// The counter of an arm; that of an instruction is its address.
    #[must_use]
    pub fn arm_counter(&self, select: SelectId, arm: u32) -> u32 {
        self.selects[select.index()].first_counter + arm
    }
}

/// A slider.
#[derive(Debug, Clone, PartialEq)]
pub struct Knob {
    /// Its name in the text.
    pub name: String,
    /// What the slider is called; the name if the text says nothing.
    pub label: String,
    /// The value it starts with, canonical.
    pub value: f64,
    /// Lowest value.
    pub from: f64,
    /// Highest value.
    pub to: f64,
    /// The distance between values that the slider offers.
    pub step: Option<f64>,
    /// Whether the slider is logarithmic.
    pub log: bool,
    /// Its dimension.
    pub unit: Unit,
    /// Whether value, bounds and step are whole plain numbers, so that the slider offers whole numbers.
    pub whole: bool,
    /// Whether the text wrote it as a share (`80%`).
    pub percent: bool,
    /// How many seconds long the time is that the text gave the rate for: 60 for `50/m`. 1 for all that is no rate.
    pub per_s: f64,
    /// Where it is declared.
    pub span: Span,
}

/// A variable that every activity sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// Its name.
    pub name: String,
    /// Its first value; may use knobs, evaluated when the run begins.
    pub value: ExprId,
    /// Its dimension.
    pub unit: Unit,
    /// `per key`: a table. One for each key, which has the first value until another is written.
    pub per_key: bool,
    /// Where it is declared.
    pub span: Span,
}

/// How much a channel holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Capacity {
    /// At most that many items; 0 is a rendezvous.
    Items(ExprId),
    /// At most that many bytes.
    Bytes(ExprId),
    /// That many bytes in slots of one page, as in a Unix pipe.
    Pages {
        /// Bytes of all slots together.
        size: ExprId,
        /// Bytes of one slot.
        page: ExprId,
    },
    /// No limit.
    Unbounded,
    /// A mark, not a wall.
    HighWater {
        /// The mark.
        high: ExprId,
        /// `full` ends at this level; 0 if not said.
        low: Option<ExprId>,
        /// Whether the mark counts bytes (else items).
        bytes: bool,
    },
}

/// What a send meets that finds no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// Wait, first come first served.
    Block,
    /// The send fails.
    Reject,
    /// The item sent is dropped.
    DropNewest,
    /// The oldest items make room.
    DropOldest,
}

/// A channel as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// How much it holds.
    pub capacity: Capacity,
    /// What a send meets that finds no room.
    pub overflow: Overflow,
    /// `barging`: a freed place belongs to nobody.
    pub barging: bool,
    /// False for `no_handoff`.
    pub handoff: bool,
    /// `frees done`: an item keeps its room until it leaves its receiver's hand.
    pub frees_done: bool,
    /// One-way latency, in nanoseconds.
    pub delay: Option<ExprId>,
    /// The memory its items count against.
    pub memory: Option<MemoryId>,
    /// Where it is declared.
    pub span: Span,
}

/// How long a topic keeps records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Retention {
    /// By age, in nanoseconds.
    Age(ExprId),
    /// By size, in bytes.
    Size(ExprId),
}

/// How a key picks a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partitioner {
    /// As the Java client does it.
    Murmur2,
    /// As librdkafka does it.
    Crc32,
}

/// A log as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// How many partitions.
    pub partitions: ExprId,
    /// What is older is deleted.
    pub retention: Option<Retention>,
    /// How a key picks a partition.
    pub partitioner: Partitioner,
    /// The memory its records count against.
    pub memory: Option<MemoryId>,
    /// Where it is declared.
    pub span: Span,
}

/// How partitions are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignor {
    /// Runs of neighbouring partitions.
    Range,
    /// Dealt in turn.
    RoundRobin,
    /// Fewest moves, eager.
    Sticky,
    /// Fewest moves, only what must move is revoked.
    Cooperative,
}

/// A consumer group as declared. Durations in nanoseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// The log it reads.
    pub topic: TopicId,
    /// How partitions are shared out.
    pub assignor: Assignor,
    /// Longest gap between polls; 5 minutes if not said.
    pub max_poll_interval: Option<ExprId>,
    /// How long a crashed member is thought alive; 45 s if not said.
    pub session_timeout: Option<ExprId>,
    /// `commit auto D`; manual if `None`.
    pub auto_commit: Option<ExprId>,
    /// `from latest`.
    pub from_latest: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A leased queue as declared. Durations in nanoseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// How long a lease lasts.
    pub visibility: ExprId,
    /// How many deliveries before the dead letters.
    pub max_receives: Option<ExprId>,
    /// Where dead letters go.
    pub dead_letter: Option<Store>,
    /// Delay before a message is first visible.
    pub delay: Option<ExprId>,
    /// Order per key.
    pub fifo: bool,
    /// The memory its messages count against.
    pub memory: Option<MemoryId>,
    /// Where it is declared.
    pub span: Span,
}

/// A pool of permits as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its name.
    pub name: String,
    /// How many permits there are at first.
    pub permits: ExprId,
    /// `limit_waiting N`: an acquire that finds N waiting fails; `when_full refuse` is N = 0.
    pub limit_waiting: Option<ExprId>,
    /// `per key`: a pool for each key, made when it is first asked for.
    pub per_key: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A processor as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Cpu {
    /// Its name.
    pub name: String,
    /// How many cores.
    pub cores: ExprId,
    /// The quantum, in nanoseconds; to completion if `None`.
    pub slice: Option<ExprId>,
    /// Where it is declared.
    pub span: Span,
}

/// A memory as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// Its name.
    pub name: String,
    /// Bytes that may be in it.
    pub limit: ExprId,
    /// After an OOM its processes begin again after that time, in nanoseconds.
    pub restart: Option<ExprId>,
    /// Where it is declared.
    pub span: Span,
}

/// What kind of crew a [`Process`] is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProcessKind {
    /// `process`: its activities start at time 0.
    Process,
    /// `task`: activities start by `spawn`.
    Task,
    /// `at D { … }`: one activity that starts at that time (nanoseconds; may use knobs, evaluated when the run begins).
    At(ExprId),
}

/// `x 5 to 1000 growing 300 per 1m while cond`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Autoscale {
    /// At most that many activities.
    pub to: ExprId,
    /// How many are added …
    pub growing: ExprId,
    /// … in that time, in nanoseconds.
    pub per: ExprId,
    /// While this holds.
    pub condition: ExprId,
}

/// A process, a task or an `at` block: what activities of one kind have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    /// Its name; `at 10s` for an `at` block.
    pub name: String,
    /// Process, task or `at` block.
    pub kind: ProcessKind,
    /// How many activities; 1 if not said. Unused for tasks.
    pub count: Option<ExprId>,
    /// `as i`: the first local value of its main body is the activity's number, from 0.
    pub numbered: bool,
    /// Autoscaling.
    pub autoscale: Option<Autoscale>,
    /// What its activities run.
    pub body: BodyId,
    /// `in MEMORY`.
    pub memory: Option<MemoryId>,
    /// `holds SIZE`, bytes per activity.
    pub holds: Option<ExprId>,
    /// `stream NAME`: draws derive from this name instead of the process's.
    pub stream: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// What starts the activities of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// The body of a process, task or `at` block.
    Main,
    /// The body of an `every`.
    Every,
    /// The block of an inline `spawn { }`.
    Spawn,
}

/// A run of instructions that an activity executes, ended by [`Instruction::End`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body {
    /// Whose body it is. Inline bodies belong to the process or task around them.
    pub process: ProcessId,
    /// What starts it.
    pub kind: BodyKind,
    /// First instruction.
    pub entry: Pc,
    /// How many local values it has.
    pub locals: u16,
    /// How many local values (the first ones) a child gets as copies from the activity that starts it; 0 for [`BodyKind::Main`].
    pub copies: u16,
    /// Known statically: needs an item before it receives one, so has one from its start. Only where `every` or `spawn` without an
    /// item starts the activity; a task's flag is used only when it was spawned without an item.
    pub starts_with_item: bool,
}

/// A claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Expect {
    /// As it stands in the text, after the word `expect`.
    pub text: String,
    /// True or false at the end of the run; may contain [`Expr::Measure`].
    pub expr: ExprId,
    /// Where it stands.
    pub span: Span,
}

/// A store that a `send` may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// A channel.
    Channel(ChannelId),
    /// A log.
    Topic(TopicId),
    /// A leased queue.
    Queue(QueueId),
}

/// Anything that `len(x)` may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// Items in a channel.
    Channel(ChannelId),
    /// Records kept by a log.
    Topic(TopicId),
    /// Visible messages of a queue.
    Queue(QueueId),
    /// Who waits for permits.
    Resource(ResourceId),
    /// Who waits for a core.
    Cpu(CpuId),
}

/// What an `await` looks at, so that it is looked at again when one of them changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// A channel, topic, queue, resource or cpu.
    Thing(Thing),
    /// A group's lag.
    Group(GroupId),
    /// A memory's use.
    Memory(MemoryId),
    /// A shared variable, or any entry of a table.
    Shared(SharedId),
    /// The activity's own live children.
    Pending,
}

/// A unary operator or function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `-x`
    Negate,
    /// `not x`
    Not,
    /// `floor(x)`; of a quantity with a unit in its canonical unit is an error of the checker.
    Floor,
    /// `ceil(x)`
    Ceil,
}

/// A binary operator or function. `and` and `or` evaluate their right side only if needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the operators of the language, under their usual names"
)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Minimum,
    Maximum,
}

/// A random quantity. Parameters are expressions in canonical units.
#[derive(Debug, Clone, PartialEq)]
#[allow(
    missing_docs,
    reason = "parameters under their names in www/docs/language.md#random-quantities"
)]
pub enum Draw {
    Exponential {
        mean: ExprId,
    },
    Uniform {
        low: ExprId,
        high: ExprId,
    },
    Normal {
        mean: ExprId,
        deviation: ExprId,
    },
    Lognormal {
        mean: ExprId,
        variation: ExprId,
    },
    Gamma {
        mean: ExprId,
        variation: ExprId,
    },
    Erlang {
        stages: ExprId,
        mean: ExprId,
    },
    Pareto {
        mean: ExprId,
        alpha: ExprId,
    },
    Weibull {
        scale: ExprId,
        shape: ExprId,
    },
    /// Values with their weights.
    Choice {
        choices: Vec<(ExprId, ExprId)>,
    },
    Zipf {
        n: ExprId,
        s: ExprId,
    },
    Random,
}

/// What the state of the run says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observation {
    /// Items in a store, or who waits for a resource or cpu.
    Len(Thing),
    /// Entries of a table that differ from its first value.
    Entries(SharedId),
    /// Bytes in a channel, topic or queue.
    Bytes(Thing),
    /// Whether a channel is full.
    Full(ChannelId),
    /// Free permits of a resource.
    Free(ResourceId),
    /// Free permits of a key of a resource.
    FreeAt(ResourceId, ExprId),
    /// Who waits for permits of a key of a resource.
    WaitingAt(ResourceId, ExprId),
    /// Free cores of a cpu.
    FreeCores(CpuId),
    /// A group's lag, in records.
    Lag(GroupId),
    /// Bytes in a memory.
    Used(MemoryId),
    /// The activity's own live children.
    Pending,
    /// How often the item in hand was delivered.
    Attempt,
    /// Age of the item in hand, in nanoseconds.
    Age,
    /// The number that is the key of the item in hand; 0 if it has none or a literal.
    Key,
    /// Bytes of the item in hand; 0 if nothing is in hand.
    Size,
    /// The time, in nanoseconds.
    Now,
}

impl Observation {
    /// The key of what is observed, if there is one for each.
    #[must_use]
    pub fn key(self) -> Option<ExprId> {
        match self {
            Observation::FreeAt(_, key) | Observation::WaitingAt(_, key) => Some(key),
            _ => None,
        }
    }

    /// What must change for it to change while an activity waits. What is in hand stays as it is, and nothing would say when to look at
    /// the time again.
    #[must_use]
    pub fn watched(self) -> Option<Watch> {
        Some(match self {
            Observation::Entries(table) => Watch::Shared(table),
            Observation::Len(thing) | Observation::Bytes(thing) => Watch::Thing(thing),
            Observation::Full(channel) => Watch::Thing(Thing::Channel(channel)),
            Observation::Free(resource)
            | Observation::FreeAt(resource, _)
            | Observation::WaitingAt(resource, _) => Watch::Thing(Thing::Resource(resource)),
            Observation::FreeCores(cpu) => Watch::Thing(Thing::Cpu(cpu)),
            Observation::Lag(group) => Watch::Group(group),
            Observation::Used(memory) => Watch::Memory(memory),
            Observation::Pending => Watch::Pending,
            Observation::Attempt
            | Observation::Age
            | Observation::Key
            | Observation::Size
            | Observation::Now => return None,
        })
    }

    /// The same whatever its key.
    #[must_use]
    pub fn of_any_key(self) -> Self {
        match self {
            Observation::FreeAt(resource, _) => Observation::FreeAt(resource, ExprId(0)),
            Observation::WaitingAt(resource, _) => Observation::WaitingAt(resource, ExprId(0)),
            other => other,
        }
    }
}

/// A measure of the finished run, for `expect`: of all of it, or of one thing. Times in nanoseconds, rates per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of www/docs/language.md#claims")]
pub enum Measure {
    Produced,
    Done,
    Dropped,
    Failed,
    Lost,
    InFlight,
    Redelivered,
    Throughput,
    Goodput,
    Mean,
    P50,
    P90,
    P99,
    P999,
    Max,
    Channel(ChannelMeasure, ChannelId),
    Resource(ResourceMeasure, ResourceId),
    Cpu(CpuMeasure, CpuId),
    Memory(MemoryMeasure, MemoryId),
    Process(ProcessMeasure, ProcessId),
    Group(GroupMeasure, GroupId),
    Queue(QueueMeasure, QueueId),
}

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident { $($measure:ident)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the keys of www/docs/language.md#the-report")]
        pub enum $name { $($measure),* }
    )*};
}

measures! {
    /// What is measured of a channel. `MaxBytes` in bytes, `MeanDepth` over time, `FullShare` of time.
    ChannelMeasure { MaxDepth MeanDepth MaxBytes Rejected Dropped FullShare SendWaits MaxWaitingSenders }
    /// What is measured of a pool of permits.
    ResourceMeasure { MaxInUse MaxWaiting Refused Utilisation }
    /// What is measured of a processor.
    CpuMeasure { MaxInUse MaxWaiting Utilisation }
    /// What is measured of a memory. `Peak` in bytes.
    MemoryMeasure { Peak Ooms }
    /// What is measured of a process or task.
    ProcessMeasure { MaxActivities Failures Killed }
    /// What is measured of a consumer group.
    GroupMeasure { MaxLag Rebalances Redelivered }
    /// What is measured of a leased queue.
    QueueMeasure { DeadLettered Redelivered MaxVisible }
}

/// A node of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A constant.
    Number(f64),
    /// A knob's value now.
    Knob(KnobId),
    /// A shared variable's value now.
    Shared(SharedId),
    /// The value of a table's entry now: of the one with that key.
    Entry(SharedId, ExprId),
    /// A local value.
    Local(Slot),
    /// `op a`
    Unary(Unary, ExprId),
    /// `a op b`
    Binary(Binary, ExprId, ExprId),
    /// The value times 10^9 to this power (a negative power divides).
    Scaled(ExprId, i8),
    /// A random quantity, drawn anew at every evaluation.
    Draw(Draw),
    /// What the state says.
    Observe(Observation),
    /// A measure; only in `expect`.
    Measure(Measure),
}

impl Expr {
    /// The expressions that this one is made of, in order.
    pub fn for_each_part(&self, mut each: impl FnMut(ExprId)) {
        match *self {
            Expr::Number(_)
            | Expr::Knob(_)
            | Expr::Shared(_)
            | Expr::Local(_)
            | Expr::Measure(_)
            | Expr::Draw(Draw::Random) => {}
            Expr::Entry(_, a) | Expr::Unary(_, a) | Expr::Scaled(a, _) => each(a),
            Expr::Observe(observation) => observation.key().into_iter().for_each(each),
            Expr::Binary(_, a, b) => [a, b].into_iter().for_each(each),
            Expr::Draw(Draw::Exponential { mean }) => each(mean),
            Expr::Draw(Draw::Choice { ref choices }) => {
                for &(value, weight) in choices {
                    each(value);
                    each(weight);
                }
            }
            Expr::Draw(
                Draw::Uniform { low: a, high: b }
                | Draw::Normal {
                    mean: a,
                    deviation: b,
                }
                | Draw::Lognormal {
                    mean: a,
                    variation: b,
                }
                | Draw::Gamma {
                    mean: a,
                    variation: b,
                }
                | Draw::Erlang { stages: a, mean: b }
                | Draw::Pareto { mean: a, alpha: b }
                | Draw::Weibull { scale: a, shape: b }
                | Draw::Zipf { n: a, s: b },
            ) => [a, b].into_iter().for_each(each),
        }
    }
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// As it stands.
    Literal(String),
    /// A value, shown with its natural unit.
    Value {
        /// What is shown.
        expr: ExprId,
        /// Its dimension.
        unit: Unit,
    },
}

/// How an item's key is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyExpr {
    /// A number; its key is its decimal text.
    Number(ExprId),
    /// A literal: index into [`Scenario::key_literals`].
    Literal(u32),
}

/// One arm of a `select`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arm {
    /// The channel or queue.
    pub store: Store,
    /// Whether the arm sends (else receives).
    pub sends: bool,
    /// Where it goes on when this arm was chosen.
    pub target: Pc,
}

/// `select { … }`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Select {
    /// Its arms.
    pub arms: Vec<Arm>,
    /// The counter of its first arm; those of the others follow.
    pub first_counter: u32,
    /// `after D { }`: the deadline and where it goes on.
    pub after: Option<(ExprId, Pc)>,
    /// `else { }`: where it goes on if none is ready at once.
    pub otherwise: Option<Pc>,
}

/// `backoff D [times F] [up to D] [jitter]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait, in nanoseconds.
    pub first: ExprId,
    /// What each further wait is multiplied by; 1 if not said.
    pub times: Option<ExprId>,
    /// No wait is longer than this.
    pub up_to: Option<ExprId>,
    /// Drawn evenly from 0 to the wait.
    pub jitter: bool,
}

/// One step of a body. Where an instruction has `otherwise: None`, what cannot be done fails the activity to its nearest `try` or
/// `retry`. Every instruction that succeeds goes on with the next, if nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "operands under the words of the language; their meaning is the instruction's"
)]
pub enum Instruction {
    /// Goes on at `0`.
    Jump(Pc),
    /// Goes on with the next instruction if the condition holds, else at `otherwise`.
    Branch { condition: ExprId, otherwise: Pc },
    /// A local gets a value.
    SetLocal { slot: Slot, value: ExprId },
    /// A shared variable gets a value.
    SetShared { shared: SharedId, value: ExprId },
    /// A table's entry gets a value.
    SetEntry {
        table: SharedId,
        key: ExprId,
        value: ExprId,
    },
    /// A knob gets a value, clamped to its range.
    SetKnob { knob: KnobId, value: ExprId },
    /// `repeat`: the counter becomes 0 and the limit the count; at `end` if that is not above 0.
    Repeat {
        counter: Slot,
        limit: Slot,
        count: ExprId,
        end: Pc,
    },
    /// The counter grows by 1; at `body` while it is below the limit.
    RepeatNext {
        counter: Slot,
        limit: Slot,
        body: Pc,
    },
    /// Leaves so many scopes (`with`, `within`, `retry`, `try`, `for each`), innermost first: permits return, batches come together.
    Leave { scopes: u16 },
    /// Ends the activity.
    Stop,
    /// The end of a body.
    End,
    /// Ticks for ever; each tick starts `body`. `ticks` numbers the statement.
    Every {
        interval: ExprId,
        body: BodyId,
        ticks: u32,
    },
    /// Waits.
    Sleep { time: ExprId },
    /// Needs a core for so long.
    Work { cpu: CpuId, time: ExprId },
    /// Makes an item.
    Produce {
        size: Option<ExprId>,
        key: Option<KeyExpr>,
    },
    /// Gives the item in hand away.
    Send {
        store: Store,
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    },
    /// A send that never waits.
    Offer { store: Store, otherwise: Option<Pc> },
    /// Request and reply.
    Call {
        channel: ChannelId,
        size: Option<ExprId>,
        key: Option<KeyExpr>,
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    },
    /// Takes items from a channel, or leases them from a queue.
    Receive {
        store: Store,
        up_to: Option<ExprId>,
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    },
    /// The consumer's poll.
    Poll {
        group: GroupId,
        up_to: Option<ExprId>,
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    },
    /// Waits for the first of several.
    Select { select: SelectId },
    /// Closes a channel.
    Close { channel: ChannelId },
    /// Enters `for each` (a scope) with the first item of the batch, or goes on at `end` if nothing is in hand.
    ForEach { end: Pc },
    /// The next item, at `body`; after the last the scope ends, the batch is in hand again, and the next instruction follows.
    ForEachNext { body: Pc },
    /// What is in hand is finished.
    Done,
    /// What is in hand is dropped on purpose.
    Discard,
    /// Deletes the leased items in hand.
    Ack,
    /// Makes the leased items in hand visible again.
    Nack { after: Option<ExprId> },
    /// The leases in hand count from now again, for so long.
    Extend { time: ExprId },
    /// Commits the positions polled so far.
    Commit,
    /// Pauses a group's delivery to this member.
    Pause { group: GroupId },
    /// Resumes it.
    Resume { group: GroupId },
    /// Acquires one permit and enters a scope that returns it.
    With {
        resource: ResourceId,
        key: Option<ExprId>,
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    },
    /// Acquires permits that belong to nobody.
    Acquire {
        resource: ResourceId,
        key: Option<ExprId>,
        amount: Option<ExprId>,
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    },
    /// Releases permits.
    Release {
        resource: ResourceId,
        key: Option<ExprId>,
        amount: Option<ExprId>,
    },
    /// Starts a child.
    Spawn { body: BodyId, with_item: bool },
    /// Waits until the condition holds.
    Await { condition: ExprId, watch: WatchId },
    /// Waits until no child is live.
    AwaitAll,
    /// Enters a scope with a deadline.
    Within {
        limit: ExprId,
        otherwise: Option<Pc>,
    },
    /// Enters a scope that catches failures.
    Try { otherwise: Pc },
    /// Enters a scope that runs again after a failure, at most `count` times more, from the next instruction.
    Retry {
        count: ExprId,
        backoff: Option<Backoff>,
        otherwise: Option<Pc>,
    },
    /// Fails, or with a probability.
    Fail {
        why: Option<TextId>,
        share: Option<ExprId>,
    },
    /// A line in the log of the run.
    Print { text: TextId },
    /// Kills the activities of a process, for good or for a time.
    Crash {
        process: ProcessId,
        duration: Option<ExprId>,
    },
    /// Starts the activities of a crashed process again.
    Restart { process: ProcessId },
}
