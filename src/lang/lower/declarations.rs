//! Declarations: constants are worked out, names looked up, bodies begun.

use super::{Bound, Frame, Lowering};
use crate::lang::ast::{
    self, Block, Declaration, DeclarationKind, Expression, ExpressionKind, Name,
};
use crate::lang::check::Place;
use crate::lang::diagnostics::join;
use crate::lang::items::starts_with_item;
use crate::lang::names::Symbol;
use crate::lang::scenario::{
    Autoscale, Body, BodyId, BodyKind, Capacity, Channel, Cpu, Expect, Expr, ExprId, Group, Knob,
    Memory, MemoryId, Overflow, Partitioner, Process, ProcessId, ProcessKind, Queue, Resource,
    Retention, Shared, Span, Topic, TopicId, Unit,
};
use crate::lang::units::{self, DURATION, NUMBER, SIZE};

const DECLARATION: Place = Place::DECLARATION;
/// How `pages` is written.
const PAGES: &str = "a pipe is `capacity 64KiB pages 4KiB`";

impl Lowering<'_> {
    pub(super) fn declaration(&mut self, declaration: &Declaration) {
        let head = declaration.head;
        match &declaration.kind {
            DeclarationKind::Title(text) => {
                if !self.given_before("scenario", head) {
                    self.scenario.title.clone_from(text);
                }
            }
            DeclarationKind::About(text) => {
                if !self.given_before("about", head) {
                    self.scenario.about.clone_from(text);
                }
            }
            DeclarationKind::Run(value) => self.setting("run", value, head),
            DeclarationKind::Speed(value) => self.setting("speed", value, head),
            DeclarationKind::Seed(value) => self.setting("seed", value, head),
            // Lowered before the others.
            DeclarationKind::Knob(_) | DeclarationKind::Shared { .. } => {}
            DeclarationKind::Channel(channel) => self.channel(channel, head),
            DeclarationKind::Topic(topic) => self.topic(topic, head),
            DeclarationKind::Group(group) => self.group(group, head),
            DeclarationKind::Queue(queue) => self.queue(queue, head),
            DeclarationKind::Resource(resource) => self.resource(resource, head),
            DeclarationKind::Cpu(cpu) => self.cpu(cpu, head),
            DeclarationKind::Memory(memory) => self.memory(memory, head),
            DeclarationKind::Process(process) => self.process(process, head),
            DeclarationKind::At { time, body } => self.at_block(time, body, head),
            DeclarationKind::Expect { claim, text } => self.expect(claim, text, head),
        }
    }

    /// Reports a setting that was given before.
    fn given_before(&mut self, word: &'static str, head: Span) -> bool {
        let again = self.given.contains(&word);
        if again {
            self.problems
                .report(head, format!("`{word}` is given twice"), None);
        } else {
            self.given.push(word);
        }
        again
    }

    fn setting(&mut self, word: &'static str, value: &Expression, head: Span) {
        if self.given_before(word, head) {
            return;
        }
        let (unit, bound) = match word {
            "run" => (DURATION, Bound::Positive),
            "speed" => (NUMBER, Bound::Positive),
            _ => (NUMBER, Bound::Count),
        };
        let what = format!("`{word}`");
        let Some((number, given)) = self.constant(value, &what, bound) else {
            return;
        };
        if given != unit {
            let (needed, help) = match word {
                "speed" => (
                    "a duration per second".to_owned(),
                    Some("virtual time per second of the viewer's: `speed 5ms/s`"),
                ),
                _ => (units::describe(unit), units::mend(unit, given)),
            };
            let message = format!("{what} takes {needed}, not {}", units::describe(given));
            self.problems
                .report(value.span, message, help.map(str::to_owned));
            return;
        }
        match word {
            "run" => self.scenario.run_ns = Some(number.round() as u64),
            "speed" => self.scenario.speed_ns_per_s = Some(number * units::SECOND),
            _ => self.scenario.seed = Some(number as u64),
        }
    }

    /// A value that is known now. What is not is reported.
    fn constant(
        &mut self,
        expression: &Expression,
        what: &str,
        bound: Bound,
    ) -> Option<(f64, Unit)> {
        let typed = self.checker(Place::CONSTANT).check(expression);
        self.bounded(&typed, what, bound);
        typed.constant().zip(typed.unit)
    }

    pub(super) fn knob(&mut self, knob: &ast::Knob, head: Span) {
        let name = &knob.name.text;
        let value = self.constant(&knob.value, "a knob", Bound::Any);
        let unit = value.map(|(_, unit)| unit);
        let from = knob
            .from
            .as_ref()
            .and_then(|from| self.bound_of(from, unit, "`from`"));
        let to = knob
            .to
            .as_ref()
            .and_then(|to| self.bound_of(to, unit, "`to`"));
        let step = knob
            .step
            .as_ref()
            .and_then(|step| self.bound_of(step, unit, "`step`"));
        let value = value.map_or(0.0, |(value, _)| value);
        if let (Some(from), Some(to), Some(unit)) = (from, to, unit) {
            self.range(knob, unit, value, from, to);
        }
        if let (Some(step), Some(given)) = (step.filter(|step| *step <= 0.0), &knob.step) {
            self.problems.report(
                given.span,
                format!(
                    "the step of a knob must be above zero, not {}",
                    units::format(step, unit.unwrap_or(NUMBER))
                ),
                None,
            );
        }
        let percent = matches!(
            knob.value.kind,
            ExpressionKind::Number { percent: true, .. }
        );
        let numbers = [Some(value), from, to, step];
        let whole = unit == Some(NUMBER)
            && !percent
            && numbers.iter().flatten().all(|number| number.fract() == 0.0);
        self.scenario.knobs.push(Knob {
            name: name.clone(),
            label: knob.label.clone().unwrap_or_else(|| name.clone()),
            value,
            from: from.unwrap_or(value),
            to: to.unwrap_or(value),
            step,
            log: knob.log.is_some(),
            unit: unit.unwrap_or(NUMBER),
            whole,
            percent,
            span: head,
        });
    }

    /// A bound or step of a knob, in the knob's unit.
    fn bound_of(&mut self, expression: &Expression, unit: Option<Unit>, what: &str) -> Option<f64> {
        let (value, given) = self.constant(expression, what, Bound::Any)?;
        let unit = unit?;
        if given != unit {
            let message = format!(
                "{what} is {}, and the knob is {}",
                units::describe(given),
                units::describe(unit)
            );
            self.problems.report(
                expression.span,
                message,
                units::mend(unit, given).map(str::to_owned),
            );
            return None;
        }
        Some(value)
    }

    fn range(&mut self, knob: &ast::Knob, unit: Unit, value: f64, from: f64, to: f64) {
        let shown = |value: f64| units::format(value, unit);
        if from >= to {
            let span = match (&knob.from, &knob.to) {
                (Some(from), Some(to)) => join(from.span, to.span),
                _ => knob.name.span,
            };
            self.problems.report(
                span,
                format!(
                    "a knob from {} to {} cannot be moved",
                    shown(from),
                    shown(to)
                ),
                None,
            );
        } else if !(from..=to).contains(&value) {
            let message = format!(
                "the value {} is not between {} and {}",
                shown(value),
                shown(from),
                shown(to)
            );
            self.problems.report(knob.value.span, message, None);
        }
        if let (Some(log), true) = (knob.log, from <= 0.0) {
            self.problems.report(
                log,
                "a logarithmic slider begins above zero",
                Some("raise `from`, or leave out `log`".into()),
            );
        }
    }

    pub(super) fn shared(&mut self, name: &Name, value: &Expression) {
        let mut checker = self.checker(DECLARATION);
        let typed = checker.check(value);
        let value = checker.node(typed);
        self.shared_units.push(typed.unit);
        self.scenario.shared.push(Shared {
            name: name.text.clone(),
            value,
            unit: typed.unit.unwrap_or(NUMBER),
        });
    }

    // Stores.

    fn channel(&mut self, channel: &ast::Channel, head: Span) {
        let capacity = self.capacity(channel);
        let delay = self.optional(
            channel.delay.as_ref(),
            DURATION,
            DECLARATION,
            "`delay`",
            Bound::NotNegative,
        );
        let memory = self.memory_of(channel.memory.as_ref());
        self.scenario.channels.push(Channel {
            name: channel.name.text.clone(),
            capacity,
            overflow: channel.overflow.unwrap_or(Overflow::Block),
            barging: channel.barging,
            handoff: !channel.no_handoff,
            frees_done: channel.frees_done,
            delay,
            memory,
            span: head,
        });
    }

    fn capacity(&mut self, channel: &ast::Channel) -> Capacity {
        if let Some(capacity) = &channel.capacity {
            return match self.either(
                capacity,
                [NUMBER, SIZE],
                DECLARATION,
                "`capacity`",
                Bound::Count,
            ) {
                (size, Some(SIZE)) => match &channel.pages {
                    Some(page) => self.pages(size, page),
                    None => Capacity::Bytes(size),
                },
                (items, unit) => {
                    if unit.is_some() {
                        self.no_pages(channel);
                    }
                    Capacity::Items(items)
                }
            };
        }
        if channel.unbounded.is_some() || channel.high_water.is_some() {
            self.no_pages(channel);
        }
        let Some(high) = &channel.high_water else {
            return Capacity::Unbounded;
        };
        let (high, unit) = self.either(
            high,
            [NUMBER, SIZE],
            DECLARATION,
            "`high_water`",
            Bound::Count,
        );
        let low = channel.low_water.as_ref().map(|low| match unit {
            Some(unit) => self.quantity(
                low,
                unit,
                DECLARATION,
                "`low_water` of this channel",
                Bound::NotNegative,
            ),
            None => {
                self.either(
                    low,
                    [NUMBER, SIZE],
                    DECLARATION,
                    "`low_water`",
                    Bound::Count,
                )
                .0
            }
        });
        Capacity::HighWater {
            high,
            low,
            bytes: unit == Some(SIZE),
        }
    }

    /// `pages SIZE` of a capacity in bytes: whole ones. What knobs say is only known in the run, where a broken page holds nothing.
    fn pages(&mut self, size: ExprId, page: &Expression) -> Capacity {
        let id = self.quantity(page, SIZE, DECLARATION, "`pages`", Bound::Positive);
        let constant = |id: ExprId| match self.scenario.expressions.get(id.index()) {
            Some(Expr::Number(value)) => Some(*value),
            _ => None,
        };
        if let (Some(bytes), Some(page_bytes)) = (constant(size), constant(id)) {
            if page_bytes > 0.0 && bytes % page_bytes != 0.0 {
                let capacity = units::format(bytes, SIZE);
                let message = format!("`pages` must divide the capacity of {capacity}");
                self.problems
                    .report(page.span, message, Some(PAGES.to_owned()));
            }
        }
        Capacity::Pages { size, page: id }
    }

    fn no_pages(&mut self, channel: &ast::Channel) {
        if let Some(page) = &channel.pages {
            let message = "`pages` needs a `capacity` in bytes";
            self.problems
                .report(page.span, message, Some(PAGES.to_owned()));
        }
    }

    fn memory_of(&mut self, name: Option<&Name>) -> Option<MemoryId> {
        match self.thing(name?, "a memory", &|symbol| {
            matches!(symbol, Symbol::Memory(_))
        })? {
            Symbol::Memory(id) => Some(id),
            _ => None,
        }
    }

    fn topic(&mut self, topic: &ast::Topic, head: Span) {
        let one = Expression {
            kind: ExpressionKind::Broken,
            span: topic.name.span,
            depth: 0,
        };
        let given = topic.partitions.as_ref().unwrap_or(&one);
        let partitions = self.quantity(
            given,
            NUMBER,
            DECLARATION,
            "`partitions`",
            Bound::CountFromOne,
        );
        let retention = topic.retention.as_ref().map(|kept| {
            match self.either(
                kept,
                [DURATION, SIZE],
                DECLARATION,
                "`retention`",
                Bound::NotNegative,
            ) {
                (kept, Some(SIZE)) => Retention::Size(kept),
                (kept, _) => Retention::Age(kept),
            }
        });
        let memory = self.memory_of(topic.memory.as_ref());
        let partitioner = topic.partitioner.unwrap_or(Partitioner::Murmur2);
        self.scenario.topics.push(Topic {
            name: topic.name.text.clone(),
            partitions,
            retention,
            partitioner,
            memory,
            span: head,
        });
    }

    fn group(&mut self, group: &ast::Group, head: Span) {
        let named = group.topic.as_ref().and_then(|topic| {
            self.thing(topic, "a topic", &|symbol| {
                matches!(symbol, Symbol::Topic(_))
            })
        });
        let topic = if let Some(Symbol::Topic(id)) = named {
            id
        } else {
            TopicId(0)
        };
        let mut time = |given: &Option<Expression>, what: &str| {
            self.optional(given.as_ref(), DURATION, DECLARATION, what, Bound::Positive)
        };
        let max_poll_interval = time(&group.max_poll_interval, "`max_poll_interval`");
        let session_timeout = time(&group.session_timeout, "`session_timeout`");
        let auto_commit = time(&group.auto_commit, "`commit auto`");
        self.scenario.groups.push(Group {
            name: group.name.text.clone(),
            topic,
            assignor: group
                .assignor
                .unwrap_or(crate::lang::scenario::Assignor::Range),
            max_poll_interval,
            session_timeout,
            auto_commit,
            from_latest: group.from_latest,
            span: head,
        });
    }

    fn queue(&mut self, queue: &ast::Queue, head: Span) {
        let none = Expression {
            kind: ExpressionKind::Broken,
            span: queue.name.span,
            depth: 0,
        };
        let visibility = queue.visibility.as_ref().unwrap_or(&none);
        let visibility = self.quantity(
            visibility,
            DURATION,
            DECLARATION,
            "`visibility`",
            Bound::NotNegative,
        );
        let max_receives = self.optional(
            queue.max_receives.as_ref(),
            NUMBER,
            DECLARATION,
            "`max_receives`",
            Bound::CountFromOne,
        );
        let dead_letter = queue.dead_letter.as_ref().and_then(|name| {
            if name.text == queue.name.text {
                self.problems.report(
                    name.span,
                    "a queue cannot be its own dead-letter store",
                    None,
                );
            }
            self.thing(name, "a store", &|symbol| symbol.store().is_some())?
                .store()
        });
        let delay = self.optional(
            queue.delay.as_ref(),
            DURATION,
            DECLARATION,
            "`delay`",
            Bound::NotNegative,
        );
        let memory = self.memory_of(queue.memory.as_ref());
        self.scenario.queues.push(Queue {
            name: queue.name.text.clone(),
            visibility,
            max_receives,
            dead_letter,
            delay,
            fifo: queue.fifo,
            memory,
            span: head,
        });
    }

    // Resources.

    fn resource(&mut self, resource: &ast::Resource, head: Span) {
        let none = Expression {
            kind: ExpressionKind::Broken,
            span: resource.name.span,
            depth: 0,
        };
        let permits = self.quantity(
            resource.permits.as_ref().unwrap_or(&none),
            NUMBER,
            DECLARATION,
            "`permits`",
            Bound::Count,
        );
        let refuse = Expression {
            kind: ExpressionKind::Number {
                value: 0.0,
                unit: NUMBER,
                percent: false,
            },
            span: head,
            depth: 0,
        };
        let limit = resource
            .limit_waiting
            .as_ref()
            .or(resource.refuse.then_some(&refuse));
        let limit_waiting =
            self.optional(limit, NUMBER, DECLARATION, "`limit_waiting`", Bound::Count);
        self.scenario.resources.push(Resource {
            name: resource.name.text.clone(),
            permits,
            limit_waiting,
            span: head,
        });
    }

    fn cpu(&mut self, cpu: &ast::Cpu, head: Span) {
        let none = Expression {
            kind: ExpressionKind::Broken,
            span: cpu.name.span,
            depth: 0,
        };
        let cores = self.quantity(
            cpu.cores.as_ref().unwrap_or(&none),
            NUMBER,
            DECLARATION,
            "`cores`",
            Bound::CountFromOne,
        );
        let slice = self.optional(
            cpu.slice.as_ref(),
            DURATION,
            DECLARATION,
            "`slice`",
            Bound::Positive,
        );
        self.scenario.cpus.push(Cpu {
            name: cpu.name.text.clone(),
            cores,
            slice,
            span: head,
        });
    }

    fn memory(&mut self, memory: &ast::Memory, head: Span) {
        let none = Expression {
            kind: ExpressionKind::Broken,
            span: memory.name.span,
            depth: 0,
        };
        let limit = self.quantity(
            memory.limit.as_ref().unwrap_or(&none),
            SIZE,
            DECLARATION,
            "`limit`",
            Bound::Positive,
        );
        let restart = self.optional(
            memory.restart.as_ref(),
            DURATION,
            DECLARATION,
            "`restart`",
            Bound::NotNegative,
        );
        self.scenario.memories.push(Memory {
            name: memory.name.text.clone(),
            limit,
            restart,
            span: head,
        });
    }

    // Activities.

    fn process(&mut self, process: &ast::Process, head: Span) {
        let count = self.optional(
            process.count.as_ref(),
            NUMBER,
            DECLARATION,
            "`x`",
            Bound::Count,
        );
        let autoscale = self.autoscale(process);
        let memory = self.memory_of(process.memory.as_ref());
        let holds = self.optional(
            process.holds.as_ref(),
            SIZE,
            DECLARATION,
            "`holds`",
            Bound::NotNegative,
        );
        if let (Some(holds), None) = (&process.holds, &process.memory) {
            self.problems.report(
                holds.span,
                "`holds` needs a memory to hold it in",
                Some("`in MEMORY holds 2MiB`".into()),
            );
        }
        let kind = if process.is_task {
            ProcessKind::Task
        } else {
            ProcessKind::Process
        };
        self.crew(
            Process {
                name: process.name.text.clone(),
                kind,
                count,
                autoscale,
                body: BodyId(0),
                memory,
                holds,
                stream: process.stream.as_ref().map(|name| name.text.clone()),
                span: head,
            },
            &process.body,
        );
    }

    fn autoscale(&mut self, process: &ast::Process) -> Option<Autoscale> {
        let to = self.optional(
            process.to.as_ref(),
            NUMBER,
            DECLARATION,
            "`to`",
            Bound::Count,
        );
        let growing = process.growing.as_ref().map(|(amount, period)| {
            let amount = self.quantity(amount, NUMBER, DECLARATION, "`growing`", Bound::Positive);
            (
                amount,
                self.quantity(period, DURATION, DECLARATION, "`per`", Bound::Positive),
            )
        });
        let condition = process
            .condition
            .as_ref()
            .map(|holds| self.condition(holds, Place::SCALING, "`while`"));
        let (growing, per) = growing?;
        Some(Autoscale {
            to: to?,
            growing,
            per,
            condition: condition?,
        })
    }

    fn at_block(&mut self, time: &Expression, body: &Block, head: Span) {
        let constant = match time.kind {
            ExpressionKind::Number { value, .. } => Some(units::format(value, DURATION)),
            ExpressionKind::Name(ref name) => Some(name.clone()),
            _ => None,
        };
        let name = constant.map_or_else(
            || format!("at, line {}", head.line),
            |time| format!("at {time}"),
        );
        let time = self.quantity(time, DURATION, DECLARATION, "`at`", Bound::NotNegative);
        let kind = ProcessKind::At(time);
        self.crew(
            Process {
                name,
                kind,
                count: None,
                autoscale: None,
                body: BodyId(0),
                memory: None,
                holds: None,
                stream: None,
                span: head,
            },
            body,
        );
    }

    /// Adds a process and lowers its body.
    fn crew(&mut self, process: Process, body: &Block) {
        let id = ProcessId(self.scenario.processes.len() as u32);
        let is_task = process.kind == ProcessKind::Task;
        self.scenario.processes.push(process);
        self.locals.clear();
        self.slots = 0;
        let main = self.body(id, BodyKind::Main, body, is_task && starts_with_item(body));
        if let Some(process) = self.scenario.processes.get_mut(id.index()) {
            process.body = main;
        }
    }

    /// Lowers a body into a buffer of its own. Inline bodies see the variables around them, as copies.
    pub(super) fn body(
        &mut self,
        process: ProcessId,
        kind: BodyKind,
        block: &Block,
        starts_with_item: bool,
    ) -> BodyId {
        let id = BodyId(self.scenario.bodies.len() as u32);
        let copies = self.slots;
        self.scenario.bodies.push(Body {
            process,
            kind,
            entry: 0,
            locals: copies,
            copies,
            starts_with_item,
        });
        self.buffers.push(Default::default());
        let inline = match kind {
            BodyKind::Main => None,
            BodyKind::Every => Some("every"),
            BodyKind::Spawn => Some("spawn"),
        };
        let outer = std::mem::replace(&mut self.frame, Frame::new(id, process, inline, copies));
        self.block(block);
        self.emit(crate::lang::scenario::Instruction::End, block.close);
        let frame = std::mem::replace(&mut self.frame, outer);
        if let (Some(body), Some(buffer)) = (
            self.scenario.bodies.get_mut(id.index()),
            self.buffers.get_mut(id.index()),
        ) {
            body.locals = frame.slots_max;
            *buffer = frame.buffer;
        }
        id
    }

    fn expect(&mut self, claim: &Expression, text: &str, head: Span) {
        let expr = self.condition(claim, Place::EXPECT, "`expect`");
        self.scenario.expects.push(Expect {
            text: text.to_owned(),
            expr,
            span: head,
        });
    }
}
