//! Declarations. One whose clauses are wrong is kept as far as it was read, so that its name is known.

use super::{Failed, Parsed, Parser};
use crate::lang::ast::{
    Channel, Cpu, Declaration, DeclarationKind, Expression, Group, Knob, Memory, Name, Process,
    Queue, Resource, Topic,
};
use crate::lang::diagnostics::{doubted, join, one_of, suggest, unknown};
use crate::lang::lexer::{Kind, Symbol};
use crate::lang::scenario::{Assignor, Overflow, Partitioner, Span};
use crate::lang::words;

impl<'a> Parser<'a, '_> {
    pub(super) fn declaration(&mut self) -> Parsed<Declaration> {
        let start = self.peek().span;
        let Some(word) = self.peek_word() else {
            return self.no_declaration();
        };
        let (kind, head) = match word {
            "process" | "task" => self.process(word == "task")?,
            "at" => self.at_block()?,
            _ => {
                let kind = self.simple_declaration(word)?;
                (kind, self.previous())
            }
        };
        let head = join(start, head);
        Ok(Declaration { kind, head })
    }

    fn no_declaration<T>(&mut self) -> Parsed<T> {
        if self.at_symbol(Symbol::BraceClose) {
            let hidden = self.problems.braces_lost;
            let token = self.next();
            if !hidden {
                self.problems
                    .report_syntax(token.span, "this `}` closes nothing", None);
            }
            return Err(Failed);
        }
        let found = self.found();
        self.problems.names_lost = true;
        self.fail(format!("expected a declaration, found {found}"), None)
    }

    fn simple_declaration(&mut self, word: &'a str) -> Parsed<DeclarationKind> {
        if !words::DECLARATIONS.contains(&word) {
            return self.unknown_declaration(word);
        }
        self.next();
        match word {
            "scenario" => self.text("the title").map(DeclarationKind::Title),
            "about" => self.text("a paragraph").map(DeclarationKind::About),
            "run" => self.expression().map(DeclarationKind::Run),
            "speed" => self.expression().map(DeclarationKind::Speed),
            "seed" => self.expression().map(DeclarationKind::Seed),
            "expect" => self.expect(),
            _ => self.named_declaration(word),
        }
    }

    /// The name of what cannot be read: the word after the next, or before an `=` the next itself.
    pub(super) fn lose_name(&mut self) {
        let next = self.tokens.get(self.at + 1);
        match next {
            Some(name) if name.kind == Kind::Word => self.problems.lose(name.text(self.source)),
            Some(sign) if sign.is(Symbol::Assign) => {
                self.problems.lose(self.peek().text(self.source))
            }
            _ => self.problems.names_lost = true,
        }
    }

    fn unknown_declaration<T>(&mut self, word: &str) -> Parsed<T> {
        self.lose_name();
        if words::STATEMENTS.contains(&word) {
            return self.fail(format!("`{word}` is a statement, and statements stand in a process, a task or an `at` block"), None);
        }
        let near = suggest(word, words::DECLARATIONS.iter().copied());
        let assigns = self
            .tokens
            .get(self.at + 1)
            .is_some_and(|next| next.is(Symbol::Assign));
        let help =
            assigns.then(|| format!("a variable that all see is written `shared {word} = …`"));
        self.fail(unknown("declaration", word, near), help)
    }

    /// `expect CLAIM`, with its text as it stands.
    fn expect(&mut self) -> Parsed<DeclarationKind> {
        if self.at_end() {
            let examples =
                "`expect dropped == 0`, `expect p99 < 500ms`, `expect max_depth(ch) <= 50`";
            return self.nothing_said("a claim", examples);
        }
        let first = self.peek();
        self.in_expect = true;
        let claim = self.expression();
        self.in_expect = false;
        let claim = claim?;
        let last = self.tokens[self.at.saturating_sub(1)];
        let text = self
            .source
            .get(first.start..last.end)
            .unwrap_or("")
            .to_owned();
        Ok(DeclarationKind::Expect { claim, text })
    }

    fn named_declaration(&mut self, word: &str) -> Parsed<DeclarationKind> {
        let article = match word {
            "shared" => "a shared variable".to_owned(),
            _ => format!("a {word}"),
        };
        let name = match self.name(&article) {
            Ok(name) => name,
            Err(Failed) => {
                self.problems.names_lost = true;
                return Err(Failed);
            }
        };
        Ok(match word {
            "knob" => self.knob(name),
            "shared" => self.shared(name),
            "channel" => self.channel(name),
            "topic" => self.topic(name),
            "group" => self.group(name),
            "queue" => self.queue(name),
            "resource" => self.resource(name),
            "cpu" => self.cpu(name),
            _ => self.memory(name),
        })
    }

    /// `= VALUE`
    fn initial_value(&mut self, example: &str) -> Parsed<Expression> {
        if !self.accept(Symbol::Assign) {
            let found = self.found();
            return self.fail(
                format!("expected `=` and a value, found {found}"),
                Some(example.to_owned()),
            );
        }
        Ok(self.expression_or_broken())
    }

    fn shared(&mut self, name: Name) -> DeclarationKind {
        let value = self
            .initial_value("shared balance = 100")
            .unwrap_or_else(|Failed| self.broken_head());
        DeclarationKind::Shared { name, value }
    }

    fn knob(&mut self, name: Name) -> DeclarationKind {
        let value = self.initial_value("knob rate = 100/s from 1/s to 1k/s");
        let has_value = value.is_ok();
        let value = value.unwrap_or_else(|Failed| self.broken_head());
        let mut knob = Knob {
            name,
            value,
            from: None,
            to: None,
            step: None,
            log: None,
            label: None,
        };
        if has_value {
            let clauses = self.knob_clauses(&mut knob);
            self.head_failed(clauses);
        }
        DeclarationKind::Knob(knob)
    }

    fn knob_clauses(&mut self, knob: &mut Knob) -> Parsed<()> {
        loop {
            let token = self.peek();
            if token.kind == Kind::Text {
                self.next();
                let label = self.unquoted(token).to_owned();
                self.once(&mut knob.label, label, "the label", token.span);
                continue;
            }
            let Some((word, span)) = self.clause(&["from", "to", "step", "log"])? else {
                break;
            };
            if word == "log" {
                self.once(&mut knob.log, span, word, span);
                continue;
            }
            let value = self.expression()?;
            let place = match word {
                "from" => &mut knob.from,
                "to" => &mut knob.to,
                _ => &mut knob.step,
            };
            self.once(place, value, word, span);
        }
        let help = format!("knob {} = … from … to …", knob.name.text);
        self.required(
            knob.from.is_some() && knob.to.is_some(),
            knob.name.span,
            "a knob needs its range",
            &help,
        )
    }

    /// A clause that must be there.
    fn required(&mut self, given: bool, span: Span, message: &str, example: &str) -> Parsed<()> {
        if !given {
            self.problems
                .report_syntax(span, message, Some(example.to_owned()));
        }
        Ok(())
    }

    fn channel(&mut self, name: Name) -> DeclarationKind {
        let mut channel = Channel {
            name,
            capacity: None,
            pages: None,
            unbounded: None,
            high_water: None,
            low_water: None,
            overflow: None,
            barging: false,
            no_handoff: false,
            frees_done: false,
            delay: None,
            memory: None,
        };
        let clauses = self.channel_clauses(&mut channel);
        self.head_failed(clauses);
        DeclarationKind::Channel(channel)
    }

    fn channel_clauses(&mut self, channel: &mut Channel) -> Parsed<()> {
        const ACCEPTED: &[&str] = &[
            "capacity",
            "pages",
            "unbounded",
            "high_water",
            "low_water",
            "overflow",
            "barging",
            "no_handoff",
            "frees",
            "delay",
            "in",
        ];
        let (mut overflow_span, mut frees) = (Span::default(), None);
        while let Some((word, span)) = self.clause(ACCEPTED)? {
            match word {
                "unbounded" => self.once(&mut channel.unbounded, span, word, span),
                "barging" => self.flag(&mut channel.barging, word, span),
                "no_handoff" => self.flag(&mut channel.no_handoff, word, span),
                "overflow" => {
                    let policy = self.overflow()?;
                    overflow_span = self.since(span);
                    self.once(&mut channel.overflow, policy, word, span);
                }
                "frees" => {
                    channel.frees_done = self.choice_of(&["receive", "done"])? == "done";
                    self.once(&mut frees, (), word, span);
                }
                "in" => {
                    let memory = self.name("a memory")?;
                    self.once(&mut channel.memory, memory, word, span);
                }
                _ => {
                    let value = self.expression()?;
                    let place = match word {
                        "capacity" => &mut channel.capacity,
                        "pages" => &mut channel.pages,
                        "high_water" => &mut channel.high_water,
                        "low_water" => &mut channel.low_water,
                        _ => &mut channel.delay,
                    };
                    self.once(place, value, word, span);
                }
            }
        }
        self.channel_clauses_agree(channel, overflow_span)
    }

    /// How much it holds is said once, and what depends on a limit has one.
    fn channel_clauses_agree(&mut self, channel: &Channel, overflow: Span) -> Parsed<()> {
        let said = [
            channel.capacity.is_some(),
            channel.unbounded.is_some(),
            channel.high_water.is_some(),
        ];
        let span = channel.name.span;
        match said.into_iter().filter(|given| *given).count() {
            0 => {
                let help = "`capacity 3`, `unbounded` or `high_water 16KiB`";
                self.required(
                    false,
                    span,
                    "a channel needs to say how much it holds",
                    help,
                )?;
            }
            1 => {}
            _ => {
                let message = "`capacity`, `unbounded` and `high_water` do not combine";
                self.problems
                    .report(span, message, Some("a channel has one of them".into()));
            }
        }
        if channel.overflow.is_some() && channel.capacity.is_none() && said != [false; 3] {
            let kind = if channel.unbounded.is_some() {
                "unbounded"
            } else {
                "high_water"
            };
            self.problems.report(
                overflow,
                format!("`overflow` does not combine with `{kind}`: a send is always accepted"),
                None,
            );
        }
        if let (Some(low), None) = (&channel.low_water, &channel.high_water) {
            self.problems
                .report(low.span, "`low_water` needs a `high_water`", None);
        }
        Ok(())
    }

    fn overflow(&mut self) -> Parsed<Overflow> {
        Ok(
            match self.choice_of(&["block", "reject", "drop_newest", "drop_oldest"])? {
                "reject" => Overflow::Reject,
                "drop_newest" => Overflow::DropNewest,
                "drop_oldest" => Overflow::DropOldest,
                _ => Overflow::Block,
            },
        )
    }

    /// One of a few words.
    pub(super) fn choice_of(&mut self, accepted: &[&str]) -> Parsed<&'a str> {
        let word = self.peek_word().unwrap_or("");
        if !accepted.contains(&word) {
            let message = format!("expected {}, found {}", one_of(accepted), self.found());
            return self.fail(
                doubted(message, suggest(word, accepted.iter().copied())),
                None,
            );
        }
        self.next();
        Ok(word)
    }

    fn topic(&mut self, name: Name) -> DeclarationKind {
        let mut topic = Topic {
            name,
            partitions: None,
            retention: None,
            partitioner: None,
            memory: None,
        };
        let clauses = self.topic_clauses(&mut topic);
        self.head_failed(clauses);
        DeclarationKind::Topic(topic)
    }

    fn topic_clauses(&mut self, topic: &mut Topic) -> Parsed<()> {
        while let Some((word, span)) =
            self.clause(&["partitions", "retention", "partitioner", "in"])?
        {
            match word {
                "in" => {
                    let memory = self.name("a memory")?;
                    self.once(&mut topic.memory, memory, word, span);
                }
                "partitioner" => {
                    let partitioner = match self.choice_of(&["murmur2", "crc32"])? {
                        "crc32" => Partitioner::Crc32,
                        _ => Partitioner::Murmur2,
                    };
                    self.once(&mut topic.partitioner, partitioner, word, span);
                }
                _ => {
                    let value = self.expression()?;
                    let place = if word == "partitions" {
                        &mut topic.partitions
                    } else {
                        &mut topic.retention
                    };
                    self.once(place, value, word, span);
                }
            }
        }
        let help = format!("topic {} partitions 6", topic.name.text);
        self.required(
            topic.partitions.is_some(),
            topic.name.span,
            "a topic needs its number of partitions",
            &help,
        )
    }

    fn group(&mut self, name: Name) -> DeclarationKind {
        let mut group = Group {
            name,
            topic: None,
            assignor: None,
            max_poll_interval: None,
            session_timeout: None,
            auto_commit: None,
            from_latest: false,
        };
        let clauses = self.group_clauses(&mut group);
        self.head_failed(clauses);
        DeclarationKind::Group(group)
    }

    fn group_clauses(&mut self, group: &mut Group) -> Parsed<()> {
        const ACCEPTED: &[&str] = &[
            "on",
            "assignor",
            "max_poll_interval",
            "session_timeout",
            "commit",
            "from",
        ];
        let (mut commit, mut from) = (None, None);
        while let Some((word, span)) = self.clause(ACCEPTED)? {
            match word {
                "on" => {
                    let topic = self.name("a topic")?;
                    self.once(&mut group.topic, topic, word, span);
                }
                "assignor" => {
                    let assignor = self.assignor()?;
                    self.once(&mut group.assignor, assignor, word, span);
                }
                "commit" => {
                    if self.choice_of(&["manual", "auto"])? == "auto" {
                        group.auto_commit = Some(self.expression()?);
                    }
                    self.once(&mut commit, (), word, span);
                }
                "from" => {
                    group.from_latest = self.choice_of(&["earliest", "latest"])? == "latest";
                    self.once(&mut from, (), word, span);
                }
                _ => {
                    let value = self.expression()?;
                    let place = if word == "session_timeout" {
                        &mut group.session_timeout
                    } else {
                        &mut group.max_poll_interval
                    };
                    self.once(place, value, word, span);
                }
            }
        }
        let help = format!("group {} on TOPIC", group.name.text);
        self.required(
            group.topic.is_some(),
            group.name.span,
            "a group needs the topic it reads",
            &help,
        )
    }

    fn assignor(&mut self) -> Parsed<Assignor> {
        Ok(
            match self.choice_of(&["range", "roundrobin", "sticky", "cooperative"])? {
                "roundrobin" => Assignor::RoundRobin,
                "sticky" => Assignor::Sticky,
                "cooperative" => Assignor::Cooperative,
                _ => Assignor::Range,
            },
        )
    }

    fn queue(&mut self, name: Name) -> DeclarationKind {
        let mut queue = Queue {
            name,
            visibility: None,
            max_receives: None,
            dead_letter: None,
            delay: None,
            fifo: false,
            memory: None,
        };
        let clauses = self.queue_clauses(&mut queue);
        self.head_failed(clauses);
        DeclarationKind::Queue(queue)
    }

    fn queue_clauses(&mut self, queue: &mut Queue) -> Parsed<()> {
        while let Some((word, span)) = self.clause(&[
            "visibility",
            "max_receives",
            "dead_letter",
            "delay",
            "fifo",
            "in",
        ])? {
            match word {
                "fifo" => self.flag(&mut queue.fifo, word, span),
                "in" => {
                    let memory = self.name("a memory")?;
                    self.once(&mut queue.memory, memory, word, span);
                }
                "dead_letter" => {
                    let store = self.name("a store")?;
                    self.once(&mut queue.dead_letter, store, word, span);
                }
                _ => {
                    let value = self.expression()?;
                    let place = match word {
                        "visibility" => &mut queue.visibility,
                        "max_receives" => &mut queue.max_receives,
                        _ => &mut queue.delay,
                    };
                    self.once(place, value, word, span);
                }
            }
        }
        let help = format!("queue {} visibility 30s", queue.name.text);
        self.required(
            queue.visibility.is_some(),
            queue.name.span,
            "a queue needs its visibility timeout",
            &help,
        )?;
        let example = "max_receives 3 dead_letter dlq";
        let agree = queue.max_receives.is_some() == queue.dead_letter.is_some();
        self.required(
            agree,
            queue.name.span,
            "`max_receives` and `dead_letter` need each other",
            example,
        )
    }

    fn resource(&mut self, name: Name) -> DeclarationKind {
        let mut resource = Resource {
            name,
            permits: None,
            refuse: false,
            limit_waiting: None,
        };
        let clauses = self.resource_clauses(&mut resource);
        self.head_failed(clauses);
        DeclarationKind::Resource(resource)
    }

    fn resource_clauses(&mut self, resource: &mut Resource) -> Parsed<()> {
        while let Some((word, span)) = self.clause(&["permits", "when_full", "limit_waiting"])? {
            if word == "when_full" {
                self.choice_of(&["refuse"])?;
                self.flag(&mut resource.refuse, word, span);
                continue;
            }
            let value = self.expression()?;
            let place = if word == "permits" {
                &mut resource.permits
            } else {
                &mut resource.limit_waiting
            };
            self.once(place, value, word, span);
        }
        if let (true, Some(limit)) = (resource.refuse, &resource.limit_waiting) {
            self.problems.report(
                limit.span,
                "`limit_waiting` does not combine with `when_full refuse`: nobody ever waits",
                None,
            );
        }
        let help = format!("resource {} permits 100", resource.name.text);
        self.required(
            resource.permits.is_some(),
            resource.name.span,
            "a resource needs its permits",
            &help,
        )
    }

    fn cpu(&mut self, name: Name) -> DeclarationKind {
        let mut cpu = Cpu {
            name,
            cores: None,
            slice: None,
        };
        let clauses = self.cpu_clauses(&mut cpu);
        self.head_failed(clauses);
        DeclarationKind::Cpu(cpu)
    }

    fn cpu_clauses(&mut self, cpu: &mut Cpu) -> Parsed<()> {
        while let Some((word, span)) = self.clause(&["cores", "slice"])? {
            let value = self.expression()?;
            let place = if word == "cores" {
                &mut cpu.cores
            } else {
                &mut cpu.slice
            };
            self.once(place, value, word, span);
        }
        let help = format!("cpu {} cores 4", cpu.name.text);
        self.required(
            cpu.cores.is_some(),
            cpu.name.span,
            "a cpu needs its number of cores",
            &help,
        )
    }

    fn memory(&mut self, name: Name) -> DeclarationKind {
        let mut memory = Memory {
            name,
            limit: None,
            restart: None,
        };
        let clauses = self.memory_clauses(&mut memory);
        self.head_failed(clauses);
        DeclarationKind::Memory(memory)
    }

    fn memory_clauses(&mut self, memory: &mut Memory) -> Parsed<()> {
        while let Some((word, span)) = self.clause(&["limit", "restart"])? {
            let value = self.expression()?;
            let place = if word == "limit" {
                &mut memory.limit
            } else {
                &mut memory.restart
            };
            self.once(place, value, word, span);
        }
        let help = format!("memory {} limit 512MiB", memory.name.text);
        self.required(
            memory.limit.is_some(),
            memory.name.span,
            "a memory needs its limit",
            &help,
        )
    }

    fn process(&mut self, is_task: bool) -> Parsed<(DeclarationKind, Span)> {
        let word = if is_task { "task" } else { "process" };
        self.next();
        let name = match self.name(if is_task { "a task" } else { "a process" }) {
            Ok(name) => name,
            Err(Failed) => {
                self.problems.names_lost = true;
                return Err(Failed);
            }
        };
        let mut process = Process {
            name,
            is_task,
            count: None,
            to: None,
            growing: None,
            condition: None,
            memory: None,
            holds: None,
            stream: None,
            body: Default::default(),
        };
        let clauses = self.process_clauses(&mut process);
        self.head_failed(clauses);
        let head = self.previous();
        // Without a block the name is still known.
        match self.block(word) {
            Ok(body) => process.body = body,
            Err(Failed) => self.skip_statement(),
        }
        Ok((DeclarationKind::Process(Box::new(process)), head))
    }

    fn process_clauses(&mut self, process: &mut Process) -> Parsed<()> {
        let accepted: &[&str] = if process.is_task {
            &["in", "holds", "stream"]
        } else {
            &["x", "to", "growing", "while", "in", "holds", "stream"]
        };
        while let Some((word, span)) = self.clause(accepted)? {
            match word {
                "in" => {
                    let memory = self.name("a memory")?;
                    self.once(&mut process.memory, memory, word, span);
                }
                "stream" => {
                    let stream = self.name("a stream")?;
                    self.once(&mut process.stream, stream, word, span);
                }
                "growing" => {
                    let amount = self.expression()?;
                    self.choice_of(&["per"])?;
                    let period = self.expression()?;
                    self.once(&mut process.growing, (amount, period), word, span);
                }
                _ => {
                    let value = self.expression()?;
                    let place = match word {
                        "x" => &mut process.count,
                        "to" => &mut process.to,
                        "while" => &mut process.condition,
                        _ => &mut process.holds,
                    };
                    self.once(place, value, word, span);
                }
            }
        }
        let scaled = [
            process.to.is_some(),
            process.growing.is_some(),
            process.condition.is_some(),
        ];
        let complete = scaled == [false; 3] || (scaled == [true; 3] && process.count.is_some());
        let help = "x 5 to 1000 growing 300 per 1m while len(q) > 0";
        self.required(
            complete,
            process.name.span,
            "an autoscaled process needs `x`, `to`, `growing … per` and `while`",
            help,
        )
    }

    fn at_block(&mut self) -> Parsed<(DeclarationKind, Span)> {
        self.next();
        let time = self.expression_or_broken();
        let head = self.previous();
        let body = self.block("at")?;
        Ok((DeclarationKind::At { time, body }, head))
    }
}
