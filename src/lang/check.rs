//! Expressions: every name must mean a quantity, every operation must make sense of its units. What passes becomes nodes of the
//! scenario's arena, with constants worked out and nanoseconds brought together with seconds.
//!
//! A part that is wrong is reported once and has no unit from then on; nothing above it is reported again. No statement is known here.

use super::ast::{Expression, ExpressionKind, Name};
use super::diagnostics::{Problems, and_all, suggest, unknown};
use super::foreign;
use super::measures;
use super::names::{Names, Symbol};
use super::scenario::{
    Binary, Draw, Expr, ExprId, Observation, Scenario, Slot, Span, Unary, Unit, Watch,
};
use super::units::{self, DURATION, NUMBER, SIZE};

/// A local value and what it is.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    pub(crate) name: String,
    pub(crate) slot: Slot,
    /// `None` if its value could not be understood.
    pub(crate) unit: Option<Unit>,
}

/// What an expression may use at its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// How an error calls the place.
    what: &'static str,
    /// What may stand there.
    help: &'static str,
    knobs: bool,
    shared: bool,
    /// The state of stores and resources, and `now`.
    state: bool,
    /// What belongs to one activity: `pending`, `attempt`, `age`.
    own: bool,
    random: bool,
    measures: bool,
}

impl Place {
    /// Statements.
    pub(crate) const BODY: Place = Place {
        what: "a statement",
        help: "a statement can look at `len`, `bytes`, `full`, `free`, `lag` and `used`",
        knobs: true,
        shared: true,
        state: true,
        own: true,
        random: true,
        measures: false,
    };
    /// Values that never change.
    pub(crate) const CONSTANT: Place = Place {
        what: "a fixed value",
        help: "only numbers can",
        knobs: false,
        shared: false,
        state: false,
        own: false,
        random: false,
        measures: false,
    };
    /// Declarations.
    pub(crate) const DECLARATION: Place = Place {
        what: "a declaration",
        help: "numbers and knobs can",
        knobs: true,
        ..Place::CONSTANT
    };
    /// What lets an autoscaled process grow.
    pub(crate) const SCALING: Place = Place {
        what: "the condition of a process",
        help: "numbers, knobs, shared variables and the state can, such as `len(ch)` or `now`",
        shared: true,
        state: true,
        ..Place::DECLARATION
    };
    /// `await`
    pub(crate) const AWAIT: Place = Place {
        what: "an `await`",
        help: "numbers, knobs, variables and the state can, such as `len(ch)`, `full(ch)`, `free(res)` or `pending`",
        random: false,
        ..Place::BODY
    };
    /// `expect`
    pub(crate) const EXPECT: Place = Place {
        what: "an `expect`",
        help: "numbers, knobs, shared variables, the state such as `len(ch)`, and measures such as `dropped`, `p99` or `max_depth(ch)` can",
        measures: true,
        ..Place::SCALING
    };
}

/// What an expression is worth: known, or to be worked out.
#[derive(Debug, Clone, Copy)]
enum Value {
    Constant(f64),
    Node(ExprId),
}

/// A checked expression.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typed {
    value: Value,
    /// `None` if it could not be understood; that was reported.
    pub(crate) unit: Option<Unit>,
    pub(crate) span: Span,
}

impl Typed {
    /// Its value, if that is known now.
    pub(crate) fn constant(&self) -> Option<f64> {
        match self.value {
            Value::Constant(value) => Some(value),
            Value::Node(_) => None,
        }
    }
}

/// Checks expressions at one place and adds their nodes to the scenario.
pub(crate) struct Checker<'c> {
    pub(crate) scenario: &'c mut Scenario,
    pub(crate) problems: &'c mut Problems,
    pub(crate) names: &'c Names,
    pub(crate) locals: &'c [Local],
    pub(crate) shared_units: &'c [Option<Unit>],
    pub(crate) place: Place,
}

impl Checker<'_> {
    /// Checks an expression.
    pub(crate) fn check(&mut self, expression: &Expression) -> Typed {
        let span = expression.span;
        match &expression.kind {
            ExpressionKind::Number { value, unit, .. } => constant(*value, Some(*unit), span),
            ExpressionKind::Name(name) => self.name(name, span),
            ExpressionKind::Entry { name, key } => self.entry(name, key, span),
            ExpressionKind::Unary(operator, operand) => self.unary(*operator, operand, span),
            ExpressionKind::Binary(operator, left, right) => {
                self.binary(*operator, left, right, span)
            }
            ExpressionKind::Function { name, arguments } => self.function(name, arguments, span),
            ExpressionKind::Choice(choices) => self.choice(choices, span),
            ExpressionKind::Broken => broken(span),
        }
    }

    /// The node of a checked expression.
    pub(crate) fn node(&mut self, typed: Typed) -> ExprId {
        match typed.value {
            Value::Constant(value) => self.push(Expr::Number(value), typed.span),
            Value::Node(id) => id,
        }
    }

    fn push(&mut self, expr: Expr, span: Span) -> ExprId {
        self.scenario.expressions.push(expr);
        self.scenario.expression_spans.push(span);
        ExprId(u32::try_from(self.scenario.expressions.len() - 1).unwrap_or(u32::MAX))
    }

    fn grown(&mut self, expr: Expr, unit: Option<Unit>, span: Span) -> Typed {
        Typed {
            value: Value::Node(self.push(expr, span)),
            unit,
            span,
        }
    }

    // Names.

    fn name(&mut self, name: &str, span: Span) -> Typed {
        if self.place.measures {
            if let Some((measure, unit)) = measures::of_run(name) {
                self.only_measure(name, span);
                return self.grown(Expr::Measure(measure), Some(unit), span);
            }
        }
        if let Some(local) = self.locals.iter().rev().find(|local| local.name == name) {
            let (slot, unit) = (local.slot, local.unit);
            return self.grown(Expr::Local(slot), unit, span);
        }
        match self.names.thing(name) {
            Some(Symbol::Knob(id)) => {
                let unit = self.scenario.knobs.get(id.index()).map(|knob| knob.unit);
                self.allowed(self.place.knobs, "a knob", span);
                self.grown(Expr::Knob(id), unit, span)
            }
            Some(Symbol::Shared(id)) => {
                let unit = self.shared_units.get(id.index()).copied().flatten();
                self.allowed(self.place.shared, "a shared variable", span);
                self.grown(Expr::Shared(id), unit, span)
            }
            Some(symbol) => self.no_quantity(name, symbol, span),
            None => self.observation(name, span),
        }
    }

    /// `name[key]`
    fn entry(&mut self, name: &Name, key: &Expression, span: Span) -> Typed {
        let key = self.key(key);
        match self.names.thing(&name.text) {
            Some(Symbol::Table(id)) => {
                let unit = self.shared_units.get(id.index()).copied().flatten();
                self.allowed(self.place.shared, "a table", span);
                self.grown(Expr::Entry(id, key), unit, span)
            }
            Some(Symbol::Keyed(_)) => {
                let text = &name.text;
                let help = format!("did you mean `free({text}[…])` or `len({text}[…])`?");
                let message = format!("'{text}' is a resource per key, not a quantity");
                self.problems.report(span, message, Some(help));
                broken(span)
            }
            Some(symbol) => {
                let message = format!("'{}' is {}, without keys", name.text, symbol.describe());
                let help = "a table is declared `shared balance = 100 per key`".to_owned();
                self.problems.report(span, message, Some(help));
                broken(span)
            }
            None => self.no_table(name),
        }
    }

    fn key(&mut self, key: &Expression) -> ExprId {
        let key = self.check(key);
        self.needs(&key, NUMBER, "a key");
        self.node(key)
    }

    /// A name with a key that is not declared.
    pub(super) fn no_table(&mut self, name: &Name) -> Typed {
        let is_local = self.locals.iter().any(|local| local.name == name.text);
        if is_local {
            let message = format!("'{}' is a variable, without keys", name.text);
            self.problems.report(name.span, message, None);
        } else if self.problems.misses(&name.text) {
            let accepted = |symbol| matches!(symbol, Symbol::Table(_));
            let near = self.names.near(&name.text, &accepted);
            let message = unknown("table", &name.text, near.map(|(near, _)| near));
            let help = near
                .is_none()
                .then(|| format!("a table is declared `shared {} = 0 per key`", name.text));
            self.problems.report(name.span, message, help);
        }
        broken(name.span)
    }

    /// A text may have a variable of the name of a measure, but a claim that means one of them would not say which.
    fn only_measure(&mut self, name: &str, span: Span) {
        let quantity = |symbol: &Symbol| matches!(symbol, Symbol::Knob(_) | Symbol::Shared(_));
        if let Some(symbol) = self.names.thing(name).filter(quantity) {
            let kind = symbol.describe();
            let message = format!("`{name}` is a measure of the run, and {kind} of this text");
            let help = "give it another name to speak of it in `expect`".to_owned();
            self.problems.report(span, message, Some(help));
        }
    }

    fn allowed(&mut self, allowed: bool, what: &str, span: Span) {
        if !allowed {
            let Place {
                what: place, help, ..
            } = self.place;
            let message = format!("{what} cannot be used in {place}");
            self.problems.report(span, message, Some(help.to_owned()));
        }
    }

    fn no_quantity(&mut self, name: &str, symbol: Symbol, span: Span) -> Typed {
        let help = match symbol {
            Symbol::Channel(_) | Symbol::Topic(_) | Symbol::Queue(_) | Symbol::Cpu(_) => {
                format!("did you mean `len({name})`?")
            }
            Symbol::Resource(_) => format!("did you mean `free({name})` or `len({name})`?"),
            Symbol::Table(_) => format!("write `{name}[…]`, or `len({name})`"),
            Symbol::Keyed(_) => format!("did you mean `free({name}[…])` or `len({name})`?"),
            Symbol::Group(_) => format!("did you mean `lag({name})`?"),
            _ => format!("did you mean `used({name})`?"),
        };
        self.problems.report(
            span,
            format!("'{name}' is {}, not a quantity", symbol.describe()),
            Some(help),
        );
        broken(span)
    }

    fn observation(&mut self, name: &str, span: Span) -> Typed {
        let (observation, unit) = match name {
            "pending" => (Observation::Pending, NUMBER),
            "attempt" => (Observation::Attempt, NUMBER),
            "age" => (Observation::Age, DURATION),
            // Not reserved: `key` and `size` are clause words, and a declared name goes first.
            "key" => (Observation::Key, NUMBER),
            "size" => (Observation::Size, SIZE),
            "now" => (Observation::Now, DURATION),
            _ => return self.unknown(name, span),
        };
        let allowed = if observation == Observation::Now {
            self.place.state
        } else {
            self.place.own
        };
        self.allowed(allowed, &format!("`{name}`"), span);
        self.grown(Expr::Observe(observation), Some(unit), span)
    }

    fn unknown(&mut self, name: &str, span: Span) -> Typed {
        if !self.problems.misses(name) {
            return broken(span);
        }
        let usage = measures::usage(name);
        if let Some(usage) = usage.as_ref().filter(|_| self.place.measures) {
            let message = format!("`{name}` is a measure of {}", measures::takes(name));
            self.problems
                .report(span, message, Some(format!("write `{usage}`")));
            return broken(span);
        }
        let measures = measures::words().filter(|_| self.place.measures);
        let locals = self.locals.iter().map(|local| local.name.as_str());
        let known = suggest(name, locals.chain(measures));
        let known = known.or_else(|| {
            Some(
                self.names
                    .near(name, &|symbol| {
                        matches!(symbol, Symbol::Knob(_) | Symbol::Shared(_))
                    })?
                    .0,
            )
        });
        let help = match name {
            _ if known.is_some() => None,
            _ if units::meant(name).is_some() => {
                Some("a unit stands right after its number: `10ms`, `200/s`")
            }
            _ if usage.is_some() || measures::of_run(name).is_some() => Some(IN_EXPECT_ONLY),
            _ => foreign::name(name),
        };
        let help = match help {
            None if known.is_none() && self.place.measures => {
                let measures = and_all(&measures::words_of_run());
                Some(format!("the measures of the run are {measures}"))
            }
            help => help.map(str::to_owned),
        };
        self.problems
            .report(span, unknown("name", name, known), help);
        broken(span)
    }

    // Operators.

    fn unary(&mut self, operator: Unary, operand: &Expression, span: Span) -> Typed {
        let operand = self.check(operand);
        let unit = match operator {
            Unary::Not => self.needs(&operand, NUMBER, "`not`").map(|()| NUMBER),
            _ => operand.unit,
        };
        self.applied(operator, operand, unit, span)
    }

    fn applied(
        &mut self,
        operator: Unary,
        operand: Typed,
        unit: Option<Unit>,
        span: Span,
    ) -> Typed {
        if let Value::Constant(value) = operand.value {
            let value = match operator {
                Unary::Negate => -value,
                Unary::Not => f64::from(u8::from(value == 0.0)),
                Unary::Floor => value.floor(),
                Unary::Ceil => value.ceil(),
            };
            return constant(value, unit, span);
        }
        let node = self.node(operand);
        self.grown(Expr::Unary(operator, node), unit, span)
    }

    fn binary(
        &mut self,
        operator: Binary,
        left: &Expression,
        right: &Expression,
        span: Span,
    ) -> Typed {
        let (left, right) = (self.check(left), self.check(right));
        match operator {
            Binary::Multiply => self.multiplied(left, right, span),
            Binary::Divide => self.divided(left, right, span),
            Binary::And | Binary::Or => {
                let word = if operator == Binary::And {
                    "`and`"
                } else {
                    "`or`"
                };
                let unit = self
                    .needs(&left, NUMBER, word)
                    .and(self.needs(&right, NUMBER, word))
                    .map(|()| NUMBER);
                self.combined(operator, left, right, unit, span)
            }
            _ => {
                let same = self.same(operator, &left, &right, span);
                let compares = !matches!(
                    operator,
                    Binary::Add
                        | Binary::Subtract
                        | Binary::Modulo
                        | Binary::Minimum
                        | Binary::Maximum
                );
                let unit = if compares { same.map(|_| NUMBER) } else { same };
                self.combined(operator, left, right, unit, span)
            }
        }
    }

    /// Both sides must have one unit; the error names both.
    fn same(&mut self, operator: Binary, left: &Typed, right: &Typed, span: Span) -> Option<Unit> {
        let (a, b) = (left.unit?, right.unit?);
        if a == b {
            return Some(a);
        }
        let (a_is, b_is) = (units::describe(a), units::describe(b));
        let message = match operator {
            Binary::Add => format!("{b_is} cannot be added to {a_is}"),
            Binary::Subtract => format!("{b_is} cannot be subtracted from {a_is}"),
            Binary::Modulo => format!("there is no remainder of {a_is} by {b_is}"),
            Binary::Minimum | Binary::Maximum => format!("there is no order of {a_is} and {b_is}"),
            _ => format!("{a_is} cannot be compared with {b_is}"),
        };
        // What lacks a unit is more often wrong than what has one.
        let help = if a == NUMBER {
            units::mend(b, a)
        } else {
            units::mend(a, b).or_else(|| units::mend(b, a))
        };
        self.problems.report(span, message, help.map(str::to_owned));
        None
    }

    fn combined(
        &mut self,
        operator: Binary,
        left: Typed,
        right: Typed,
        unit: Option<Unit>,
        span: Span,
    ) -> Typed {
        if let (Value::Constant(a), Value::Constant(b)) = (left.value, right.value) {
            let value = fold(operator, a, b);
            if !value.is_finite() && unit.is_some() {
                let message = if b == 0.0 {
                    "this divides by zero"
                } else {
                    "this number is too large"
                };
                self.problems.report(span, message, None);
                return broken(span);
            }
            return constant(value, unit, span);
        }
        let (a, b) = (self.node(left), self.node(right));
        self.grown(Expr::Binary(operator, a, b), unit, span)
    }

    fn multiplied(&mut self, left: Typed, right: Typed, span: Span) -> Typed {
        let Some((a, b, unit)) = self.result(left.unit, right.unit, span) else {
            return self.combined(Binary::Multiply, left, right, None, span);
        };
        let power = units::scale_power(unit) - units::scale_power(a) - units::scale_power(b);
        let product = self.combined(Binary::Multiply, left, right, Some(unit), span);
        self.scaled(product, power)
    }

    /// The numerator is scaled up first: `1/rate` is `(1 * 10^9) / rate`, exact wherever the result is.
    fn divided(&mut self, left: Typed, right: Typed, span: Span) -> Typed {
        let Some((a, inverse, unit)) = self.result(left.unit, right.unit.map(units::inverse), span)
        else {
            return self.combined(Binary::Divide, left, right, None, span);
        };
        let divisor = units::inverse(inverse);
        let power = units::scale_power(unit) - units::scale_power(a) + units::scale_power(divisor);
        let numerator = if power > 0 {
            self.scaled(left, power)
        } else {
            left
        };
        let quotient = self.combined(Binary::Divide, numerator, right, Some(unit), span);
        if power < 0 {
            self.scaled(quotient, power)
        } else {
            quotient
        }
    }

    fn result(
        &mut self,
        left: Option<Unit>,
        right: Option<Unit>,
        span: Span,
    ) -> Option<(Unit, Unit, Unit)> {
        let (a, b) = (left?, right?);
        let unit = units::product(a, b);
        if unit.is_none() {
            self.problems.report(
                span,
                "no quantity has such a unit",
                Some("a time or size is multiplied with itself too often".into()),
            );
        }
        unit.map(|unit| (a, b, unit))
    }

    fn scaled(&mut self, typed: Typed, power: i8) -> Typed {
        if power == 0 {
            return typed;
        }
        match typed.value {
            Value::Constant(value) if power > 0 => constant(
                value * units::SECOND.powi(i32::from(power)),
                typed.unit,
                typed.span,
            ),
            Value::Constant(value) => constant(
                value / units::SECOND.powi(-i32::from(power)),
                typed.unit,
                typed.span,
            ),
            Value::Node(node) => self.grown(Expr::Scaled(node, power), typed.unit, typed.span),
        }
    }

    /// Reports if a quantity has another unit than is needed; `None` then, and if it has none.
    pub(crate) fn needs(&mut self, typed: &Typed, unit: Unit, what: &str) -> Option<()> {
        let given = typed.unit?;
        if given == unit {
            return Some(());
        }
        let message = format!(
            "{what} takes {}, not {}",
            units::describe(unit),
            units::describe(given)
        );
        self.problems.report(
            typed.span,
            message,
            units::mend(unit, given).map(str::to_owned),
        );
        None
    }

    // Functions.

    fn function(&mut self, name: &Name, arguments: &[Expression], span: Span) -> Typed {
        let wanted = match name.text.as_str() {
            "random" => 0..=0,
            "min" | "max" => 2..=usize::MAX,
            "floor" | "ceil" | "len" | "bytes" | "full" | "free" | "lag" | "used" | "exp" => 1..=1,
            word if measures::usage(word).is_some() => 1..=1,
            _ => 2..=2,
        };
        if !wanted.contains(&arguments.len()) {
            let usage = usage(&name.text);
            let plural = if *wanted.end() == 1 {
                "argument"
            } else {
                "arguments"
            };
            let least = if *wanted.end() == usize::MAX {
                "at least "
            } else {
                ""
            };
            let message = format!(
                "`{}` takes {least}{} {plural}, not {}",
                name.text,
                wanted.start(),
                arguments.len()
            );
            self.problems.report(span, message, Some(usage));
            return broken(span);
        }
        match (name.text.as_str(), arguments) {
            ("min", _) => self.extreme(Binary::Minimum, arguments, span),
            ("max", _) => self.extreme(Binary::Maximum, arguments, span),
            ("floor" | "ceil", [x]) => self.rounded(&name.text, x, span),
            ("exp", _) => self.draw(name, arguments, span),
            (word, [x]) => self.observed(word, x, span),
            _ => self.draw(name, arguments, span),
        }
    }

    fn extreme(&mut self, operator: Binary, arguments: &[Expression], span: Span) -> Typed {
        let mut best = broken(span);
        for (index, argument) in arguments.iter().enumerate() {
            let next = self.check(argument);
            if index == 0 {
                best = next;
                continue;
            }
            let unit = self.same(operator, &best, &next, span);
            best = self.combined(operator, best, next, unit, span);
        }
        best
    }

    fn rounded(&mut self, word: &str, argument: &Expression, span: Span) -> Typed {
        let argument = self.check(argument);
        let unit = self
            .needs(&argument, NUMBER, &format!("`{word}`"))
            .map(|()| NUMBER);
        let operator = if word == "floor" {
            Unary::Floor
        } else {
            Unary::Ceil
        };
        self.applied(operator, argument, unit, span)
    }

    /// `len(x)`, `max_depth(x)` and the like: the argument is the name of a thing.
    fn observed(&mut self, word: &str, argument: &Expression, span: Span) -> Typed {
        let is_measure = measures::usage(word).is_some();
        if is_measure && !self.place.measures {
            let help = self.place.state.then(|| self.place.help.to_owned());
            let message = format!("`{word}` is a measure of the run, known in `expect` only");
            self.problems.report(span, message, help);
            return broken(span);
        }
        if let ExpressionKind::Entry { name, key } = &argument.kind {
            return self.observed_at(word, name, key, argument.span, span);
        }
        let ExpressionKind::Name(name) = &argument.kind else {
            if !matches!(argument.kind, ExpressionKind::Broken) {
                let message = format!("`{word}` takes the name of {}", observable(word));
                self.problems
                    .report(argument.span, message, Some(usage(word)));
            }
            return broken(span);
        };
        // A process may have the name of a store.
        let both = [self.names.thing(name), self.names.crew(name)];
        let mut known = both.into_iter().flatten();
        let first = known.clone().next();
        let Some((expr, unit)) = known.find_map(|symbol| said_of(word, symbol)) else {
            self.not_observed(word, name, first, argument.span);
            return broken(span);
        };
        self.allowed(is_measure || self.place.state, &format!("`{word}`"), span);
        self.grown(expr, Some(unit), span)
    }

    /// `free(row[key])` or `len(row[key])`; other words take no key.
    fn observed_at(
        &mut self,
        word: &str,
        name: &Name,
        key: &Expression,
        at: Span,
        span: Span,
    ) -> Typed {
        let crew = || self.names.crew(&name.text);
        let symbol = self.names.thing(&name.text).or_else(crew);
        let key = self.key(key);
        let observation = match (word, symbol) {
            ("free", Some(Symbol::Keyed(id))) => Observation::FreeAt(id, key),
            ("len", Some(Symbol::Keyed(id))) => Observation::WaitingAt(id, key),
            (_, Some(symbol)) if said_of(word, symbol).is_some() => {
                let kind = symbol.describe();
                let message = format!("`{word}` takes no key of '{}', {kind}", name.text);
                let help = format!("write `{word}({})`", name.text);
                self.problems.report(at, message, Some(help));
                return broken(span);
            }
            (_, symbol) => {
                self.not_observed(word, &name.text, symbol, at);
                return broken(span);
            }
        };
        self.allowed(self.place.state, &format!("`{word}`"), span);
        self.grown(Expr::Observe(observation), Some(NUMBER), span)
    }

    /// The name of nothing, or of something else than a word takes.
    fn not_observed(&mut self, word: &str, name: &str, symbol: Option<Symbol>, span: Span) {
        let Some(symbol) = symbol else {
            if self.problems.misses(name) {
                let near = self
                    .names
                    .near(name, &|symbol| said_of(word, symbol).is_some());
                let message = unknown("name", name, near.map(|(near, _)| near));
                self.problems.report(span, message, None);
            }
            return;
        };
        let kind = symbol.describe();
        let help = if measures::usage(word).is_some() {
            let has = measures::had_by(symbol);
            (!has.is_empty()).then(|| format!("what {kind} has: {has}"))
        } else {
            let help = [
                ("free", "a resource per key"),
                ("lag", "a group"),
                ("used", "a memory"),
                ("free", "a resource"),
                ("len", "a channel"),
            ];
            help.iter()
                .find(|(_, known)| *known == kind)
                .map(|(word, _)| match symbol {
                    Symbol::Keyed(_) => format!("write `{word}({name}[…])`"),
                    _ => format!("did you mean `{word}({name})`?"),
                })
        };
        let message = format!(
            "`{word}` takes the name of {}, and '{name}' is {kind}",
            observable(word)
        );
        self.problems.report(span, message, help);
    }

    // Random quantities.

    fn draw(&mut self, name: &Name, arguments: &[Expression], span: Span) -> Typed {
        self.allowed(self.place.random, "a random quantity", span);
        let parts: Vec<Typed> = arguments
            .iter()
            .map(|argument| self.check(argument))
            .collect();
        let what = format!("`{}`", super::words::usage(&name.text).unwrap_or_default());
        let unit = self.drawn_unit(&name.text, &parts, &what, span);
        for part in &parts {
            if part.constant().is_some_and(|value| value < 0.0) && name.text != "uniform" {
                self.problems
                    .report(part.span, format!("{what} takes no negative numbers"), None);
            }
        }
        let nodes: Vec<ExprId> = parts.iter().map(|part| self.node(*part)).collect();
        let draw = match (name.text.as_str(), nodes.as_slice()) {
            ("exp", &[mean]) => Draw::Exponential { mean },
            ("uniform", &[low, high]) => Draw::Uniform { low, high },
            ("normal", &[mean, deviation]) => Draw::Normal { mean, deviation },
            ("lognormal", &[mean, variation]) => Draw::Lognormal { mean, variation },
            ("gamma", &[mean, variation]) => Draw::Gamma { mean, variation },
            ("erlang", &[stages, mean]) => Draw::Erlang { stages, mean },
            ("pareto", &[mean, alpha]) => Draw::Pareto { mean, alpha },
            ("weibull", &[scale, shape]) => Draw::Weibull { scale, shape },
            ("zipf", &[n, s]) => Draw::Zipf { n, s },
            _ => Draw::Random,
        };
        self.grown(Expr::Draw(draw), unit, span)
    }

    /// The unit of a draw, from those of its parameters.
    fn drawn_unit(&mut self, name: &str, parts: &[Typed], what: &str, span: Span) -> Option<Unit> {
        match (name, parts) {
            ("exp", [mean]) => mean.unit,
            ("uniform" | "normal", [a, b]) => {
                let (x, y) = (a.unit?, b.unit?);
                if x != y {
                    let message = format!(
                        "{what} takes two quantities of one unit, not {} and {}",
                        units::describe(x),
                        units::describe(y)
                    );
                    self.problems.report(
                        span,
                        message,
                        units::mend(x, y).or(units::mend(y, x)).map(str::to_owned),
                    );
                    return None;
                }
                Some(x)
            }
            ("lognormal" | "gamma" | "pareto" | "weibull", [mean, shape]) => {
                self.needs(shape, NUMBER, what).and(mean.unit)
            }
            ("erlang", [stages, mean]) => self.needs(stages, NUMBER, what).and(mean.unit),
            ("zipf", [n, s]) => self
                .needs(n, NUMBER, what)
                .and(self.needs(s, NUMBER, what))
                .map(|()| NUMBER),
            _ => Some(NUMBER),
        }
    }

    fn choice(&mut self, choices: &[(Expression, Expression)], span: Span) -> Typed {
        self.allowed(self.place.random, "a random quantity", span);
        if choices.is_empty() {
            let help = "write `choice(10ms: 90%, 500ms: 10%)`".to_owned();
            self.problems
                .report(span, "`choice` has nothing to choose from", Some(help));
            return broken(span);
        }
        let mut first: Option<Typed> = None;
        let mut nodes = Vec::new();
        let mut total = Some(0.0);
        for (value, weight) in choices {
            let (value, weight) = (self.check(value), self.check(weight));
            if let (Some(Typed { unit: Some(a), .. }), Some(b)) = (first, value.unit) {
                if a != b {
                    let message = format!(
                        "the values of one `choice` have one unit, not {} and {}",
                        units::describe(a),
                        units::describe(b)
                    );
                    self.problems
                        .report(value.span, message, units::mend(a, b).map(str::to_owned));
                }
            }
            self.needs(&weight, NUMBER, "a weight");
            if weight.constant().is_some_and(|weight| weight < 0.0) {
                self.problems
                    .report(weight.span, "a weight cannot be negative", None);
            }
            total = total
                .zip(weight.constant())
                .map(|(total, weight)| total + weight);
            first = first.or(Some(value));
            nodes.push((self.node(value), self.node(weight)));
        }
        if total.is_some_and(|total| total <= 0.0) {
            self.problems
                .report(span, "the weights of this `choice` are all zero", None);
        }
        self.grown(
            Expr::Draw(Draw::Choice { choices: nodes }),
            first.and_then(|value| value.unit),
            span,
        )
    }
}

/// The things that an expression depends on, for `await`. What changes without being watched is reported.
pub(crate) fn watches(scenario: &Scenario, node: ExprId, problems: &mut Problems) -> Vec<Watch> {
    let mut watches = Vec::new();
    let mut open = vec![node];
    while let Some(id) = open.pop() {
        match scenario.expressions.get(id.index()) {
            Some(Expr::Unary(_, a) | Expr::Scaled(a, _)) => open.push(*a),
            Some(Expr::Binary(_, a, b)) => open.extend([*b, *a]),
            Some(Expr::Shared(id)) => watches.push(Watch::Shared(*id)),
            Some(Expr::Entry(id, key)) => {
                watches.push(Watch::Shared(*id));
                open.push(*key);
            }
            Some(Expr::Observe(observation)) => match observation.watched() {
                Some(watch) => {
                    watches.push(watch);
                    open.extend(observation.key());
                }
                None if is_constant_in_hand(*observation) => {}
                None => {
                    let span = scenario
                        .expression_spans
                        .get(id.index())
                        .copied()
                        .unwrap_or_default();
                    let word = if *observation == Observation::Now {
                        "now"
                    } else {
                        "age"
                    };
                    let help =
                        "wait with `sleep`, or put a deadline around it: `within 1s { await … }`";
                    problems.report(
                        span,
                        format!("`{word}` cannot be used in an `await`: it changes all the time"),
                        Some(help.into()),
                    );
                }
            },
            _ => {}
        }
    }
    let mut once: Vec<Watch> = Vec::new();
    watches.retain(|watch| {
        !once.contains(watch) && {
            once.push(*watch);
            true
        }
    });
    watches
}

/// What cannot change while its activity waits.
fn is_constant_in_hand(observation: Observation) -> bool {
    matches!(
        observation,
        Observation::Attempt | Observation::Key | Observation::Size
    )
}

fn constant(value: f64, unit: Option<Unit>, span: Span) -> Typed {
    Typed {
        value: Value::Constant(value),
        unit,
        span,
    }
}

/// Stands for what was reported already. 1 divides, multiplies and counts without further trouble.
fn broken(span: Span) -> Typed {
    constant(1.0, None, span)
}

fn fold(operator: Binary, a: f64, b: f64) -> f64 {
    let truth = |holds: bool| f64::from(u8::from(holds));
    match operator {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        Binary::Modulo => a % b,
        Binary::Equal => truth(a == b),
        Binary::NotEqual => truth(a != b),
        Binary::Less => truth(a < b),
        Binary::LessOrEqual => truth(a <= b),
        Binary::Greater => truth(a > b),
        Binary::GreaterOrEqual => truth(a >= b),
        Binary::And => truth(a != 0.0 && b != 0.0),
        Binary::Or => truth(a != 0.0 || b != 0.0),
        Binary::Minimum => a.min(b),
        Binary::Maximum => a.max(b),
    }
}

/// What a function of the state says about a thing.
fn observation_of(word: &str, symbol: Symbol) -> Option<(Observation, Unit)> {
    Some(match (word, symbol) {
        ("len", Symbol::Table(id)) => (Observation::Entries(id), NUMBER),
        ("len", _) => (Observation::Len(symbol.thing()?), NUMBER),
        ("bytes", Symbol::Channel(_) | Symbol::Topic(_) | Symbol::Queue(_)) => {
            (Observation::Bytes(symbol.thing()?), SIZE)
        }
        ("full", Symbol::Channel(id)) => (Observation::Full(id), NUMBER),
        ("free", Symbol::Resource(id)) => (Observation::Free(id), NUMBER),
        ("free", Symbol::Cpu(id)) => (Observation::FreeCores(id), NUMBER),
        ("lag", Symbol::Group(id)) => (Observation::Lag(id), NUMBER),
        ("used", Symbol::Memory(id)) => (Observation::Used(id), SIZE),
        _ => return None,
    })
}

/// What a function of the state, or a measure, says about a thing.
fn said_of(word: &str, symbol: Symbol) -> Option<(Expr, Unit)> {
    if let Some((measure, unit)) = measures::of_thing(word, symbol) {
        return Some((Expr::Measure(measure), unit));
    }
    observation_of(word, symbol).map(|(observation, unit)| (Expr::Observe(observation), unit))
}

/// What a function of the state, or a measure, may name.
fn observable(word: &str) -> String {
    match word {
        "len" => "a channel, topic, queue, resource, cpu or table".into(),
        "bytes" => "a channel, topic or queue".into(),
        "full" => "a channel".into(),
        "free" => "a resource or cpu".into(),
        "lag" => "a group".into(),
        "used" => "a memory".into(),
        _ => measures::takes(word),
    }
}

const IN_EXPECT_ONLY: &str = "measures of the run are known in `expect` only";

/// How a function or measure is written.
fn usage(word: &str) -> String {
    let usage = super::words::usage(word).map(str::to_owned);
    let usage = usage.or_else(|| measures::usage(word)).unwrap_or_default();
    format!("write `{usage}`")
}
