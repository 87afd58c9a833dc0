//! Statements to instructions. Blocks that follow an outcome lie in the order of the text: the statement, its block, a jump behind the
//! whole, its `else`.

use super::{Bound, INSTRUCTIONS_MAX, KEY_BUCKETS, LOCALS_MAX, Loop, Lowering, target};
use crate::lang::ast::{
    self, Act, Action, Block, Clauses, Expression, ExpressionKind, Name, PrintPiece, Says,
    Statement, StatementKind,
};
use crate::lang::check::{Local, Place, Typed, watches};
use crate::lang::diagnostics::{suggest, unknown};
use crate::lang::items::starts_with_item;
use crate::lang::names::Symbol;
use crate::lang::scenario::{
    Arm, Backoff, BodyId, BodyKind, ChannelId, CpuId, ExprId, GroupId, Instruction, KeyExpr, Pc,
    Piece, ProcessId, ResourceId, Select, SelectId, Slot, Span, Store, TextId, Unit, WatchId,
};
use crate::lang::units::{self, DURATION, NUMBER, SIZE};

const BODY: Place = Place::BODY;

impl Lowering<'_> {
    /// The statements of a block; its variables end with it.
    pub(super) fn block(&mut self, block: &Block) {
        let (locals, slots) = (self.locals.len(), self.slots);
        for statement in &block.statements {
            self.statement(statement, locals);
        }
        self.locals.truncate(locals);
        self.slots = slots;
    }

    fn optional_block(&mut self, block: Option<&Block>) {
        if let Some(block) = block {
            self.block(block);
        }
    }

    // Code.

    pub(super) fn emit(&mut self, instruction: Instruction, span: Span) -> Pc {
        if self.instructions == INSTRUCTIONS_MAX {
            self.problems.report(
                span,
                format!("a text has at most {INSTRUCTIONS_MAX} instructions"),
                None,
            );
        }
        self.instructions += 1;
        if self.instructions <= INSTRUCTIONS_MAX {
            self.frame.buffer.code.push(instruction);
            self.frame.buffer.spans.push(span);
        }
        self.here().saturating_sub(1)
    }

    /// The address of the next instruction.
    fn here(&self) -> Pc {
        self.frame.buffer.code.len() as Pc
    }

    /// Sends an instruction that was written before to the next one.
    fn land(&mut self, at: Pc) {
        let here = self.here();
        if let Some(target) = self.frame.buffer.code.get_mut(at as usize).and_then(target) {
            *target = here;
        }
    }

    fn otherwise(&mut self, at: Pc, otherwise: Option<&Block>, span: Span) {
        let Some(otherwise) = otherwise else { return };
        let jump = self.emit(Instruction::Jump(0), span);
        self.land(at);
        self.block(otherwise);
        self.land(jump);
    }

    /// A scope that `at` entered: its block, leaving it, and the block of its `else`.
    fn scope(&mut self, at: Pc, body: &Block, otherwise: Option<&Block>, span: Span) {
        self.frame.scopes += 1;
        self.block(body);
        self.frame.scopes -= 1;
        self.emit(Instruction::Leave { scopes: 1 }, span);
        if otherwise.is_none() {
            // A `try` goes on behind its block.
            self.land(at);
        }
        self.otherwise(at, otherwise, span);
    }

    fn loop_body(&mut self, body: &Block) -> Loop {
        self.frame.loops.push(Loop {
            scopes: self.frame.scopes,
            breaks: Vec::new(),
        });
        self.block(body);
        self.frame.loops.pop().unwrap_or(Loop {
            scopes: 0,
            breaks: Vec::new(),
        })
    }

    fn land_breaks(&mut self, left: Loop) {
        for jump in left.breaks {
            self.land(jump);
        }
    }

    // Quantities.

    fn time(&mut self, expression: &Expression, what: &str) -> ExprId {
        self.quantity(expression, DURATION, BODY, what, Bound::NotNegative)
    }

    fn time_clause(&mut self, clauses: &Clauses, word: &str) -> Option<ExprId> {
        self.clause(clauses, word, DURATION, BODY, Bound::NotNegative)
    }

    /// The amount of a statement that must have one.
    fn amount(&mut self, act: &Act, unit: Unit, bound: Bound) -> ExprId {
        const NONE: Expression = Expression::broken(Span {
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
        });
        let what = format!("`{}`", act.word);
        self.quantity(
            act.amount.as_ref().unwrap_or(&NONE),
            unit,
            BODY,
            &what,
            bound,
        )
    }

    pub(super) fn condition(
        &mut self,
        expression: &Expression,
        place: Place,
        what: &str,
    ) -> ExprId {
        let mut checker = self.checker(place);
        let typed = checker.check(expression);
        if let Some(unit) = typed.unit.filter(|unit| *unit != NUMBER) {
            let help = Some("compare it: `x > 10ms`".to_owned());
            let message = format!("{what} takes a condition, not {}", units::describe(unit));
            checker.problems.report(typed.span, message, help);
        }
        checker.node(typed)
    }

    // Variables.

    pub(super) fn slot(&mut self, span: Span) -> Slot {
        let slot = self.slots;
        if usize::from(slot) >= LOCALS_MAX {
            self.problems.report(
                span,
                format!("an activity has at most {LOCALS_MAX} variables"),
                None,
            );
            return slot;
        }
        self.slots += 1;
        self.frame.slots_max = self.frame.slots_max.max(self.slots);
        slot
    }

    /// Makes a variable visible. `scope`: the first variable of the block it stands in.
    pub(super) fn declare(&mut self, name: &Name, slot: Slot, unit: Option<Unit>, scope: usize) {
        if let Some(symbol) = self.names.thing(&name.text) {
            let message = format!(
                "'{}' is already the name of {}",
                name.text,
                symbol.describe()
            );
            let help = match symbol {
                Symbol::Shared(_) => Some(format!("to change it write `{} = …`", name.text)),
                Symbol::Knob(_) => Some(format!("to change it write `set {} = …`", name.text)),
                _ => None,
            };
            self.problems.report(name.span, message, help);
        } else if self
            .locals
            .iter()
            .skip(scope)
            .any(|local| local.name == name.text)
        {
            let help = Some(format!("to change it write `{} = …`", name.text));
            self.problems.report(
                name.span,
                format!("the variable '{}' is there already", name.text),
                help,
            );
        }
        if self.locals.len() < LOCALS_MAX {
            self.locals.push(Local {
                name: name.text.clone(),
                slot,
                unit,
            });
        }
    }

    fn assign(&mut self, name: &Name, value: &Expression, span: Span) {
        let mut checker = self.checker(BODY);
        let typed = checker.check(value);
        let value = checker.node(typed);
        let local = self
            .locals
            .iter()
            .rev()
            .find(|local| local.name == name.text);
        let (unit, instruction) = match (local, self.names.thing(&name.text)) {
            (Some(local), _) => (
                local.unit,
                Instruction::SetLocal {
                    slot: local.slot,
                    value,
                },
            ),
            (None, Some(Symbol::Shared(shared))) => (
                self.shared_units.get(shared.index()).copied().flatten(),
                Instruction::SetShared { shared, value },
            ),
            (None, symbol) => return self.not_assignable(name, symbol),
        };
        self.takes(name, unit, &typed);
        self.emit(instruction, span);
    }

    fn assign_entry(&mut self, name: &Name, key: &Expression, value: &Expression, span: Span) {
        let key = self.quantity(key, NUMBER, BODY, "a key", Bound::Any);
        let mut checker = self.checker(BODY);
        let typed = checker.check(value);
        let value = checker.node(typed);
        if checker.names.thing(&name.text).is_none() {
            checker.no_table(name);
            return;
        }
        let accepted = |symbol| matches!(symbol, Symbol::Table(_));
        if let Some(Symbol::Table(table)) = self.thing(name, "a table", &accepted) {
            let unit = self.shared_units.get(table.index()).copied().flatten();
            self.takes(name, unit, &typed);
            self.emit(Instruction::SetEntry { table, key, value }, span);
        }
    }

    /// A variable holds quantities of one unit.
    fn takes(&mut self, name: &Name, unit: Option<Unit>, given: &Typed) {
        let (Some(unit), Some(found)) = (unit, given.unit) else {
            return;
        };
        if unit != found {
            let message = format!(
                "'{}' holds {} and cannot take {}",
                name.text,
                units::describe(unit),
                units::describe(found)
            );
            let help = units::mend(unit, found).map(str::to_owned);
            self.problems.report(given.span, message, help);
        }
    }

    fn not_assignable(&mut self, name: &Name, symbol: Option<Symbol>) {
        let text = &name.text;
        let (message, help) = match symbol {
            Some(Symbol::Knob(_)) => (
                format!("'{text}' is a knob"),
                Some(format!("write `set {text} = …`")),
            ),
            Some(Symbol::Table(_)) => (
                format!("'{text}' is a table"),
                Some(format!("write `{text}[…] = …`")),
            ),
            Some(symbol) => (
                format!("'{text}' is {}, not a variable", symbol.describe()),
                None,
            ),
            None if !self.problems.misses(text) => return,
            None => {
                let locals = self.locals.iter().map(|local| local.name.as_str());
                let near = suggest(text, locals);
                let near = near.or_else(|| {
                    Some(
                        self.names
                            .near(text, &|symbol| matches!(symbol, Symbol::Shared(_)))?
                            .0,
                    )
                });
                let help = near
                    .is_none()
                    .then(|| format!("a new variable is written `let {text} = …`"));
                (unknown("variable", text, near), help)
            }
        };
        self.problems.report(name.span, message, help);
    }

    fn set(&mut self, name: &Name, value: &Expression, span: Span) {
        let unit = match self.names.thing(&name.text) {
            Some(Symbol::Knob(knob)) => {
                let unit = self
                    .scenario
                    .knobs
                    .get(knob.index())
                    .map_or(NUMBER, |knob| knob.unit);
                let value = self.quantity(
                    value,
                    unit,
                    BODY,
                    &format!("the knob '{}'", name.text),
                    Bound::Any,
                );
                self.emit(Instruction::SetKnob { knob, value }, span);
                return;
            }
            other => other,
        };
        let is_variable = matches!(unit, Some(Symbol::Shared(_)))
            || self.locals.iter().any(|local| local.name == name.text);
        if is_variable {
            let help = Some(format!("write `{} = …`", name.text));
            self.problems.report(
                name.span,
                format!("`set` moves a knob, and '{}' is a variable", name.text),
                help,
            );
        } else {
            self.thing(name, "a knob", &|symbol| matches!(symbol, Symbol::Knob(_)));
        }
        self.checker(BODY).check(value);
    }

    // Names.

    /// What a name stands for, if it is one of those that are accepted here; else that is reported.
    pub(super) fn thing(
        &mut self,
        name: &Name,
        what: &str,
        accepted: &dyn Fn(Symbol) -> bool,
    ) -> Option<Symbol> {
        match self.names.thing(&name.text) {
            Some(symbol) if accepted(symbol) => Some(symbol),
            Some(symbol) => {
                let help = better_word(symbol, what, &name.text);
                let message = format!(
                    "'{}' is {}, and {what} is needed here",
                    name.text,
                    symbol.describe()
                );
                self.problems.report(name.span, message, help);
                None
            }
            None => {
                self.unknown(name, what, accepted);
                None
            }
        }
    }

    fn unknown(&mut self, name: &Name, what: &str, accepted: &dyn Fn(Symbol) -> bool) {
        if !self.problems.misses(&name.text) {
            return;
        }
        let near = self.names.near(&name.text, accepted);
        // Where all stores are channels, nobody needs to hear of the others.
        let kind = match near {
            Some((_, symbol)) => symbol.describe(),
            None if what.starts_with("a channel") && !self.names.has_other_stores() => "a channel",
            None => what,
        };
        let other = self
            .names
            .crew(&name.text)
            .or_else(|| self.names.thing(&name.text));
        let help = other.map(|symbol| format!("'{}' is {}", name.text, symbol.describe()));
        let message = unknown(
            kind.strip_prefix("a ").unwrap_or(kind),
            &name.text,
            near.map(|(near, _)| near),
        );
        self.problems.report(name.span, message, help);
    }

    /// Something wrong was reported: any index will do.
    fn store(&mut self, name: &Name) -> Store {
        let what = "a channel, topic or queue";
        let store = self
            .thing(name, what, &|symbol| symbol.store().is_some())
            .and_then(Symbol::store);
        store.unwrap_or(Store::Channel(ChannelId(0)))
    }

    fn source(&mut self, name: &Name) -> Store {
        let accepted = |symbol| matches!(symbol, Symbol::Channel(_) | Symbol::Queue(_));
        let store = self
            .thing(name, "a channel or queue", &accepted)
            .and_then(Symbol::store);
        self.source_lost |= store.is_none();
        store.unwrap_or(Store::Channel(ChannelId(0)))
    }

    /// The store of an arm of `select`: one on which a `receive` or a `send` may wait.
    fn arm_store(&mut self, arm: &ast::Arm) -> Store {
        let ast::Arm { store, sends, .. } = arm;
        let help = match self.names.thing(&store.text) {
            Some(Symbol::Topic(_)) if *sends => {
                "a topic takes what is sent at once: write `send` without `select`"
            }
            Some(Symbol::Group(_)) if *sends => "items are sent to the topic that a group reads",
            _ => return self.source(store),
        };
        let message = format!("an arm of `select` cannot send to '{}'", store.text);
        self.problems.report(store.span, message, Some(help.into()));
        Store::Channel(ChannelId(0))
    }

    fn channel_named(&mut self, name: &Name) -> ChannelId {
        match self.thing(name, "a channel", &|symbol| {
            matches!(symbol, Symbol::Channel(_))
        }) {
            Some(Symbol::Channel(id)) => id,
            _ => ChannelId(0),
        }
    }

    fn group_named(&mut self, name: &Name) -> GroupId {
        if let Some(Symbol::Group(id)) = self.thing(name, "a group", &|symbol| {
            matches!(symbol, Symbol::Group(_))
        }) {
            return id;
        }
        self.source_lost = true;
        GroupId(0)
    }

    fn resource_named(&mut self, name: &Name) -> ResourceId {
        match self.thing(name, "a resource", &|symbol| {
            matches!(symbol, Symbol::Resource(_) | Symbol::Keyed(_))
        }) {
            Some(Symbol::Resource(id) | Symbol::Keyed(id)) => id,
            _ => ResourceId(0),
        }
    }

    /// The key of a resource, which is there if and only if there is one for each.
    fn key_of(&mut self, act: &Act) -> Option<ExprId> {
        let name = &act.subject;
        match (self.names.thing(&name.text), &act.key) {
            (Some(Symbol::Keyed(_)), None) => {
                let message = format!("there is a '{}' for each key", name.text);
                let help = format!("write `{} {}[…]`", act.word, name.text);
                self.problems.report(name.span, message, Some(help));
            }
            (Some(Symbol::Resource(_)), Some(key)) => {
                let message = format!("there is one '{}', without keys", name.text);
                let help = "a resource with a pool for each key is declared with `per key`";
                self.problems
                    .report(key.span, message, Some(help.to_owned()));
            }
            _ => {}
        }
        let key = act.key.as_ref()?;
        Some(self.quantity(key, NUMBER, BODY, "a key", Bound::Any))
    }

    fn cpu_named(&mut self, name: &Name) -> CpuId {
        match self.thing(name, "a cpu", &|symbol| matches!(symbol, Symbol::Cpu(_))) {
            Some(Symbol::Cpu(id)) => id,
            _ => CpuId(0),
        }
    }

    /// A process or a task, as is needed.
    fn crew_named(&mut self, name: &Name, task: bool) -> ProcessId {
        let what = if task { "a task" } else { "a process" };
        match self.names.crew(&name.text) {
            Some(Symbol::Task(id)) if task => return id,
            Some(Symbol::Process(id)) if !task => return id,
            Some(Symbol::Process(_)) => {
                let help =
                    "`spawn` starts a `task`; a process starts by itself at time 0".to_owned();
                self.problems.report(
                    name.span,
                    format!("'{}' is a process, and {what} is needed here", name.text),
                    Some(help),
                );
            }
            Some(other) => {
                let message = format!(
                    "'{}' is {}, and {what} is needed here",
                    name.text,
                    other.describe()
                );
                self.problems.report(name.span, message, None);
            }
            None => self.unknown(name, what, &|symbol| {
                matches!(
                    (symbol, task),
                    (Symbol::Task(_), true) | (Symbol::Process(_), false)
                )
            }),
        }
        ProcessId(0)
    }

    // Statements.

    /// `scope`: the first variable of the block it stands in.
    fn statement(&mut self, statement: &Statement, scope: usize) {
        let span = statement.head;
        match &statement.kind {
            StatementKind::Act(act) => self.act(act, span),
            StatementKind::If { arms, otherwise } => self.branches(arms, otherwise.as_ref(), span),
            StatementKind::Let { name, value } => self.declaration_of(name, value, scope, span),
            StatementKind::Assign {
                name,
                key: Some(key),
                value,
            } => self.assign_entry(name, key, value, span),
            StatementKind::Assign {
                name,
                key: None,
                value,
            } => self.assign(name, value, span),
            StatementKind::Set { name, value } => self.set(name, value, span),
            StatementKind::ForEach(body) => self.for_each(body, span),
            StatementKind::Select {
                arms,
                after,
                otherwise,
            } => self.select(arms, after.as_ref(), otherwise.as_ref(), span),
            StatementKind::Spawn { body, with_item } => self.spawn(body, *with_item, span),
            StatementKind::SpawnTask { task, with_item } => {
                let task = self.crew_named(task, true);
                let at = self.emit(
                    Instruction::Spawn {
                        body: BodyId(0),
                        with_item: *with_item,
                    },
                    span,
                );
                self.spawned.push((self.frame.body, at, task));
            }
            StatementKind::Await(condition) => {
                let instruction = self.wait_for(condition);
                self.emit(instruction, span);
            }
            StatementKind::AwaitAll => {
                self.emit(Instruction::AwaitAll, span);
            }
            StatementKind::Fail { why, share } => {
                let instruction = self.fail(why.as_deref(), share.as_ref());
                self.emit(instruction, span);
            }
            StatementKind::Print(pieces) => {
                let text = self.text(pieces);
                self.emit(Instruction::Print { text }, span);
            }
        }
    }

    fn act(&mut self, act: &Act, span: Span) {
        let then = act.then.as_ref();
        match (act.action, then) {
            (Action::Break, _) => self.leave_loop(span),
            (Action::Repeat, Some(body)) => self.repeat(act, body, span),
            (Action::Forever, Some(body)) => self.forever(body, span),
            (Action::While, Some(body)) => self.while_loop(act, body, span),
            (Action::Every, Some(body)) => self.every(act, body, span),
            _ => {
                let instruction = self.instruction(act);
                let at = self.emit(instruction, span);
                match (act.action, then) {
                    (Action::Within | Action::With | Action::Retry | Action::Try, Some(body)) => {
                        self.scope(at, body, act.otherwise.as_ref(), span)
                    }
                    _ => {
                        self.optional_block(then);
                        self.otherwise(at, act.otherwise.as_ref(), span);
                    }
                }
            }
        }
    }

    /// The instruction that a statement is, apart from its blocks.
    fn instruction(&mut self, act: &Act) -> Instruction {
        let (name, clauses) = (&act.subject, &act.clauses);
        match act.action {
            Action::Done => Instruction::Done,
            Action::Discard => Instruction::Discard,
            Action::Ack => Instruction::Ack,
            Action::Commit => Instruction::Commit,
            Action::Sleep => Instruction::Sleep {
                time: self.amount(act, DURATION, Bound::NotNegative),
            },
            Action::Work => Instruction::Work {
                time: self.amount(act, DURATION, Bound::NotNegative),
                cpu: self.cpu_named(name),
            },
            Action::Produce => self.produce(clauses),
            Action::Close => Instruction::Close {
                channel: self.channel_named(name),
            },
            Action::Nack => Instruction::Nack {
                after: self.time_clause(clauses, "after"),
            },
            Action::Extend => Instruction::Extend {
                time: self.amount(act, DURATION, Bound::NotNegative),
            },
            Action::Pause => Instruction::Pause {
                group: self.group_named(name),
            },
            Action::Resume => Instruction::Resume {
                group: self.group_named(name),
            },
            Action::Release => Instruction::Release {
                resource: self.resource_named(name),
                key: self.key_of(act),
                amount: self.permits(act),
            },
            Action::Crash => Instruction::Crash {
                process: self.crew_named(name, false),
                duration: self.time_clause(clauses, "for"),
            },
            Action::Restart => Instruction::Restart {
                process: self.crew_named(name, false),
            },
            _ => self.with_else(act, act.otherwise.as_ref().map(|_| 0)),
        }
    }

    /// The instruction of a statement that may have an `else`.
    fn with_else(&mut self, act: &Act, otherwise: Option<Pc>) -> Instruction {
        let (name, clauses) = (&act.subject, &act.clauses);
        match act.action {
            Action::Call => Instruction::Call {
                channel: self.channel_named(name),
                size: self.clause(clauses, "size", SIZE, BODY, Bound::NotNegative),
                key: self.key_clause(clauses),
                within: self.time_clause(clauses, "within"),
                otherwise,
            },
            Action::Send => Instruction::Send {
                store: self.store(name),
                within: self.time_clause(clauses, "within"),
                otherwise,
            },
            Action::Offer => Instruction::Offer {
                store: self.store(name),
                otherwise,
            },
            Action::Receive => Instruction::Receive {
                store: self.source(name),
                up_to: self.up_to(clauses),
                within: self.time_clause(clauses, "within"),
                otherwise,
            },
            Action::Poll => Instruction::Poll {
                group: self.group_named(name),
                up_to: self.up_to(clauses),
                within: self.time_clause(clauses, "within"),
                otherwise,
            },
            Action::Acquire => Instruction::Acquire {
                resource: self.resource_named(name),
                key: self.key_of(act),
                amount: self.permits(act),
                within: self.time_clause(clauses, "within"),
                otherwise,
            },
            Action::With => Instruction::With {
                resource: self.resource_named(name),
                key: self.key_of(act),
                within: self.time_clause(clauses, "within"),
                otherwise,
            },
            Action::Within => Instruction::Within {
                limit: self.amount(act, DURATION, Bound::NotNegative),
                otherwise,
            },
            Action::Retry => Instruction::Retry {
                count: self.amount(act, NUMBER, Bound::Count),
                backoff: self.backoff(clauses),
                otherwise,
            },
            Action::Try => Instruction::Try { otherwise: 0 },
            _ => Instruction::Stop,
        }
    }

    fn up_to(&mut self, clauses: &Clauses) -> Option<ExprId> {
        self.clause(clauses, "up to", NUMBER, BODY, Bound::CountFromOne)
    }

    fn permits(&mut self, act: &Act) -> Option<ExprId> {
        act.amount.as_ref()?;
        Some(self.amount(act, NUMBER, Bound::Count))
    }

    fn backoff(&mut self, clauses: &Clauses) -> Option<Backoff> {
        Some(Backoff {
            first: self.time_clause(clauses, "backoff")?,
            times: self.clause(clauses, "times", NUMBER, BODY, Bound::NotNegative),
            up_to: self.time_clause(clauses, "up to"),
            jitter: clauses.have(&["jitter"]),
        })
    }

    fn repeat(&mut self, act: &Act, body: &Block, span: Span) {
        let count = self.amount(act, NUMBER, Bound::Count);
        let (locals, slots) = (self.locals.len(), self.slots);
        let (counter, limit) = (self.slot(span), self.slot(span));
        if let Some(name) = act.clauses.name("as") {
            self.declare(name, counter, Some(NUMBER), locals);
        }
        let at = self.emit(
            Instruction::Repeat {
                counter,
                limit,
                count,
                end: 0,
            },
            span,
        );
        let start = self.here();
        let left = self.loop_body(body);
        self.emit(
            Instruction::RepeatNext {
                counter,
                limit,
                body: start,
            },
            span,
        );
        self.land(at);
        self.land_breaks(left);
        self.locals.truncate(locals);
        self.slots = slots;
    }

    fn forever(&mut self, body: &Block, span: Span) {
        let start = self.here();
        let left = self.loop_body(body);
        self.emit(Instruction::Jump(start), span);
        self.land_breaks(left);
    }

    fn while_loop(&mut self, act: &Act, body: &Block, span: Span) {
        let Some(condition) = &act.amount else { return };
        let start = self.here();
        let condition = self.condition(condition, BODY, "`while`");
        let at = self.emit(
            Instruction::Branch {
                condition,
                otherwise: 0,
            },
            span,
        );
        let left = self.loop_body(body);
        self.emit(Instruction::Jump(start), span);
        self.land(at);
        self.land_breaks(left);
    }

    fn leave_loop(&mut self, span: Span) {
        let Some(innermost) = self.frame.loops.last() else {
            let help = self
                .frame
                .inline
                .map(|word| format!("`break` does not cross an `{word}` body; `stop` ends it"));
            self.problems
                .report(span, "this `break` is in no loop", help);
            return;
        };
        let scopes = self.frame.scopes - innermost.scopes;
        if scopes > 0 {
            self.emit(Instruction::Leave { scopes }, span);
        }
        let jump = self.emit(Instruction::Jump(0), span);
        if let Some(innermost) = self.frame.loops.last_mut() {
            innermost.breaks.push(jump);
        }
    }

    fn branches(&mut self, arms: &[(Expression, Block)], otherwise: Option<&Block>, span: Span) {
        let mut ends = Vec::new();
        for (index, (condition, body)) in arms.iter().enumerate() {
            let condition = self.condition(condition, BODY, "`if`");
            let at = self.emit(
                Instruction::Branch {
                    condition,
                    otherwise: 0,
                },
                span,
            );
            self.block(body);
            if index + 1 < arms.len() || otherwise.is_some() {
                ends.push(self.emit(Instruction::Jump(0), span));
            }
            self.land(at);
        }
        self.optional_block(otherwise);
        for end in ends {
            self.land(end);
        }
    }

    fn declaration_of(&mut self, name: &Name, value: &Expression, scope: usize, span: Span) {
        let mut checker = self.checker(BODY);
        let typed = checker.check(value);
        let value = checker.node(typed);
        let slot = self.slot(span);
        self.declare(name, slot, typed.unit, scope);
        self.emit(Instruction::SetLocal { slot, value }, span);
    }

    fn every(&mut self, act: &Act, body: &Block, span: Span) {
        let interval = self.amount(act, DURATION, Bound::Positive);
        let ticks = self.scenario.every_count;
        self.scenario.every_count += 1;
        let body = self.body(
            self.frame.process,
            BodyKind::Every,
            body,
            starts_with_item(body),
        );
        self.emit(
            Instruction::Every {
                interval,
                body,
                ticks,
            },
            span,
        );
    }

    fn spawn(&mut self, body: &Block, with_item: bool, span: Span) {
        let starts = !with_item && starts_with_item(body);
        let body = self.body(self.frame.process, BodyKind::Spawn, body, starts);
        self.emit(Instruction::Spawn { body, with_item }, span);
    }

    fn for_each(&mut self, body: &Block, span: Span) {
        let at = self.emit(Instruction::ForEach { end: 0 }, span);
        let start = self.here();
        self.frame.loops.push(Loop {
            scopes: self.frame.scopes,
            breaks: Vec::new(),
        });
        self.frame.scopes += 1;
        self.block(body);
        self.frame.scopes -= 1;
        let left = self.frame.loops.pop();
        self.emit(Instruction::ForEachNext { body: start }, span);
        self.land(at);
        if let Some(left) = left {
            self.land_breaks(left);
        }
    }

    fn select(
        &mut self,
        arms: &[ast::Arm],
        after: Option<&(Expression, Block)>,
        otherwise: Option<&Block>,
        span: Span,
    ) {
        let id = SelectId(self.scenario.selects.len() as u32);
        self.scenario.selects.push(Select::default());
        self.frame.buffer.selects.push(id);
        let deadline = after.map(|(deadline, _)| self.time(deadline, "`after`"));
        let stores: Vec<Store> = arms.iter().map(|arm| self.arm_store(arm)).collect();
        self.emit(Instruction::Select { select: id }, span);
        let mut table = Select::default();
        let mut ends = Vec::new();
        for (arm, store) in arms.iter().zip(stores) {
            table.arms.push(Arm {
                store,
                sends: arm.sends,
                target: self.here(),
            });
            self.block(&arm.body);
            ends.push(self.emit(Instruction::Jump(0), span));
        }
        if let (Some(deadline), Some((_, body))) = (deadline, after) {
            table.after = Some((deadline, self.here()));
            self.block(body);
            ends.push(self.emit(Instruction::Jump(0), span));
        }
        if let Some(body) = otherwise {
            table.otherwise = Some(self.here());
            self.block(body);
        }
        for end in ends {
            self.land(end);
        }
        if let Some(select) = self.scenario.selects.get_mut(id.index()) {
            *select = table;
        }
    }

    fn produce(&mut self, clauses: &Clauses) -> Instruction {
        Instruction::Produce {
            size: self.clause(clauses, "size", SIZE, BODY, Bound::NotNegative),
            key: self.key_clause(clauses),
        }
    }

    fn key_clause(&mut self, clauses: &Clauses) -> Option<KeyExpr> {
        match clauses.get("key").map(|clause| &clause.says) {
            // A key is its decimal text, so that a text of digits is the number.
            Some(Says::Text(text)) => Some(match whole(text) {
                Some(number) => KeyExpr::Number(self.literal(number, Span::default())),
                None => KeyExpr::Literal(self.key_literal(text)),
            }),
            _ => {
                let key = self.clause(clauses, "key", NUMBER, BODY, Bound::Any);
                key.map(KeyExpr::Number)
            }
        }
    }

    /// The same text is the same key, wherever it stands.
    fn key_literal(&mut self, text: &str) -> u32 {
        let known = &mut self.scenario.key_literals;
        // FNV-1a.
        let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let bucket = &mut self.key_literals[hash as usize % KEY_BUCKETS];
        let index = bucket.iter().find(|&&index| known[index as usize] == text);
        index.copied().unwrap_or_else(|| {
            bucket.push(known.len() as u32);
            known.push(text.to_owned());
            known.len() as u32 - 1
        })
    }

    fn wait_for(&mut self, condition: &Expression) -> Instruction {
        let condition = self.condition(condition, Place::AWAIT, "`await`");
        let watch = watches(&self.scenario, condition, self.problems);
        self.scenario.watches.push(watch);
        Instruction::Await {
            condition,
            watch: WatchId(self.scenario.watches.len() as u32 - 1),
        }
    }

    fn fail(&mut self, why: Option<&str>, share: Option<&Expression>) -> Instruction {
        let why = why.map(|why| self.add_text(vec![Piece::Literal(why.to_owned())]));
        let share = share.map(|share| {
            let id = self.quantity(share, NUMBER, BODY, "`fail`", Bound::NotNegative);
            if matches!(share.kind, ExpressionKind::Number { value, unit: NUMBER, .. } if value > 1.0) {
                let help = Some("write `fail 5%`".to_owned());
                self.problems.report(share.span, "a probability is at most 100%", help);
            }
            id
        });
        Instruction::Fail { why, share }
    }

    fn text(&mut self, pieces: &[PrintPiece]) -> TextId {
        let pieces = pieces.iter().map(|piece| match piece {
            PrintPiece::Literal(text) => Piece::Literal(text.clone()),
            PrintPiece::Value(expression) => {
                let mut checker = self.checker(BODY);
                let typed = checker.check(expression);
                Piece::Value {
                    expr: checker.node(typed),
                    unit: typed.unit.unwrap_or(NUMBER),
                }
            }
        });
        let pieces = pieces.collect();
        self.add_text(pieces)
    }

    fn add_text(&mut self, pieces: Vec<Piece>) -> TextId {
        self.scenario.texts.push(pieces);
        TextId(self.scenario.texts.len() as u32 - 1)
    }
}

/// The whole number that a text writes as numbers are written, if it does and a number holds it exactly.
fn whole(text: &str) -> Option<f64> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then(|| f64::from(number))
}

/// What was probably meant where a name of one kind stands and another is needed.
fn better_word(symbol: Symbol, needed: &str, name: &str) -> Option<String> {
    Some(match (symbol, needed) {
        (Symbol::Topic(_), "a channel or queue") => {
            "a topic is read through a group: `poll GROUP up to 500`".into()
        }
        (Symbol::Group(_), "a channel or queue") => format!("write `poll {name} up to 500`"),
        (Symbol::Channel(_) | Symbol::Queue(_), "a group") => format!("write `receive {name}`"),
        (Symbol::Topic(_), "a group") => format!("declare one: `group g on {name}`"),
        (Symbol::Shared(_), "a table") => {
            format!("a table is declared `shared {name} = … per key`")
        }
        (Symbol::Cpu(_), "a resource") => format!("write `work 10ms on {name}`"),
        (Symbol::Resource(_), "a cpu") => format!("write `with {name} {{ sleep … }}`"),
        (Symbol::Memory(_), "a resource") => {
            format!("what is `in {name}` counts against it by itself")
        }
        (Symbol::Group(_), "a channel, topic or queue") => {
            "items are sent to the topic that a group reads".into()
        }
        (Symbol::Queue(_), "a channel") => {
            format!("`send {name}` and `receive {name}` are what a queue can do")
        }
        _ => return None,
    })
}
