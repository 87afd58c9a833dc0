//! A processor: so many cores, one line, first come first served. Without a quantum work runs to completion; with one it shares the
//! cores in turn.
//!
//! The quantum counts from when another began to wait, not from when the work began: who has a core to itself keeps it, as a Python
//! thread keeps the GIL until another has asked for it for a switch interval (`sys.setswitchinterval`). Of several who work, the one
//! that has worked longest gives way.

use super::Who;
use super::line::{Line, Ticket};
use crate::measure::{Gauge, takes};

/// What became of work that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// It runs.
    Runs(Ticket),
    /// It waits in line.
    Waits(Ticket),
}

/// What the engine carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Who waited has a core now, for so many nanoseconds.
    Runs {
        /// Who.
        who: Who,
        /// Its place among those who work.
        ticket: Ticket,
        /// What is left of its work, in nanoseconds.
        left: u64,
    },
    /// Who worked stands at the end of the line now.
    Waits {
        /// Who.
        who: Who,
        /// Its place in the line.
        ticket: Ticket,
    },
}

#[derive(Debug, Clone, Copy)]
struct Working {
    who: Who,
    since: u64,
    until: u64,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    who: Who,
    since: u64,
    left: u64,
}

/// What is measured of a processor.
#[derive(Debug, Clone)]
pub struct Gauges {
    /// Cores at work.
    pub busy: Gauge,
    /// Who waits.
    pub waiting: Gauge,
    /// How many cores there are: one that a knob has taken away, but on which somebody still works, is there until that is done.
    pub total: Gauge,
}

/// A processor.
#[derive(Debug, Clone)]
pub struct Cpu {
    cores: u64,
    /// The quantum, in nanoseconds; above 0.
    slice: Option<u64>,
    /// Who works, in the order in which they got their cores.
    working: Line<Working>,
    line: Line<Waiting>,
    gauges: Gauges,
}

takes! { Working: 24, Waiting: 24, Cpu: 304 }

impl Cpu {
    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        self.working.footprint() + self.line.footprint()
    }

    /// All cores free, at time 0.
    #[must_use]
    pub fn new(cores: u64, slice: Option<u64>) -> Self {
        Cpu {
            cores,
            slice: slice.map(|slice| slice.max(1)),
            working: Line::default(),
            line: Line::default(),
            gauges: Gauges {
                busy: Gauge::new(0, 0),
                waiting: Gauge::new(0, 0),
                total: Gauge::new(0, cores),
            },
        }
    }

    /// Cores on which nobody works.
    #[must_use]
    pub fn free(&self) -> u64 {
        self.cores.saturating_sub(u64::from(self.working.len()))
    }

    /// The quantum, in nanoseconds.
    #[must_use]
    pub fn slice(&self) -> Option<u64> {
        self.slice
    }

    /// How many wait for a core.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.line.len()
    }

    /// How many cores it has.
    #[must_use]
    pub fn cores(&self) -> u64 {
        self.cores
    }

    /// Cores at work.
    #[must_use]
    pub fn busy(&self) -> u32 {
        self.working.len()
    }

    /// All that, over time.
    #[must_use]
    pub fn gauges(&self) -> &Gauges {
        &self.gauges
    }

    /// The same, to end a row of the charts.
    pub fn gauges_mut(&mut self) -> &mut Gauges {
        &mut self.gauges
    }

    /// Forgets what was counted: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.gauges.busy.reset(now);
        self.gauges.waiting.reset(now);
        self.gauges.total.reset(now);
    }

    /// Asks for a core for so long. Who arrives stands behind all who wait.
    pub fn start(&mut self, now: u64, who: Who, time: u64) -> Started {
        let started = if self.line.is_empty() && self.free() > 0 {
            Started::Runs(self.run(now, who, time))
        } else {
            Started::Waits(self.queue(now, who, time))
        };
        self.note(now);
        started
    }

    /// Who works is through, or gives up: its core is for the next.
    pub fn stop(&mut self, now: u64, ticket: Ticket, turns: &mut Vec<Turn>) {
        let _ = self.working.leave(ticket);
        self.fill(now, turns);
    }

    /// Who waits gives up.
    pub fn leave(&mut self, now: u64, ticket: Ticket) {
        let _ = self.line.leave(ticket);
        self.note(now);
    }

    /// New cores or a new quantum. Who works goes on, even if there are more of them than cores now.
    pub fn set(&mut self, now: u64, cores: u64, slice: Option<u64>, turns: &mut Vec<Turn>) {
        self.cores = cores;
        self.slice = slice.map(|slice| slice.max(1));
        self.fill(now, turns);
    }

    /// When the next quantum is over.
    #[must_use]
    pub fn quantum_ends(&self) -> Option<u64> {
        let slice = self.slice?;
        let (longest, head) = (self.working.first()?, self.line.first()?);
        Some(longest.since.max(head.since).saturating_add(slice))
    }

    /// Ends the quanta that are over: who worked longest stands at the end of the line, and the next has its core. Who is through at
    /// this very instant is left to be.
    pub fn take_turns(&mut self, now: u64, turns: &mut Vec<Turn>) {
        while self.quantum_ends().is_some_and(|end| end <= now) {
            match self.working.first() {
                Some(longest) if longest.until > now => {}
                _ => return,
            }
            if let Some((_, Working { who, until, .. })) = self.working.pop() {
                let ticket = self.queue(now, who, until - now);
                turns.push(Turn::Waits { who, ticket });
            }
            self.fill(now, turns);
        }
    }

    fn run(&mut self, now: u64, who: Who, time: u64) -> Ticket {
        self.working.join(Working {
            who,
            since: now,
            until: now.saturating_add(time),
        })
    }

    fn queue(&mut self, now: u64, who: Who, left: u64) -> Ticket {
        self.line.join(Waiting {
            who,
            since: now,
            left,
        })
    }

    /// Free cores go to those who have waited longest.
    fn fill(&mut self, now: u64, turns: &mut Vec<Turn>) {
        while self.free() > 0 {
            let Some((_, Waiting { who, left, .. })) = self.line.pop() else {
                break;
            };
            let ticket = self.run(now, who, left);
            turns.push(Turn::Runs { who, ticket, left });
        }
        self.note(now);
    }

    fn note(&mut self, now: u64) {
        let busy = u64::from(self.working.len());
        self.gauges.busy.set(now, busy);
        self.gauges.waiting.set(now, u64::from(self.line.len()));
        self.gauges.total.set(now, self.cores.max(busy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    /// Lets a cpu without a calendar run: jobs of (arrival, work), and when each is through.
    fn through(cores: u64, slice: Option<u64>, jobs: &[(u64, u64)]) -> Vec<u64> {
        let mut cpu = Cpu::new(cores, slice);
        let mut ends: Vec<Option<(u64, Ticket)>> = vec![None; jobs.len()];
        let mut through = vec![0; jobs.len()];
        let mut arrivals: Vec<usize> = (0..jobs.len()).rev().collect();
        let mut turns = Vec::new();
        loop {
            let arrival = arrivals.last().map(|&job| (jobs[job].0, 0, job));
            let end = (ends.iter().enumerate())
                .filter_map(|(job, end)| end.map(|(time, _)| (time, 1, job)))
                .min();
            let quantum = cpu.quantum_ends().map(|time| (time, 2, 0));
            let Some((now, kind, job)) = [arrival, end, quantum].into_iter().flatten().min() else {
                return through;
            };
            match kind {
                0 => {
                    let _ = arrivals.pop();
                    if let Started::Runs(ticket) = cpu.start(now, job as Who, jobs[job].1) {
                        ends[job] = Some((now + jobs[job].1, ticket));
                    }
                }
                1 => {
                    let (_, ticket) = ends[job].take().expect("it works");
                    through[job] = now;
                    cpu.stop(now, ticket, &mut turns);
                }
                _ => cpu.take_turns(now, &mut turns),
            }
            for turn in turns.drain(..) {
                match turn {
                    Turn::Runs { who, ticket, left } => {
                        ends[who as usize] = Some((now + left, ticket))
                    }
                    Turn::Waits { who, .. } => ends[who as usize] = None,
                }
            }
        }
    }

    #[test]
    fn to_completion_or_in_turns() {
        let ms = |times: &[u64]| times.iter().map(|time| time * MS).collect::<Vec<_>>();
        let jobs = |jobs: &[(u64, u64)]| {
            jobs.iter()
                .map(|(at, work)| (at * MS, work * MS))
                .collect::<Vec<_>>()
        };
        let three = jobs(&[(0, 10), (0, 10), (0, 10)]);
        assert_eq!(through(1, None, &three), ms(&[10, 20, 30]), "in order");
        assert_eq!(through(2, None, &three), ms(&[10, 10, 20]), "two cores");
        assert_eq!(
            through(1, Some(5 * MS), &three),
            ms(&[20, 25, 30]),
            "turns of 5 ms"
        );
        let late = jobs(&[(0, 20), (12, 1)]);
        assert_eq!(
            through(1, Some(5 * MS), &late),
            ms(&[21, 18]),
            "the quantum counts from when another began to wait"
        );
        let two_cores = jobs(&[(0, 10), (0, 10), (0, 2)]);
        assert_eq!(
            through(2, Some(5 * MS), &two_cores),
            ms(&[12, 10, 7]),
            "who has worked longest gives way, one at a time"
        );
    }

    #[test]
    fn fewer_cores_take_none_until_there_is_one() {
        let mut cpu = Cpu::new(2, None);
        let mut turns = Vec::new();
        let (Started::Runs(first), Started::Runs(second)) =
            (cpu.start(0, 1, 10), cpu.start(0, 2, 10))
        else {
            panic!("two cores are free");
        };
        assert!(matches!(cpu.start(0, 3, 10), Started::Waits(_)));
        cpu.set(1, 1, None, &mut turns);
        cpu.stop(2, first, &mut turns);
        assert_eq!((turns.len(), cpu.free(), cpu.waiting()), (0, 0, 1));
        cpu.stop(3, second, &mut turns);
        assert!(
            matches!(
                turns[..],
                [Turn::Runs {
                    who: 3,
                    left: 10,
                    ..
                }]
            ),
            "{turns:?}"
        );
    }
}
