//! The syntax tree to a [`Scenario`]: every name becomes an index, every block flat instructions, every quantity a checked expression.
//!
//! A body is lowered into a buffer of its own, with addresses that count from its beginning; at the end all are put one after another
//! in the order of the text. What cannot be lowered is reported and left out: a scenario with problems is never handed out.

mod declarations;
mod held;
mod statements;

use super::ast::{Clauses, DeclarationKind, Expression, Tree};
use super::check::{Checker, Local, Place, Typed};
use super::diagnostics::Problems;
use super::names::Names;
use super::scenario::{
    BodyId, ExprId, Instruction, Pc, ProcessId, Scenario, SelectId, Slot, Span, Unit,
};
use super::units::NUMBER;

/// A text has so many instructions at most.
const INSTRUCTIONS_MAX: usize = 65_535;
/// An activity has so many variables at most.
const LOCALS_MAX: usize = 1_000;
/// Keys that are texts are looked for among one in so many.
const KEY_BUCKETS: usize = 1_024;

/// Lowers a tree. The scenario is good only if no problem was reported.
pub(crate) fn lower(tree: &Tree, problems: &mut Problems) -> Scenario {
    let names = Names::collect(tree, problems);
    let mut lowering = Lowering {
        scenario: Scenario::default(),
        names,
        problems,
        shared_units: Vec::new(),
        source_lost: false,
        given: Vec::new(),
        buffers: Vec::new(),
        spawned: Vec::new(),
        instructions: 0,
        key_literals: vec![Vec::new(); KEY_BUCKETS],
        locals: Vec::new(),
        slots: 0,
        frame: Frame::new(BodyId(0), ProcessId(0), None, 0),
    };
    lowering.declarations(tree);
    lowering.assemble();
    lowering.scenario
}

/// What is known about a constant beside its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// Anything.
    Any,
    /// 0 or more.
    NotNegative,
    /// Above 0.
    Positive,
    /// A whole number, 0 or more.
    Count,
    /// A whole number, 1 or more.
    CountFromOne,
}

impl Bound {
    /// What is wrong with a constant.
    fn broken_by(self, value: f64) -> Option<&'static str> {
        match self {
            Bound::Any => None,
            Bound::NotNegative | Bound::Count if value < 0.0 => Some("cannot be negative"),
            Bound::Positive if value <= 0.0 => Some("must be above zero"),
            Bound::CountFromOne if value < 1.0 => Some("must be at least 1"),
            Bound::Count | Bound::CountFromOne if value.fract() != 0.0 => {
                Some("must be a whole number")
            }
            _ => None,
        }
    }
}

/// The code of one body, with addresses from its own beginning.
#[derive(Debug, Default)]
struct Buffer {
    code: Vec<Instruction>,
    spans: Vec<Span>,
    selects: Vec<SelectId>,
}

/// A loop that `break` may leave.
#[derive(Debug)]
struct Loop {
    /// Scopes that were open around it.
    scopes: u16,
    /// Jumps that go on behind it.
    breaks: Vec<Pc>,
}

/// What is known about the body that is being lowered.
#[derive(Debug)]
struct Frame {
    body: BodyId,
    process: ProcessId,
    buffer: Buffer,
    loops: Vec<Loop>,
    /// Open `with`, `within`, `retry`, `try`, `for each`.
    scopes: u16,
    /// The most slots in use at once.
    slots_max: Slot,
    /// Why `break` finds no loop, if there is one outside of the body.
    inline: Option<&'static str>,
}

impl Frame {
    fn new(body: BodyId, process: ProcessId, inline: Option<&'static str>, slots: Slot) -> Self {
        Frame {
            body,
            process,
            buffer: Buffer::default(),
            loops: Vec::new(),
            scopes: 0,
            slots_max: slots,
            inline,
        }
    }
}

struct Lowering<'t> {
    scenario: Scenario,
    names: Names,
    problems: &'t mut Problems,
    shared_units: Vec<Option<Unit>>,
    /// Some `receive` or `poll` names what is not known: what is in hand is not known either.
    source_lost: bool,
    /// Settings that were given.
    given: Vec<&'static str>,
    /// By body.
    buffers: Vec<Buffer>,
    /// Instructions that start a task, whose body may come later in the text: body, address in it, task.
    spawned: Vec<(BodyId, Pc, ProcessId)>,
    instructions: usize,
    /// Keys that are texts, by what their bytes come to: a text may have tens of thousands.
    key_literals: Vec<Vec<u32>>,
    /// Visible variables, innermost last.
    locals: Vec<Local>,
    /// Slots in use.
    slots: Slot,
    frame: Frame,
}

impl Lowering<'_> {
    /// Everything in the order of the text, but for knobs and shared variables, whose units others need.
    fn declarations(&mut self, tree: &Tree) {
        for declaration in &tree.declarations {
            if let DeclarationKind::Knob {
                name,
                value,
                clauses,
            } = &declaration.kind
            {
                self.knob(name, value, clauses, declaration.head);
            }
        }
        for declaration in &tree.declarations {
            if let DeclarationKind::Shared {
                name,
                value,
                clauses,
            } = &declaration.kind
            {
                self.shared(name, value, clauses, declaration.head);
            }
        }
        for declaration in &tree.declarations {
            self.declaration(declaration);
        }
    }

    fn checker(&mut self, place: Place) -> Checker<'_> {
        Checker {
            scenario: &mut self.scenario,
            problems: self.problems,
            names: &self.names,
            locals: &self.locals,
            shared_units: &self.shared_units,
            place,
        }
    }

    /// A quantity of a known unit.
    fn quantity(
        &mut self,
        expression: &Expression,
        unit: Unit,
        place: Place,
        what: &str,
        bound: Bound,
    ) -> ExprId {
        let mut checker = self.checker(place);
        let typed = checker.check(expression);
        checker.needs(&typed, unit, what);
        let node = checker.node(typed);
        self.bounded(&typed, what, bound);
        node
    }

    /// The quantity of a clause, if it is given.
    fn clause(
        &mut self,
        clauses: &Clauses,
        word: &str,
        unit: Unit,
        place: Place,
        bound: Bound,
    ) -> Option<ExprId> {
        let quantity = clauses.quantity(word)?;
        Some(self.quantity(quantity, unit, place, &format!("`{word}`"), bound))
    }

    /// A quantity whose unit tells what is meant.
    fn either(
        &mut self,
        expression: &Expression,
        units: [Unit; 2],
        place: Place,
        what: &str,
        bound: Bound,
    ) -> (ExprId, Option<Unit>) {
        let mut checker = self.checker(place);
        let typed = checker.check(expression);
        let node = checker.node(typed);
        if let Some(unit) = typed.unit {
            if !units.contains(&unit) {
                let [a, b] = units.map(super::units::describe);
                let message = format!(
                    "{what} takes {a} or {b}, not {}",
                    super::units::describe(unit)
                );
                self.problems.report(typed.span, message, None);
                return (node, None);
            }
        }
        self.bounded(
            &typed,
            what,
            if typed.unit == Some(NUMBER) {
                bound
            } else {
                Bound::NotNegative
            },
        );
        (node, typed.unit)
    }

    fn bounded(&mut self, typed: &Typed, what: &str, bound: Bound) {
        let broken = typed
            .unit
            .and(typed.constant())
            .and_then(|value| bound.broken_by(value));
        if let Some(reason) = broken {
            self.problems
                .report(typed.span, format!("{what} {reason}"), None);
        }
    }

    /// Puts the bodies one after another, and sends every jump and every `spawn` where it belongs.
    fn assemble(&mut self) {
        for (body, at, task) in std::mem::take(&mut self.spawned) {
            let target = self
                .scenario
                .processes
                .get(task.index())
                .map(|process| process.body);
            let instruction = self
                .buffers
                .get_mut(body.index())
                .and_then(|buffer| buffer.code.get_mut(at as usize));
            if let (Some(target), Some(Instruction::Spawn { body, .. })) = (target, instruction) {
                *body = target;
            }
        }
        let buffers = std::mem::take(&mut self.buffers);
        for (body, buffer) in self.scenario.bodies.iter_mut().zip(buffers) {
            let base = self.scenario.code.len() as Pc;
            body.entry = base;
            for mut instruction in buffer.code {
                if let Some(target) = target(&mut instruction) {
                    *target += base;
                }
                self.scenario.code.push(instruction);
            }
            self.scenario.spans.extend(buffer.spans);
            for select in buffer.selects {
                if let Some(select) = self.scenario.selects.get_mut(select.index()) {
                    select.arms.iter_mut().for_each(|arm| arm.target += base);
                    select
                        .after
                        .iter_mut()
                        .for_each(|(_, target)| *target += base);
                    select
                        .otherwise
                        .iter_mut()
                        .for_each(|target| *target += base);
                }
            }
        }
        let mut counter = self.scenario.code.len() as u32;
        for select in &mut self.scenario.selects {
            select.first_counter = counter;
            counter += select.arms.len() as u32;
        }
        if !self.source_lost {
            held::report_unheld(&self.scenario, self.problems);
        }
    }
}

/// The address in an instruction; none has more than one.
fn target(instruction: &mut Instruction) -> Option<&mut Pc> {
    match instruction {
        Instruction::Jump(target)
        | Instruction::Branch {
            otherwise: target, ..
        }
        | Instruction::Repeat { end: target, .. }
        | Instruction::RepeatNext { body: target, .. }
        | Instruction::ForEach { end: target }
        | Instruction::ForEachNext { body: target }
        | Instruction::Try { otherwise: target } => Some(target),
        Instruction::Send { otherwise, .. }
        | Instruction::Offer { otherwise, .. }
        | Instruction::Call { otherwise, .. }
        | Instruction::Receive { otherwise, .. }
        | Instruction::Poll { otherwise, .. }
        | Instruction::With { otherwise, .. }
        | Instruction::Acquire { otherwise, .. }
        | Instruction::Within { otherwise, .. }
        | Instruction::Retry { otherwise, .. } => otherwise.as_mut(),
        _ => None,
    }
}
