//! The value of an expression now. Most are the same until a knob moves, or one draw with such parameters: those are planned ahead.

use std::rc::Rc;

use super::machine::Machine;
use super::rests::{Rests, Thing};
use super::work;
use crate::lang::scenario::{
    self as text, Binary, Draw, Expr, ExprId, KnobId, Observation, Scenario, Unary,
};
use crate::model::item::Key;

/// How an expression is evaluated until a knob moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Plan {
    /// It has this value.
    Fixed(f64),
    /// An exponential draw of this mean.
    Exponential(f64),
    /// Node by node.
    General,
}

/// Values that knobs alone decide, and plans that rest on them.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    pub(crate) knobs: Vec<f64>,
    plans: Vec<Plan>,
    rests: Rc<Rests>,
}

impl Values {
    pub(super) fn new(scenario: &Scenario, knobs: Vec<f64>) -> Self {
        let mut values = Values {
            knobs,
            plans: Vec::new(),
            rests: Rc::new(Rests::new(scenario)),
        };
        // Parts come before wholes, so one pass does.
        for expr in &scenario.expressions {
            let plan = values.plan_of(expr);
            values.plans.push(plan);
        }
        values
    }

    /// The expressions that rest on a knob, and what they say something of.
    pub(super) fn rest_on(&self, knob: KnobId) -> (Vec<ExprId>, Vec<Thing>) {
        let expressions = self.rests.on(knob);
        let things = self.rests.things(&expressions);
        (expressions, things)
    }

    /// Plans anew what rests on a knob that moves.
    pub(super) fn plan(&mut self, scenario: &Scenario, expressions: &[ExprId]) {
        for expr in expressions {
            self.plans[expr.index()] = self.plan_of(&scenario.expressions[expr.index()]);
        }
    }

    #[inline]
    fn known(&self, expr: ExprId) -> Option<f64> {
        match self.plans[expr.index()] {
            Plan::Fixed(value) => Some(value),
            _ => None,
        }
    }

    fn plan_of(&self, expr: &Expr) -> Plan {
        let fixed = match *expr {
            Expr::Number(value) => Some(value),
            Expr::Knob(knob) => Some(self.knobs[knob.index()]),
            Expr::Unary(op, a) => self.known(a).map(|a| unary(op, a)),
            Expr::Binary(op, a, b) => self
                .known(a)
                .zip(self.known(b))
                .map(|(a, b)| binary(op, a, b)),
            Expr::Scaled(a, power) => self.known(a).map(|a| scaled(a, power)),
            Expr::Draw(Draw::Exponential { mean }) => {
                return self.known(mean).map_or(Plan::General, Plan::Exponential);
            }
            _ => None,
        };
        fixed.map_or(Plan::General, Plan::Fixed)
    }

    /// The value of an expression over knobs alone; 0 if it is of another kind, which the checker does not let through.
    pub(super) fn declared(&self, expr: ExprId) -> f64 {
        self.known(expr).unwrap_or(0.0)
    }
}

pub(super) fn truth(value: bool) -> f64 {
    f64::from(u8::from(value))
}

pub(super) fn unary(op: Unary, a: f64) -> f64 {
    match op {
        Unary::Negate => -a,
        Unary::Not => truth(a == 0.0),
        Unary::Floor => a.floor(),
        Unary::Ceil => a.ceil(),
    }
}

pub(super) fn binary(op: Binary, a: f64, b: f64) -> f64 {
    match op {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        // Exact, and so the same everywhere.
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

pub(super) fn scaled(a: f64, power: i8) -> f64 {
    let mut factor = 1.0;
    for _ in 0..power.unsigned_abs() {
        factor *= 1e9;
    }
    if power < 0 { a / factor } else { a * factor }
}

/// A duration in whole nanoseconds: rounded, nothing below 0, and what is beyond all bounds never comes.
///
/// Not a number (nothing divided by nothing) is `None`.
#[inline]
pub(super) fn nanoseconds(value: f64) -> Option<u64> {
    if value.is_nan() {
        return None;
    }
    // The cast saturates at both ends.
    Some((value + 0.5) as u64)
}

/// The largest count: beyond it not every whole number has its own float.
const COUNT_MAX: u64 = 1 << 53;

/// A count: rounded down, nothing below 0.
pub(super) fn count(value: f64) -> u64 {
    // The cast saturates and takes what is not a number for 0.
    (libm::floor(value + 1e-9) as u64).min(COUNT_MAX)
}

/// A size in whole bytes.
pub(super) fn bytes(value: f64) -> u64 {
    (value + 0.5) as u64
}

impl Machine {
    /// The value of an expression for an activity, drawing from a stream.
    #[inline]
    pub(super) fn value(&mut self, expr: ExprId, me: usize, stream: usize) -> f64 {
        match self.values.plans[expr.index()] {
            Plan::Fixed(value) => value,
            Plan::Exponential(mean) => self.streams[stream].exponential(mean),
            Plan::General => self.node(expr, me, stream),
        }
    }

    fn node(&mut self, expr: ExprId, me: usize, stream: usize) -> f64 {
        self.charge(1);
        let scenario = Rc::clone(&self.scenario);
        match scenario.expressions[expr.index()] {
            Expr::Number(value) => value,
            Expr::Knob(knob) => self.values.knobs[knob.index()],
            Expr::Shared(shared) => self.shared[shared.index()],
            Expr::Entry(table, key) => {
                let key = self.value(key, me, stream);
                self.tables[table.index()].get(key)
            }
            Expr::Local(slot) => self.activities[me].locals[slot as usize],
            Expr::Unary(op, a) => {
                let a = self.value(a, me, stream);
                unary(op, a)
            }
            Expr::Binary(Binary::And, a, b) => {
                truth(self.value(a, me, stream) != 0.0 && self.value(b, me, stream) != 0.0)
            }
            Expr::Binary(Binary::Or, a, b) => {
                truth(self.value(a, me, stream) != 0.0 || self.value(b, me, stream) != 0.0)
            }
            Expr::Binary(op, a, b) => {
                let a = self.value(a, me, stream);
                let b = self.value(b, me, stream);
                binary(op, a, b)
            }
            Expr::Scaled(a, power) => {
                let a = self.value(a, me, stream);
                scaled(a, power)
            }
            Expr::Draw(ref draw) => self.draw_from(draw, me, stream),
            Expr::Observe(observation) => {
                if let Observation::Used(_) = observation {
                    self.touch_weight(me);
                    self.settle_memories();
                }
                let key = observation.key();
                let key = key.map_or(0.0, |key| self.value(key, me, stream));
                self.observe(observation, me, key)
            }
            // Claims alone know measures (`figures`); the checker lets no other through.
            Expr::Measure(_) => f64::NAN,
        }
    }

    fn draw_from(&mut self, draw: &Draw, me: usize, stream: usize) -> f64 {
        self.charge(work::DRAW);
        let mut of = |expr: ExprId| self.value(expr, me, stream);
        match *draw {
            Draw::Exponential { mean } => {
                let mean = of(mean);
                self.streams[stream].exponential(mean)
            }
            Draw::Uniform { low, high } => {
                let (low, high) = (of(low), of(high));
                self.streams[stream].uniform(low, high)
            }
            Draw::Normal { mean, deviation } => {
                let (mean, deviation) = (of(mean), of(deviation));
                self.streams[stream].normal(mean, deviation)
            }
            Draw::Lognormal { mean, variation } => {
                let (mean, variation) = (of(mean), of(variation));
                self.streams[stream].lognormal(mean, variation)
            }
            Draw::Gamma { mean, variation } => {
                let (mean, variation) = (of(mean), of(variation));
                self.streams[stream].gamma(mean, variation)
            }
            Draw::Erlang { stages, mean } => {
                let (stages, mean) = (of(stages), of(mean));
                self.streams[stream].erlang(stages, mean)
            }
            Draw::Pareto { mean, alpha } => {
                let (mean, alpha) = (of(mean), of(alpha));
                self.streams[stream].pareto(mean, alpha)
            }
            Draw::Weibull { scale, shape } => {
                let (scale, shape) = (of(scale), of(shape));
                self.streams[stream].weibull(scale, shape)
            }
            Draw::Choice { ref choices } => {
                let weights: Vec<f64> = choices.iter().map(|&(_, weight)| of(weight)).collect();
                self.charge(weights.len() as u64);
                let chosen = self.streams[stream].choice(&weights);
                self.value(choices[chosen].0, me, stream)
            }
            Draw::Zipf { n, s } => {
                let (n, s) = (of(n), of(s));
                self.streams[stream].zipf(count(n), s) as f64
            }
            Draw::Random => self.streams[stream].unit(),
        }
    }

    /// `key`: that of what is observed, if there is one for each.
    pub(super) fn observe(&self, observation: Observation, me: usize, key: f64) -> f64 {
        let hand = &self.activities[me].hand;
        match observation {
            Observation::Len(thing) => self.len(thing),
            Observation::Bytes(text::Thing::Channel(channel)) => {
                self.channels[channel.index()].bytes() as f64
            }
            Observation::Bytes(text::Thing::Queue(queue)) => {
                self.queues[queue.index()].bytes() as f64
            }
            Observation::Bytes(text::Thing::Topic(topic)) => {
                self.logs[topic.index()].bytes() as f64
            }
            Observation::Lag(group) => self.groups[group.index()].lag() as f64,
            Observation::Full(channel) => truth(self.channels[channel.index()].full()),
            Observation::Free(resource) => self.resources[resource.index()].free() as f64,
            Observation::FreeAt(resource, _) => {
                self.resources[resource.index()].free_of(key) as f64
            }
            Observation::WaitingAt(resource, _) => {
                f64::from(self.resources[resource.index()].waiting_for(key))
            }
            Observation::Entries(table) => self.tables[table.index()].len() as f64,
            Observation::FreeCores(cpu) => self.cpus[cpu.index()].free() as f64,
            Observation::Used(memory) => self.memories[memory.index()].used() as f64,
            Observation::Pending => f64::from(self.activities[me].children),
            Observation::Attempt => hand
                .item()
                .map_or(0.0, |item| f64::from(item.redeliveries + 1)),
            Observation::Age => hand
                .item()
                .map_or(0.0, |item| (self.now - item.born) as f64),
            Observation::Key => match hand.item().map(|item| item.key) {
                Some(Key::Number(key)) => key,
                _ => 0.0,
            },
            Observation::Size => hand.item().map_or(0.0, |item| item.size as f64),
            Observation::Now => self.now as f64,
            // Of others the checker lets nothing through.
            Observation::Bytes(_) => 0.0,
        }
    }

    fn len(&self, thing: text::Thing) -> f64 {
        use text::Thing;
        match thing {
            Thing::Channel(channel) => self.channels[channel.index()].len() as f64,
            Thing::Resource(resource) => f64::from(self.resources[resource.index()].waiting()),
            Thing::Cpu(cpu) => f64::from(self.cpus[cpu.index()].waiting()),
            Thing::Topic(topic) => self.logs[topic.index()].len() as f64,
            Thing::Queue(queue) => self.queues[queue.index()].visible() as f64,
        }
    }

    /// The mean of an expression: every draw replaced by its mean. Exact for a draw and for sums and products by constants of one; used
    /// to scale the wait for a tick when a knob moves.
    pub(super) fn mean(&mut self, expr: ExprId, me: usize) -> f64 {
        self.charge(1);
        let scenario = Rc::clone(&self.scenario);
        match scenario.expressions[expr.index()] {
            Expr::Unary(op, a) => unary(op, self.mean(a, me)),
            Expr::Binary(op, a, b) => binary(op, self.mean(a, me), self.mean(b, me)),
            Expr::Scaled(a, power) => scaled(self.mean(a, me), power),
            Expr::Draw(ref draw) => self.mean_draw(draw, me),
            // Of a random key its mean stands for it: nothing is drawn here.
            Expr::Entry(table, key) => {
                let key = self.mean(key, me);
                self.tables[table.index()].get(key)
            }
            Expr::Observe(observation) if observation.key().is_some() => {
                let key = observation.key().map_or(0.0, |key| self.mean(key, me));
                self.observe(observation, me, key)
            }
            _ => self.value(expr, me, 0),
        }
    }

    fn mean_draw(&mut self, draw: &Draw, me: usize) -> f64 {
        use crate::random::mean_of;
        let mut of = |expr: ExprId| self.mean(expr, me);
        match *draw {
            Draw::Exponential { mean }
            | Draw::Lognormal { mean, .. }
            | Draw::Gamma { mean, .. }
            | Draw::Erlang { mean, .. }
            | Draw::Pareto { mean, .. } => of(mean),
            Draw::Uniform { low, high } => (of(low) + of(high)) / 2.0,
            Draw::Normal { mean, deviation } => mean_of::normal(of(mean), of(deviation)),
            Draw::Weibull { scale, shape } => mean_of::weibull(of(scale), of(shape)),
            Draw::Choice { ref choices } => {
                let (sum, weights) =
                    choices
                        .iter()
                        .fold((0.0, 0.0), |(sum, weights), &(value, weight)| {
                            let weight = of(weight);
                            (sum + weight * of(value), weights + weight)
                        });
                sum / weights
            }
            Draw::Zipf { n, s } => mean_of::zipf(count(of(n)), of(s)),
            Draw::Random => 0.5,
        }
    }
}
