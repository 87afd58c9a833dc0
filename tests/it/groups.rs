//! Random members of random groups. Whatever they do: every record is delivered to every group before it is committed, or retention or
//! `from latest` accounts for it; a partition's records come in the order of the log within one assignment; what is committed never
//! passes what was polled; no two live members own one partition. Once at the model, call by call, and once by texts.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;

use highwater::measure::report::Report;
use highwater::model::assignors::Assignor;
use highwater::model::group::{Group, Settings};
use highwater::model::item::{Item, Key};
use highwater::model::log::{Log, Partitioner, Retention, partition_of};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support::{MS, SECOND, assert_balanced, run_seed};

/// The same cases at every run; `PROPTEST_RNG_SEED` tries others.
fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: match default.rng_seed {
            RngSeed::Random => RngSeed::Fixed(11),
            fixed => fixed,
        },
        ..default
    }
}

/// The most members at a time.
const MEMBERS: u32 = 6;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    Append { count: u64, keyed: bool },
    Poll { who: u32, most: u64 },
    GiveUp(u32),
    Commit(u32),
    Fail(u32),
    Leave(u32),
    Die(u32),
    Pause(u32),
    Resume(u32),
    Pass(u64),
    Grow(u64),
    Patience(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..MEMBERS;
    prop_oneof![
        6 => (1..6_u64, any::<bool>()).prop_map(|(count, keyed)| Step::Append { count, keyed }),
        12 => (who(), 1..9_u64).prop_map(|(who, most)| Step::Poll { who, most }),
        2 => who().prop_map(Step::GiveUp),
        5 => who().prop_map(Step::Commit),
        1 => who().prop_map(Step::Fail),
        1 => who().prop_map(Step::Leave),
        1 => who().prop_map(Step::Die),
        1 => who().prop_map(Step::Pause),
        2 => who().prop_map(Step::Resume),
        6 => (0..40_u64).prop_map(Step::Pass),
        1 => (1..12_u64).prop_map(Step::Grow),
        1 => (1..60_u64).prop_map(Step::Patience),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let assignor = prop::sample::select(vec![
        (Assignor::Range, false),
        (Assignor::RoundRobin, false),
        (Assignor::Sticky, false),
        (Assignor::Sticky, true),
    ]);
    let auto = prop::option::of(1..30_u64);
    (assignor, 5..60_u64, 5..60_u64, auto, any::<bool>()).prop_map(
        |(
            (assignor, cooperative),
            max_poll_interval,
            session_timeout,
            auto_commit,
            from_latest,
        )| {
            Settings {
                assignor,
                cooperative,
                max_poll_interval,
                session_timeout,
                auto_commit,
                from_latest,
            }
        },
    )
}

fn retention() -> impl Strategy<Value = Option<Retention>> {
    prop_oneof![
        3 => Just(None),
        1 => (1..20_u64).prop_map(|bytes| Some(Retention::Size(bytes))),
        1 => (1..80_u64).prop_map(|age| Some(Retention::Age(age))),
    ]
}

/// Where a member stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stand {
    Away,
    Works,
    Waits { most: u64 },
}

/// How often a record was delivered, and to whom last, in which life of that number.
type Deliveries = (u32, Option<(u32, u32)>);

/// The engine's part, and what was seen.
struct Play {
    now: u64,
    log: Log,
    group: Group,
    settings: Settings,
    stands: Vec<Stand>,
    /// Of each record of each partition.
    delivered: Vec<Vec<Deliveries>>,
    /// How often a number was given to a new member.
    lives: Vec<u32>,
    appended: u64,
    through: u64,
}

impl Play {
    fn new(settings: Settings, partitions: u64, retention: Option<Retention>) -> Self {
        let log = Log::new(partitions, Partitioner::Murmur2, retention);
        Play {
            now: 0,
            group: Group::new(settings, log.partitions()),
            settings,
            stands: vec![Stand::Away; MEMBERS as usize],
            delivered: vec![Vec::new(); log.partitions()],
            lives: vec![0; MEMBERS as usize],
            log,
            appended: 0,
            through: 0,
        }
    }

    fn append(&mut self, keyed: bool) {
        let key = keyed.then(|| (self.appended % 5).to_string());
        let partition = self.log.pick(key.as_deref());
        // The key that is stored says where the record is.
        let place = partition as f64 * 1e6 + self.log.end(partition) as f64;
        self.log
            .append(partition, &Item::new(self.now, 1, Key::Number(place)));
        self.group.appended(self.now, partition);
        self.delivered[partition].push((0, None));
        self.appended += 1;
        self.delete();
    }

    fn delete(&mut self) {
        for partition in 0..self.log.partitions() {
            if self.log.delete(self.now, partition) {
                let start = self.log.start(partition);
                self.through += self.group.deleted(self.now, partition, start);
            }
        }
    }

    /// Everything up to a time.
    fn pass(&mut self, until: u64) {
        while let Some(due) = self.group.due(self.now).filter(|&due| due <= until) {
            self.now = self.now.max(due);
            self.settle();
        }
        self.now = until;
        self.delete();
    }

    /// What the engine does after a call, and at the end of the instant.
    fn settle(&mut self) {
        loop {
            self.count_through();
            if let Some(who) = self.group.next_woken() {
                if let Stand::Waits { most } = self.stands[who as usize] {
                    self.poll(who, most);
                }
            } else if self.group.due(self.now).is_some_and(|due| due <= self.now) {
                let skipped = self.group.look(self.now, &self.log);
                self.through += skipped.iter().map(|one| one.to - one.from).sum::<u64>();
                assert!(skipped.is_empty() || self.settings.from_latest);
            } else {
                break;
            }
        }
        self.check();
    }

    /// What is committed was delivered, to the one who commits it last.
    fn count_through(&mut self) {
        let list = self.group.take_through();
        for one in &list {
            self.through += one.to - one.from;
            let delivered =
                &self.delivered[one.partition as usize][one.from as usize..one.to as usize];
            let committer = Some((one.who, self.lives[one.who as usize]));
            assert!(
                delivered.iter().all(|&(_, last)| last == committer),
                "{one:?}: {delivered:?}"
            );
        }
        self.group.put_back(list);
    }

    fn poll(&mut self, who: u32, most: u64) {
        self.group.poll(self.now, who);
        self.count_through();
        let before: Vec<u64> = self
            .group
            .lanes()
            .iter()
            .map(|lane| lane.position)
            .collect();
        let mut items = Vec::new();
        let again = self
            .group
            .fetch(self.now, who, &self.log, most, 0, &mut items);
        assert!(items.len() as u64 <= most);
        assert_eq!(
            again,
            items.iter().filter(|item| item.redeliveries > 0).count() as u64
        );
        let mut next = before;
        for item in &items {
            let Key::Number(place) = item.key else {
                panic!("{item:?}")
            };
            let (partition, offset) = ((place / 1e6) as usize, (place % 1e6) as u64);
            assert_eq!(self.group.lanes()[partition].owner, Some(who), "{item:?}");
            assert_eq!(next[partition], offset, "out of order: {item:?}");
            next[partition] += 1;
            let (times, last) = &mut self.delivered[partition][offset as usize];
            assert_eq!(item.redeliveries, *times, "{item:?}");
            *times += 1;
            *last = Some((who, self.lives[who as usize]));
        }
        self.stands[who as usize] = if items.is_empty() {
            self.group.wait(who);
            Stand::Waits { most }
        } else {
            Stand::Works
        };
    }

    fn play(&mut self, step: &Step) {
        let now = self.now;
        match *step {
            Step::Append { count, keyed } => (0..count).for_each(|_| self.append(keyed)),
            Step::Poll { who, most } => {
                if !matches!(self.stands[who as usize], Stand::Waits { .. }) {
                    self.poll(who, most);
                }
            }
            Step::GiveUp(who) => {
                if matches!(self.stands[who as usize], Stand::Waits { .. }) {
                    self.stands[who as usize] = Stand::Works;
                    self.group.stop_waiting(now, who);
                }
            }
            Step::Pass(time) => self.pass(now + time),
            Step::Grow(partitions) => {
                if self.log.grow(partitions) {
                    self.delivered.resize(self.log.partitions(), Vec::new());
                    self.group.grow(now, self.log.partitions());
                }
            }
            Step::Patience(time) => {
                self.settings.max_poll_interval = time;
                self.group.set(now, self.settings);
            }
            // The others are what a member does that is not waiting.
            Step::Commit(who) if self.stands[who as usize] == Stand::Works => {
                let _ = self.group.commit(now, who, u64::MAX);
            }
            Step::Fail(who) if self.stands[who as usize] == Stand::Works => self.group.rewind(who),
            Step::Pause(who) if self.stands[who as usize] == Stand::Works => {
                self.group.pause(now, who)
            }
            Step::Resume(who) if self.stands[who as usize] == Stand::Works => {
                self.group.resume(now, who)
            }
            Step::Leave(who) => {
                self.stands[who as usize] = Stand::Away;
                self.group.leave(now, who);
                self.count_through();
                self.lives[who as usize] += 1;
            }
            Step::Die(who) => {
                self.stands[who as usize] = Stand::Away;
                self.group.die(now, who);
                self.lives[who as usize] += 1;
            }
            Step::Commit(_) | Step::Fail(_) | Step::Pause(_) | Step::Resume(_) => {}
        }
        self.settle();
    }

    fn check(&self) {
        let mut lag = 0;
        for (partition, lane) in self.group.lanes().iter().enumerate() {
            assert!(lane.committed <= lane.position, "{lane:?}");
            assert!(lane.position <= self.log.end(partition), "{lane:?}");
            assert!(lane.committed >= self.log.start(partition), "{lane:?}");
            if let Some(owner) = lane.owner {
                assert_ne!(self.stands[owner as usize], Stand::Away, "{lane:?}");
            }
            lag += self.log.end(partition) - lane.committed;
        }
        assert_eq!(self.group.lag(), lag);
        assert_eq!(
            self.appended,
            self.through + lag,
            "produced = through + in flight"
        );
    }

    /// All die; one who comes then gets everything that is left.
    fn finish(&mut self) {
        for who in 0..MEMBERS {
            self.play(&Step::Die(who));
        }
        self.pass(self.now + 1000);
        let (mut rounds, mut left) = (0, u64::MAX);
        while left > 0 && rounds < 10_000 {
            self.play(&Step::Poll { who: 0, most: 50 });
            self.play(&Step::Commit(0));
            left = self.group.lag();
            rounds += 1;
        }
        assert_eq!(left, 0, "the last member does not get what is left");
        assert_eq!(self.appended, self.through);
    }
}

proptest! {
    #![proptest_config(config(3000))]

    #[test]
    fn any_calls_of_a_group(
        settings in settings(),
        retention in retention(),
        partitions in 1..8_u64,
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut play = Play::new(settings, partitions, retention);
        for step in &steps {
            play.play(step);
        }
        play.finish();
    }
}

/// A random consumer: how it polls, works, and commits.
#[derive(Debug, Clone)]
struct Consumer {
    count: u32,
    start_ms: u32,
    most: u32,
    work: &'static str,
    then: &'static str,
    crash_ms: u32,
    back_ms: u32,
}

fn consumer() -> impl Strategy<Value = Consumer> {
    let work = prop::sample::select(vec![
        "1ms",
        "exp(3ms)",
        "uniform(0ms, 8ms)",
        "20ms",
        "0.3ms",
    ]);
    let then = prop::sample::select(vec![
        "commit",
        "try { commit } else { }",
        "if random() < 50% { try { commit } else { } }",
        "try { commit } else { fail }",
        "fail 20%; commit",
        "commit; if random() < 2% { stop }",
        "pause G; poll G within 3ms { for each { print \"G {key} {attempt}\" } } else { }; resume G; try { commit } else { }",
        "within 2ms { sleep exp(2ms); commit } else { }",
        "",
    ]);
    (
        1..4_u32,
        0..60_u32,
        1..12_u32,
        work,
        then,
        1..400_u32,
        0..60_u32,
    )
        .prop_map(
            |(count, start_ms, most, work, then, crash_ms, back_ms)| Consumer {
                count,
                start_ms,
                most,
                work,
                then,
                crash_ms,
                back_ms,
            },
        )
}

/// A text of two groups on one topic.
fn text() -> impl Strategy<Value = (String, bool)> {
    let assignor = || prop::sample::select(vec!["range", "roundrobin", "sticky", "cooperative"]);
    let commit =
        || prop::sample::select(vec!["commit manual", "commit auto 5ms", "commit auto 40ms"]);
    let retention = prop::sample::select(vec!["", "", "", "retention 20ms", "retention 9B"]);
    let group = || {
        (
            assignor(),
            commit(),
            4..50_u32,
            4..50_u32,
            prop::collection::vec(consumer(), 1..4),
        )
    };
    let grown = prop::option::of(1..9_u32);
    (1..6_u32, retention, group(), group(), grown).prop_map(|(partitions, retention, a, b, grown)| {
        let mut text = format!(
            "knob n = {partitions} from 1 to 9
topic t partitions n {retention}
process app {{ repeat 400 as i {{ produce key i; send t; sleep exp(1ms) }} }}
"
        );
        for (name, (assignor, commit, interval, session, consumers)) in [("a", a), ("b", b)] {
            let _ = writeln!(
                text,
                "group {name} on t assignor {assignor} {commit} max_poll_interval {interval}ms session_timeout {session}ms"
            );
            for (number, one) in consumers.iter().enumerate() {
                let process = format!("{name}{number}");
                let then = one.then.replace('G', name);
                let _ = writeln!(
                    text,
                    "process {process} x {} {{ sleep {}ms; forever {{
poll {name} up to {}
for each {{ print \"{name} {{key}} {{attempt}}\" }}
for each {{ sleep {} }}
{then} }} }}",
                    one.count, one.start_ms, one.most, one.work
                );
                if one.back_ms % 3 > 0 {
                    let _ = writeln!(text, "at {}ms {{ crash {process} for {}ms }}", one.crash_ms, one.back_ms);
                }
            }
        }
        if let Some(grown) = grown {
            let _ = writeln!(text, "at 200ms {{ set n = {grown} }}");
        }
        (text, retention.is_empty())
    })
}

/// What a group's members printed: key and attempt.
fn deliveries(report: &Report, group: &str) -> Vec<(u64, u64)> {
    let lines = report.printed.iter().filter_map(|line| {
        let words: Vec<&str> = line.text.split(' ').collect();
        let number = |word: &str| word.parse().expect("a number");
        (words[0] == group).then(|| (number(words[1]), number(words[2])))
    });
    lines.collect()
}

/// The order within a partition, and that nothing was passed over.
fn check_deliveries(report: &Report, group: &str, partition: impl Fn(u64) -> usize) {
    let measured = report.groups.get(group).expect("the group");
    let printed = deliveries(report, group);
    assert_eq!(printed.len() as u64, measured.delivered);
    let again = printed.iter().filter(|(_, attempt)| *attempt > 1).count();
    assert_eq!(again as u64, measured.redelivered);
    let mut offsets: BTreeMap<u64, (usize, u64)> = BTreeMap::new();
    let mut ends = vec![0; measured.committed.len()];
    for key in 0..400 {
        let partition = partition(key);
        offsets.insert(key, (partition, ends[partition]));
        ends[partition] += 1;
    }
    let mut next: Vec<u64> = vec![0; ends.len()];
    let mut most: Vec<u64> = vec![0; ends.len()];
    let mut times: BTreeMap<u64, u64> = BTreeMap::new();
    for (key, attempt) in printed {
        let (partition, offset) = offsets[&key];
        // The next one, or one that comes again.
        assert!(
            offset == next[partition] || attempt > 1,
            "{group}: {key} passes one over"
        );
        assert!(offset <= most[partition], "{group}: {key} passes one over");
        next[partition] = offset + 1;
        most[partition] = most[partition].max(offset + 1);
        let times = times.entry(key).or_default();
        *times += 1;
        assert_eq!(attempt, *times, "{group}: {key}");
    }
    for (partition, &committed) in measured.committed.iter().enumerate() {
        assert!(committed <= measured.positions[partition]);
        assert!(
            committed <= most[partition],
            "{group}: {partition} committed unread"
        );
    }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn any_consumers_of_two_groups((text, keeps) in text(), seed in 0..1000_u64) {
        let report = run_seed(&text, seed, SECOND);
        assert_balanced(&report, &text);
        let items = report.items;
        prop_assert_eq!(items.produced, 800, "each record counts once for each group");
        prop_assert_eq!(items.failed, 0);
        let topic = report.topics.get("t").expect("the topic");
        let grown = topic.end_offsets.len();
        let lags: u64 = report.groups.0.iter().map(|(_, group)| group.lag).sum();
        prop_assert_eq!(items.in_flight, lags);
        if keeps && !text.contains("set n") {
            prop_assert_eq!(items.lost, 0);
            for group in ["a", "b"] {
                check_deliveries(&report, group, |key| {
                    partition_of(key.to_string().as_bytes(), grown, Partitioner::Murmur2)
                });
            }
        }
    }
}

#[test]
fn the_random_consumers_do_something() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen: VecDeque<Report> = VecDeque::new();
    for seed in 0..40 {
        let (text, _) = text().new_tree(&mut runner).expect("a text").current();
        seen.push_back(run_seed(&text, seed, 400 * MS));
    }
    let groups = || seen.iter().flat_map(|report| &report.groups.0);
    let sum = |what: fn(&highwater::measure::report::GroupReport) -> u64| -> u64 {
        groups().map(|(_, group)| what(group)).sum()
    };
    let (delivered, again) = (sum(|one| one.delivered), sum(|one| one.redelivered));
    let (evicted, rebalances) = (sum(|one| one.evicted), sum(|one| one.rebalances));
    let lost: u64 = seen.iter().map(|report| report.items.lost).sum();
    assert!(
        delivered > 10_000 && again > 1000 && evicted > 100 && rebalances > 500 && lost > 1000,
        "{delivered} delivered, {again} again, {evicted} thrown out, {rebalances} rebalances, {lost} lost: too little to show anything"
    );
}
