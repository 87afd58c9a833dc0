//! Topics and groups: what `send` appends, `poll` takes, `commit` finishes and retention deletes; members come, go and are missed.

use super::activity::{Resume, Wait};
use super::machine::{Flow, Machine};
use super::timers::{Role, Timer};
use super::values::{Values, bytes, count, nanoseconds};
use super::watching::Kind;
use super::work::{self, BATCH_MAX};
use crate::lang::scenario::{self as text, ExprId, GroupId, TopicId, Unit};
use crate::lang::units;
use crate::measure::{Fate, Thing, What};
use crate::model::assignors::Assignor;
use crate::model::group::{Committed, Group, Settings, Through};
use crate::model::item::{Item, Key};
use crate::model::log::{Log, PARTITIONS_MAX, Partitioner, RECORDS_MAX, Retention};

/// The most partitions of all topics and groups together: a topic's count once, and once more for each group on it.
const ALL_PARTITIONS_MAX: u64 = 1_000_000;
/// Records a poll gives at most where the text does not say (`max.poll.records`).
const POLL_RECORDS: u64 = 500;
/// `max.poll.interval.ms` and `session.timeout.ms` where the text does not say.
const MAX_POLL_INTERVAL_NS: u64 = 300_000_000_000;
const SESSION_TIMEOUT_NS: u64 = 45_000_000_000;
/// The most members of a group, those who have died and are not missed yet among them: at a rebalance everyone is asked at once.
pub(super) const MEMBERS_MAX: usize = 10_000;
/// How often in its period a log looks for records that are too old: Kafka deletes whole segments.
const LOOKS_PER_AGE: u64 = 1024;

/// The rules of a topic, with the knobs as they stand: partitions and retention.
fn log_rules(topic: &text::Topic, values: &Values) -> (u64, Option<Retention>) {
    let retention = topic.retention.map(|retention| match retention {
        text::Retention::Age(age) => {
            Retention::Age(nanoseconds(values.declared(age)).unwrap_or(u64::MAX))
        }
        text::Retention::Size(size) => Retention::Size(bytes(values.declared(size))),
    });
    (count(values.declared(topic.partitions)), retention)
}

fn new_log(topic: &text::Topic, values: &Values, partitions: u64) -> Log {
    let (_, retention) = log_rules(topic, values);
    let partitioner = match topic.partitioner {
        text::Partitioner::Murmur2 => Partitioner::Murmur2,
        text::Partitioner::Crc32 => Partitioner::Crc32,
    };
    Log::new(partitions, partitioner, retention)
}

/// The settings of a group, with the knobs as they stand.
pub(super) fn settings(group: &text::Group, values: &Values) -> Settings {
    let time = |expr: Option<ExprId>| expr.and_then(|expr| nanoseconds(values.declared(expr)));
    let assignor = match group.assignor {
        text::Assignor::Range => Assignor::Range,
        text::Assignor::RoundRobin => Assignor::RoundRobin,
        text::Assignor::Sticky | text::Assignor::Cooperative => Assignor::Sticky,
    };
    Settings {
        assignor,
        cooperative: group.assignor == text::Assignor::Cooperative,
        max_poll_interval: time(group.max_poll_interval).unwrap_or(MAX_POLL_INTERVAL_NS),
        session_timeout: time(group.session_timeout).unwrap_or(SESSION_TIMEOUT_NS),
        auto_commit: time(group.auto_commit),
        from_latest: group.from_latest,
    }
}

impl Machine {
    /// The logs of the text, and who reads them.
    pub(super) fn make_logs(&mut self, scenario: &text::Scenario) {
        self.list_groups();
        for (topic, declared) in scenario.topics.iter().enumerate() {
            let (partitions, _) = log_rules(declared, &self.values);
            let partitions = self.partitions_allowed(topic, partitions);
            let log = new_log(declared, &self.values, partitions);
            self.logs.push(log);
        }
        for group in &scenario.groups {
            let partitions = self.logs[group.topic.index()].partitions();
            let group = Group::new(settings(group, &self.values), partitions);
            self.groups.push(group);
        }
    }

    /// How often each partition of a topic counts.
    fn counted_each(&self, topic: usize) -> u64 {
        1 + self.groups_of(topic).len() as u64
    }

    /// How many partitions a topic may have that is to have so many; the run stops where that is less.
    fn partitions_allowed(&mut self, topic: usize, partitions: u64) -> u64 {
        let each = self.counted_each(topic);
        let has = self.logs.get(topic).map_or(0, Log::partitions) as u64;
        let left = has + ALL_PARTITIONS_MAX.saturating_sub(self.partitions) / each;
        let (most, of_what) = if left < PARTITIONS_MAX {
            (
                ALL_PARTITIONS_MAX,
                "all topics together, counted once more for each group, have",
            )
        } else {
            (PARTITIONS_MAX, "a topic has")
        };
        let allowed = left.min(PARTITIONS_MAX);
        if partitions > allowed {
            let declared = &self.scenario.topics[topic];
            let message = format!(
                "'{}' is to have {partitions} partitions: {of_what} at most {most}",
                declared.name
            );
            self.stop_with(declared.span, message);
        }
        let may_have = partitions.clamp(has.max(1), allowed.max(1));
        if may_have > has {
            self.partitions += (may_have - has) * each;
            self.grew_much();
        }
        may_have
    }

    /// The groups of a topic, by index.
    fn groups_of(&self, topic: usize) -> std::ops::Range<usize> {
        // A slice of the list below: groups are few, but appends are many.
        let first = self.topic_groups_from[topic];
        first..self.topic_groups_from[topic + 1]
    }

    /// Lists the groups topic by topic.
    fn list_groups(&mut self) {
        for topic in 0..self.scenario.topics.len() {
            self.topic_groups_from.push(self.topic_groups.len());
            let groups = (0..).zip(&self.scenario.groups);
            let own = groups.filter(|(_, group)| group.topic.index() == topic);
            self.topic_groups.extend(own.map(|(number, _)| number));
        }
        self.topic_groups_from.push(self.topic_groups.len());
    }

    /// Appends what the activity gives.
    pub(super) fn append(&mut self, me: usize, pc: usize, topic: TopicId) -> Flow {
        let Some(item) = self.give_for_good(me, pc, Thing::Topic(topic.0)) else {
            return Flow::Rest;
        };
        self.append_item(me, topic.index(), &item);
        Flow::Next
    }

    /// Appends an item that is in nobody's hand.
    pub(super) fn append_item(&mut self, me: usize, topic: usize, item: &Item) {
        let groups = self.groups_of(topic);
        // It counts once for each group; without a group it is through as soon as it is there.
        self.ledger.produced += (groups.len() as u64).max(1) - 1;
        self.in_logs += groups.len() as u64;
        if groups.is_empty() {
            self.count_done(me, item.born);
        }
        let partition = self.pick_partition(topic, item.key);
        let log = &mut self.logs[topic];
        log.append(partition, item);
        self.grew(1);
        for place in groups {
            let group = self.topic_groups[place];
            self.groups[group].appended(self.now, partition);
            self.wake_pollers(group);
        }
        self.after_append(me, topic, partition);
    }

    /// The partition of a key, by its text. A fraction has the digits that a reader is shown.
    fn pick_partition(&mut self, topic: usize, key: Key) -> usize {
        let log = &mut self.logs[topic];
        match key {
            Key::None => log.pick(None),
            Key::Literal(index) => log.pick(Some(&self.scenario.key_literals[index as usize])),
            Key::Number(number) if number == number.trunc() && number.abs() < 1e18 => {
                log.pick(Some(itoa::Buffer::new().format(number as i64)))
            }
            Key::Number(number) => log.pick(Some(&units::format(number, Unit::default()))),
        }
    }

    fn after_append(&mut self, me: usize, topic: usize, partition: usize) {
        match self.logs[topic].retention() {
            None if self.groups_of(topic).is_empty() => {
                let end = self.logs[topic].end(partition);
                self.logs[topic].forget(partition, end);
            }
            None => {}
            Some(Retention::Size(_)) => self.delete(topic, partition),
            Some(Retention::Age(_)) => self.expect_age(topic),
        }
        self.records += 1;
        // Counted exactly only now and then: some may be stored no longer.
        if self.records > RECORDS_MAX {
            self.records = self.logs.iter().map(Log::stored).sum();
            if self.records > RECORDS_MAX {
                self.stop_at(
                    me,
                    format!(
                        "more than {RECORDS_MAX} records are kept: 'retention' deletes old ones"
                    ),
                );
            }
        }
        self.watching.touch(Kind::Topic, topic as u32);
        self.weigh_topic(topic);
    }

    /// A record that is through for one group.
    #[inline]
    fn count_done(&mut self, me: usize, born: u64) {
        self.ledger.end(Fate::Done);
        self.ledger.good += 1;
        self.latency.record(self.now - born);
        self.note(me, What::Done, self.now - born);
    }

    /// Members that may have something to poll look again.
    #[inline]
    fn wake_pollers(&mut self, group: usize) {
        let wait = Wait::Poll {
            group: group as u32,
        };
        while let Some(who) = self.groups[group].next_woken() {
            if self.activities[who as usize].wait == wait {
                self.make_ready(who as usize, Resume::Again);
            }
        }
        self.watching.touch(Kind::Group, group as u32);
    }

    /// What a group asks for after a call: commits to be counted, members that look again, a time to be called.
    fn after_group(&mut self, group: usize) {
        self.count_committed(group);
        self.wake_pollers(group);
        let work = self.groups[group].take_work();
        self.charge(work);
        let due = self.groups[group].due(self.now);
        self.set_timer(Timer::Group(group as u32), due);
    }

    /// Time is up for a member, or a rebalance is through. That is seen at the end of the instant, so that who polls at the last moment
    /// is in time, and who joins at this instant is there.
    pub(super) fn fire_group(&mut self, group: usize) {
        self.charge_ready();
        let timer = Timer::Group(group as u32);
        self.stop_timer(timer);
        if self.others_are_due() {
            return self.call_again(timer);
        }
        let topic = self.scenario.groups[group].topic.index();
        let skipped = self.groups[group].look(self.now, &self.logs[topic]);
        for Through {
            partition,
            from,
            to,
            ..
        } in skipped
        {
            self.ledger.dropped += to - from;
            self.in_logs -= to - from;
            self.forget_committed(topic, partition as usize);
        }
        self.after_group(group);
    }

    /// Whether anything is due at this instant but groups among the ready.
    fn others_are_due(&self) -> bool {
        let is_group =
            |slot: u32| matches!(self.roles[slot as usize], Role::Timer(Timer::Group(_)));
        self.calendar.first_time() == self.now || self.ready_slots().any(|slot| !is_group(slot))
    }

    pub(super) fn poll(
        &mut self,
        me: usize,
        pc: usize,
        group: GroupId,
        up_to: Option<ExprId>,
        within: Option<ExprId>,
    ) -> Flow {
        self.finish_hand(me);
        let number = group.index();
        if !self.activities[me].groups.contains(&group.0) {
            self.activities[me].groups.push(group.0);
        }
        self.groups[number].poll(self.now, me as u32);
        if self.groups[number].members() > MEMBERS_MAX {
            self.stop_at(
                me,
                format!(
                    "more than {MEMBERS_MAX} members of '{}': nothing limits how many poll",
                    self.scenario.groups[number].name
                ),
            );
            return Flow::Rest;
        }
        self.count_committed(number);
        let most = up_to.map_or(POLL_RECORDS, |up_to| {
            count(self.draw(up_to, me)).clamp(1, BATCH_MAX)
        });
        let fetched = self.fetch_records(me, number, most);
        if fetched > 0 {
            self.passed[pc] += fetched;
            self.note(me, What::Receives, Thing::Group(group.0).times(fetched));
            self.after_group(number);
            return Flow::Next;
        }
        if self.retires(me) {
            self.end_activity(me);
            return Flow::Rest;
        }
        self.groups[number].wait(me as u32);
        self.note(me, What::WaitsToReceive, Thing::Group(group.0));
        self.wait_for(me, Wait::Poll { group: group.0 }, within);
        self.after_group(number);
        Flow::Rest
    }

    fn fetch_records(&mut self, me: usize, group: usize, most: u64) -> u64 {
        let topic = self.scenario.groups[group].topic.index();
        let mut items = std::mem::take(&mut self.fetched);
        let (log, who) = (&self.logs[topic], me as u32);
        let again = self.groups[group].fetch(self.now, who, log, most, group as u32, &mut items);
        self.ledger.redelivered += again;
        let count = items.len() as u64;
        // What it has in hand, and how often it was delivered.
        self.grew(items.len());
        for item in items.drain(..) {
            self.activities[me].hand.push(item);
        }
        self.fetched = items;
        self.activities[me].had_item |= count > 0;
        count
    }

    /// A member that waited gives up; its poll gave nothing.
    pub(super) fn stop_polling(&mut self, me: usize, group: u32) {
        self.groups[group as usize].stop_waiting(self.now, me as u32);
        self.after_group(group as usize);
    }

    /// Commits what was polled of every group that the activity is a member of; fails where it was one and is not.
    pub(super) fn commit(&mut self, me: usize) -> Flow {
        let mut is_member = !self.activities[me].groups.is_empty();
        for place in 0..self.activities[me].groups.len() {
            let group = self.activities[me].groups[place] as usize;
            let committed = self.groups[group].commit(self.now, me as u32, BATCH_MAX);
            self.count_committed(group);
            match committed {
                Committed::All => {}
                Committed::NoMember => is_member = false,
                Committed::Some => {
                    self.interrupt(me);
                    return Flow::Rest;
                }
            }
        }
        if is_member { Flow::Next } else { self.fail(me) }
    }

    /// What a group has committed is done.
    fn count_committed(&mut self, group: usize) {
        let topic = self.scenario.groups[group].topic.index();
        let committed = self.groups[group].take_through();
        for &Through {
            who,
            partition,
            from,
            to,
        } in &committed
        {
            self.in_logs -= to - from;
            self.charge(work::RECORD * (to - from));
            for offset in from..to {
                let born = self.logs[topic].born(partition as usize, offset);
                self.count_done(who as usize, born);
            }
            self.forget_committed(topic, partition as usize);
        }
        if !committed.is_empty() {
            self.watching.touch(Kind::Group, group as u32);
        }
        self.groups[group].put_back(committed);
    }

    /// What all groups of a topic have committed need not be stored.
    fn forget_committed(&mut self, topic: usize, partition: usize) {
        let groups = self.topic_groups[self.groups_of(topic)].iter();
        let committed = groups.map(|&group| self.groups[group].committed(partition));
        if let Some(committed) = committed.min() {
            self.logs[topic].forget(partition, committed);
        }
    }

    pub(super) fn pause_group(&mut self, me: usize, group: GroupId) -> Flow {
        self.groups[group.index()].pause(self.now, me as u32);
        Flow::Next
    }

    pub(super) fn resume_group(&mut self, me: usize, group: GroupId) -> Flow {
        self.groups[group.index()].resume(self.now, me as u32);
        Flow::Next
    }

    /// The activity ends in order: its groups hear of it, and automatic commits are made.
    pub(super) fn leave_groups(&mut self, me: usize) {
        for group in std::mem::take(&mut self.activities[me].groups) {
            let group = group as usize;
            self.groups[group].leave(self.now, me as u32);
            self.after_group(group);
        }
    }

    /// The activity is killed: its groups miss it later.
    pub(super) fn abandon_groups(&mut self, me: usize) {
        for group in std::mem::take(&mut self.activities[me].groups) {
            self.groups[group as usize].die(self.now, me as u32);
            self.after_group(group as usize);
        }
    }

    /// The activity has failed: what it polled and did not commit comes back.
    pub(super) fn rewind_groups(&mut self, me: usize) {
        for place in 0..self.activities[me].groups.len() {
            let group = self.activities[me].groups[place] as usize;
            self.groups[group].rewind(me as u32);
        }
    }

    /// Deletes what retention asks for in one partition; what a group has not committed is lost to it.
    fn delete(&mut self, topic: usize, partition: usize) {
        if self.logs[topic].delete(self.now, partition) {
            self.lose_deleted(topic, partition);
        }
    }

    fn lose_deleted(&mut self, topic: usize, partition: usize) {
        let start = self.logs[topic].start(partition);
        for place in self.groups_of(topic) {
            let group = self.topic_groups[place];
            let lost = self.groups[group].deleted(self.now, partition, start);
            self.ledger.lost += lost;
            self.in_logs -= lost;
            self.watching.touch(Kind::Group, group as u32);
        }
        self.watching.touch(Kind::Topic, topic as u32);
    }

    /// The next look for records that are too old is due when the oldest is, but not too often.
    fn expect_age(&mut self, topic: usize) {
        if self.timer_due(Timer::Topic(topic as u32)) != super::calendar::NEVER {
            return;
        }
        let Some(Retention::Age(age)) = self.logs[topic].retention() else {
            return;
        };
        let soonest = self.now.saturating_add((age / LOOKS_PER_AGE).max(1));
        let due = self.logs[topic].next_too_old();
        let due = due.map(|due| due.max(soonest));
        self.set_timer(Timer::Topic(topic as u32), due);
    }

    /// Deletes what retention asks for everywhere, and sees to the next look.
    pub(super) fn fire_topic(&mut self, topic: usize) {
        self.stop_timer(Timer::Topic(topic as u32));
        self.charge_each(self.logs[topic].partitions(), 1);
        for partition in 0..self.logs[topic].partitions() {
            self.delete(topic, partition);
        }
        if matches!(self.logs[topic].retention(), Some(Retention::Age(_))) {
            self.expect_age(topic);
        }
        self.weigh_topic(topic);
    }

    /// A memory with a topic in it has ended: the records are gone.
    pub(super) fn lose_log(&mut self, topic: usize) {
        self.logs[topic].clear();
        for partition in 0..self.logs[topic].partitions() {
            self.lose_deleted(topic, partition);
        }
        self.weigh_topic(topic);
    }

    /// A topic and its groups as the knobs ask for.
    pub(super) fn move_log(&mut self, scenario: &text::Scenario, topic: usize) {
        let (partitions, retention) = log_rules(&scenario.topics[topic], &self.values);
        if retention != self.logs[topic].retention() {
            self.logs[topic].set_retention(retention);
            self.fire_topic(topic);
        }
        let partitions = self.partitions_allowed(topic, partitions);
        let grown = self.logs[topic].grow(partitions);
        for place in self.groups_of(topic) {
            let group = self.topic_groups[place];
            let now = self.now;
            self.groups[group].set(now, settings(&scenario.groups[group], &self.values));
            if grown {
                self.groups[group].grow(now, self.logs[topic].partitions());
            }
            self.after_group(group);
        }
    }
}
