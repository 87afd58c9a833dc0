//! Declarations: constants are worked out, names looked up, bodies begun.

use super::{Bound, Frame, Lowering};
use crate::lang::ast;
use crate::lang::ast::{
    Block, Clauses, Declaration, DeclarationKind, Expression, ExpressionKind, Name, Says, ThingKind,
};
use crate::lang::check::Place;
use crate::lang::diagnostics::join;
use crate::lang::items::starts_with_item;
use crate::lang::names::Symbol;
use crate::lang::scenario::{
    Assignor, Autoscale, Body, BodyId, BodyKind, Capacity, Channel, Cpu, Expect, Expr, ExprId,
    Group, Knob, Memory, MemoryId, Overflow, Partitioner, Process, ProcessId, ProcessKind, Queue,
    Resource, Retention, Shared, Span, Topic, TopicId, Unit,
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
            DeclarationKind::Setting { word, value } => self.setting(word, value, head),
            // Lowered before the others.
            DeclarationKind::Knob { .. } | DeclarationKind::Shared { .. } => {}
            DeclarationKind::Thing {
                kind,
                name,
                clauses,
            } => self.thing_declared(*kind, name, clauses, head),
            DeclarationKind::Process(process) => self.process(process, head),
            DeclarationKind::At { time, body } => self.at_block(time, body, head),
            DeclarationKind::Expect { claim, text } => self.expect(claim, text, head),
        }
    }

    fn thing_declared(&mut self, kind: ThingKind, name: &Name, clauses: &Clauses, head: Span) {
        match kind {
            ThingKind::Channel => self.channel(name, clauses, head),
            ThingKind::Topic => self.topic(name, clauses, head),
            ThingKind::Group => self.group(name, clauses, head),
            ThingKind::Queue => self.queue(name, clauses, head),
            ThingKind::Resource => self.resource(name, clauses, head),
            ThingKind::Cpu => self.cpu(name, clauses, head),
            ThingKind::Memory => self.memory(name, clauses, head),
        }
    }

    /// The quantity of a clause that must be there: if it is not, that was reported, and any will do.
    fn needed(&mut self, clauses: &Clauses, word: &str, unit: Unit, bound: Bound) -> ExprId {
        match clauses.quantity(word) {
            Some(given) => self.quantity(given, unit, DECLARATION, &format!("`{word}`"), bound),
            None => self.literal(0.0, Span::default()),
        }
    }

    pub(super) fn literal(&mut self, value: f64, span: Span) -> ExprId {
        let kind = ExpressionKind::Number {
            value,
            unit: NUMBER,
            percent: false,
            per: 1.0,
        };
        let literal = Expression {
            kind,
            span,
            depth: 0,
            nodes: 1,
        };
        self.quantity(&literal, NUMBER, DECLARATION, "a number", Bound::Any)
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

    pub(super) fn knob(&mut self, name: &Name, given: &Expression, clauses: &Clauses, head: Span) {
        let value = self.constant(given, "a knob", Bound::Any);
        let unit = value.map(|(_, unit)| unit);
        let [from, to, step] =
            ["from", "to", "step"].map(|word| self.bound_of(clauses, word, unit));
        let value = value.map_or(0.0, |(value, _)| value);
        if let (Some(from), Some(to), Some(unit)) = (from, to, unit) {
            self.range(clauses, (given, value), unit, from, to);
        }
        let not_above = step.filter(|step| *step <= 0.0);
        if let (Some(step), Some(given)) = (not_above, clauses.quantity("step")) {
            self.problems.report(
                given.span,
                format!(
                    "the step of a knob must be above zero, not {}",
                    units::format(step, unit.unwrap_or(NUMBER))
                ),
                None,
            );
        }
        let (percent, per_s) = match given.kind {
            ExpressionKind::Number {
                unit, percent, per, ..
            } => (percent, if unit.time < 0 { per } else { 1.0 }),
            _ => (false, 1.0),
        };
        let numbers = [Some(value), from, to, step];
        let whole = unit == Some(NUMBER)
            && !percent
            && numbers.iter().flatten().all(|number| number.fract() == 0.0);
        self.scenario.knobs.push(Knob {
            name: name.text.clone(),
            label: clauses.text("the label").unwrap_or(&name.text).to_owned(),
            value,
            from: from.unwrap_or(value),
            to: to.unwrap_or(value),
            step,
            log: clauses.have(&["log"]),
            unit: unit.unwrap_or(NUMBER),
            whole,
            percent,
            per_s,
            span: head,
        });
    }

    /// A bound or step of a knob, in the knob's unit.
    fn bound_of(&mut self, clauses: &Clauses, word: &str, unit: Option<Unit>) -> Option<f64> {
        let expression = clauses.quantity(word)?;
        let what = format!("`{word}`");
        let (value, given) = self.constant(expression, &what, Bound::Any)?;
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

    fn range(
        &mut self,
        clauses: &Clauses,
        (given, value): (&Expression, f64),
        unit: Unit,
        from: f64,
        to: f64,
    ) {
        let shown = |value: f64| units::format(value, unit);
        if from >= to {
            let span = match (clauses.quantity("from"), clauses.quantity("to")) {
                (Some(from), Some(to)) => join(from.span, to.span),
                _ => given.span,
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
            self.problems.report(given.span, message, None);
        }
        if let (Some(log), true) = (clauses.get("log"), from <= 0.0) {
            self.problems.report(
                log.span,
                "a logarithmic slider begins above zero",
                Some("raise `from`, or leave out `log`".into()),
            );
        }
    }

    pub(super) fn shared(
        &mut self,
        name: &Name,
        value: &Expression,
        clauses: &Clauses,
        head: Span,
    ) {
        let mut checker = self.checker(DECLARATION);
        let typed = checker.check(value);
        let value = checker.node(typed);
        self.shared_units.push(typed.unit);
        self.scenario.shared.push(Shared {
            name: name.text.clone(),
            value,
            unit: typed.unit.unwrap_or(NUMBER),
            per_key: clauses.have(&["per"]),
            span: head,
        });
    }

    // Stores.

    fn channel(&mut self, name: &Name, clauses: &Clauses, head: Span) {
        let capacity = self.capacity(clauses);
        let delay = self.clause(clauses, "delay", DURATION, DECLARATION, Bound::NotNegative);
        let memory = self.memory_of(clauses);
        self.scenario.channels.push(Channel {
            name: name.text.clone(),
            capacity,
            overflow: match clauses.choice("overflow") {
                "reject" => Overflow::Reject,
                "drop_newest" => Overflow::DropNewest,
                "drop_oldest" => Overflow::DropOldest,
                _ => Overflow::Block,
            },
            barging: clauses.have(&["barging"]),
            handoff: !clauses.have(&["no_handoff"]),
            frees_done: clauses.choice("frees") == "done",
            delay,
            memory,
            span: head,
        });
    }

    fn capacity(&mut self, clauses: &Clauses) -> Capacity {
        let number_or_size = [NUMBER, SIZE];
        if let Some(size) = clauses.quantity("capacity") {
            let what = "`capacity`";
            let (size, unit) = self.either(size, number_or_size, DECLARATION, what, Bound::Count);
            return match (unit, clauses.quantity("pages")) {
                (Some(SIZE), Some(page)) => self.pages(size, page),
                (Some(SIZE), None) => Capacity::Bytes(size),
                (unit, page) => {
                    self.no_pages(page.filter(|_| unit.is_some()));
                    Capacity::Items(size)
                }
            };
        }
        if clauses.have(&["unbounded"]) || clauses.have(&["high_water"]) {
            self.no_pages(clauses.quantity("pages"));
        }
        let Some(high) = clauses.quantity("high_water") else {
            return Capacity::Unbounded;
        };
        let what = "`high_water`";
        let (high, unit) = self.either(high, number_or_size, DECLARATION, what, Bound::Count);
        let low = clauses.quantity("low_water").map(|low| match unit {
            Some(unit) => {
                let what = "`low_water` of this channel";
                self.quantity(low, unit, DECLARATION, what, Bound::NotNegative)
            }
            None => {
                let what = "`low_water`";
                self.either(low, number_or_size, DECLARATION, what, Bound::Count)
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

    fn no_pages(&mut self, page: Option<&Expression>) {
        if let Some(page) = page {
            let message = "`pages` needs a `capacity` in bytes";
            self.problems
                .report(page.span, message, Some(PAGES.to_owned()));
        }
    }

    fn memory_of(&mut self, clauses: &Clauses) -> Option<MemoryId> {
        let is_memory = |symbol| matches!(symbol, Symbol::Memory(_));
        match self.thing(clauses.name("in")?, "a memory", &is_memory)? {
            Symbol::Memory(id) => Some(id),
            _ => None,
        }
    }

    fn topic(&mut self, name: &Name, clauses: &Clauses, head: Span) {
        let partitions = self.needed(clauses, "partitions", NUMBER, Bound::CountFromOne);
        let retention = clauses.quantity("retention").map(|kept| {
            let (what, bound) = ("`retention`", Bound::NotNegative);
            match self.either(kept, [DURATION, SIZE], DECLARATION, what, bound) {
                (kept, Some(SIZE)) => Retention::Size(kept),
                (kept, _) => Retention::Age(kept),
            }
        });
        let memory = self.memory_of(clauses);
        let partitioner = match clauses.choice("partitioner") {
            "crc32" => Partitioner::Crc32,
            _ => Partitioner::Murmur2,
        };
        self.scenario.topics.push(Topic {
            name: name.text.clone(),
            partitions,
            retention,
            partitioner,
            memory,
            span: head,
        });
    }

    fn group(&mut self, name: &Name, clauses: &Clauses, head: Span) {
        let is_topic = |symbol| matches!(symbol, Symbol::Topic(_));
        let topic = clauses.name("on");
        let topic = match topic.and_then(|topic| self.thing(topic, "a topic", &is_topic)) {
            Some(Symbol::Topic(id)) => id,
            _ => TopicId(0),
        };
        let mut time = |word| self.clause(clauses, word, DURATION, DECLARATION, Bound::Positive);
        let max_poll_interval = time("max_poll_interval");
        let session_timeout = time("session_timeout");
        let auto_commit = clauses.quantity("commit").map(|every| {
            let what = "`commit auto`";
            self.quantity(every, DURATION, DECLARATION, what, Bound::Positive)
        });
        self.scenario.groups.push(Group {
            name: name.text.clone(),
            topic,
            assignor: match clauses.choice("assignor") {
                "roundrobin" => Assignor::RoundRobin,
                "sticky" => Assignor::Sticky,
                "cooperative" => Assignor::Cooperative,
                _ => Assignor::Range,
            },
            max_poll_interval,
            session_timeout,
            auto_commit,
            from_latest: clauses.choice("from") == "latest",
            span: head,
        });
    }

    fn queue(&mut self, name: &Name, clauses: &Clauses, head: Span) {
        let visibility = self.needed(clauses, "visibility", DURATION, Bound::NotNegative);
        let (place, bound) = (DECLARATION, Bound::CountFromOne);
        let max_receives = self.clause(clauses, "max_receives", NUMBER, place, bound);
        let dead_letter = clauses.name("dead_letter").and_then(|store| {
            if store.text == name.text {
                let message = "a queue cannot be its own dead-letter store";
                self.problems.report(store.span, message, None);
            }
            self.thing(store, "a store", &|symbol| symbol.store().is_some())?
                .store()
        });
        let delay = self.clause(clauses, "delay", DURATION, place, Bound::NotNegative);
        let memory = self.memory_of(clauses);
        self.scenario.queues.push(Queue {
            name: name.text.clone(),
            visibility,
            max_receives,
            dead_letter,
            delay,
            fifo: clauses.have(&["fifo"]),
            memory,
            span: head,
        });
    }

    // Resources.

    fn resource(&mut self, name: &Name, clauses: &Clauses, head: Span) {
        let permits = self.needed(clauses, "permits", NUMBER, Bound::Count);
        let limit = self.clause(clauses, "limit_waiting", NUMBER, DECLARATION, Bound::Count);
        let refuses = clauses.have(&["when_full"]);
        let limit_waiting = limit.or_else(|| refuses.then(|| self.literal(0.0, head)));
        self.scenario.resources.push(Resource {
            name: name.text.clone(),
            permits,
            limit_waiting,
            per_key: clauses.have(&["per"]),
            span: head,
        });
    }

    fn cpu(&mut self, name: &Name, clauses: &Clauses, head: Span) {
        let cores = self.needed(clauses, "cores", NUMBER, Bound::CountFromOne);
        let slice = self.clause(clauses, "slice", DURATION, DECLARATION, Bound::Positive);
        self.scenario.cpus.push(Cpu {
            name: name.text.clone(),
            cores,
            slice,
            span: head,
        });
    }

    fn memory(&mut self, name: &Name, clauses: &Clauses, head: Span) {
        let limit = self.needed(clauses, "limit", SIZE, Bound::Positive);
        let bound = Bound::NotNegative;
        let restart = self.clause(clauses, "restart", DURATION, DECLARATION, bound);
        self.scenario.memories.push(Memory {
            name: name.text.clone(),
            limit,
            restart,
            span: head,
        });
    }

    // Activities.

    fn process(&mut self, process: &ast::Process, head: Span) {
        let clauses = &process.clauses;
        let count = self.clause(clauses, "x", NUMBER, DECLARATION, Bound::Count);
        let autoscale = self.autoscale(clauses);
        let memory = self.memory_of(clauses);
        let holds = self.clause(clauses, "holds", SIZE, DECLARATION, Bound::NotNegative);
        if let (Some(holds), None) = (clauses.quantity("holds"), clauses.name("in")) {
            let help = "`in MEMORY holds 2MiB`";
            let message = "`holds` needs a memory to hold it in";
            self.problems.report(holds.span, message, Some(help.into()));
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
                numbered: clauses.have(&["as"]),
                autoscale,
                body: BodyId(0),
                memory,
                holds,
                stream: clauses.name("stream").map(|name| name.text.clone()),
                span: head,
            },
            clauses.name("as"),
            &process.body,
        );
    }

    fn autoscale(&mut self, clauses: &Clauses) -> Option<Autoscale> {
        let to = self.clause(clauses, "to", NUMBER, DECLARATION, Bound::Count);
        let growing = match clauses.get("growing").map(|clause| &clause.says) {
            Some(Says::Rate(amount, period)) => {
                let (place, bound) = (DECLARATION, Bound::Positive);
                let amount = self.quantity(amount, NUMBER, place, "`growing`", bound);
                let per = self.quantity(period, DURATION, place, "`per`", bound);
                Some((amount, per))
            }
            _ => None,
        };
        let condition = clauses.quantity("while");
        let condition = condition.map(|holds| self.condition(holds, Place::SCALING, "`while`"));
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
                numbered: false,
                autoscale: None,
                body: BodyId(0),
                memory: None,
                holds: None,
                stream: None,
                span: head,
            },
            None,
            body,
        );
    }

    /// Adds a process and lowers its body. `number`: what the body calls the activity's number.
    fn crew(&mut self, process: Process, number: Option<&Name>, body: &Block) {
        let id = ProcessId(self.scenario.processes.len() as u32);
        let is_task = process.kind == ProcessKind::Task;
        self.scenario.processes.push(process);
        self.locals.clear();
        self.slots = 0;
        if let Some(name) = number {
            let slot = self.slot(name.span);
            self.declare(name, slot, Some(NUMBER), 0);
        }
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
