//! A consumer group: its members, who owns which partition, how far each was read and committed, and rebalances, as Kafka's consumer
//! coordinator and clients do it (`LANGUAGE.md` 5.8).
//!
//! A member that waits in `poll` has polled: nothing runs out for it. One that has records runs `max_poll_interval`; one that has died
//! is missed after `session_timeout`. A rebalance is through when every member has polled since it began.

use std::collections::{BTreeMap, VecDeque};

use super::Who;
use super::assignors::{self, Assignor, Place};
use super::item::{Hold, Item};
use super::log::Log;
use crate::measure::{Gauge, GaugeWindow};

/// That never happens.
const NEVER: u64 = u64::MAX;
/// How many rebalances are kept, the latest.
const HISTORY_MAX: usize = 64;

/// What the text and the knobs say of a group; times in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How partitions are shared out.
    pub assignor: Assignor,
    /// Whether only what must move is given up, each at its owner's next poll.
    pub cooperative: bool,
    /// The longest a member may go on without polling.
    pub max_poll_interval: u64,
    /// How long a dead member is thought alive.
    pub session_timeout: u64,
    /// How often a poll commits what earlier polls gave.
    pub auto_commit: Option<u64>,
    /// Whether a new group skips what is there.
    pub from_latest: bool,
}

/// Why a rebalance began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A member joined.
    Join,
    /// A member left.
    Leave,
    /// A member died, and its session ran out.
    Crash,
    /// A member went on for too long without polling.
    PollInterval,
    /// There are more partitions.
    Partitions,
}

/// A rebalance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebalance {
    /// When it began, in nanoseconds.
    pub begin: u64,
    /// When it was through; `None` while it is under way.
    pub end: Option<u64>,
    /// Why it began.
    pub cause: Cause,
}

#[derive(Debug, Clone)]
struct Member {
    /// Ids are given in order of joining.
    id: u64,
    owned: Vec<u32>,
    /// Which of its partitions a poll began with last.
    began: usize,
    waits: bool,
    /// Since when it has gone on without polling.
    since: u64,
    died: Option<u64>,
    rejoined: bool,
    paused: Option<u64>,
    committed_at: u64,
}

/// How often records were delivered: so many times those before that offset (and from the run before on).
#[derive(Debug, Clone, Copy)]
struct Delivered {
    to: u64,
    times: u32,
}

/// A partition as the group sees it.
#[derive(Debug, Clone, Default)]
pub struct Lane {
    /// What is before is committed, lost or skipped.
    pub committed: u64,
    /// What was polled, by its owner.
    pub position: u64,
    /// Who may poll it.
    pub owner: Option<Who>,
    /// Who gets it when its owner has polled again (`cooperative`).
    next_owner: Option<Who>,
    is_known: bool,
    delivered: VecDeque<Delivered>,
}

impl Lane {
    /// Back to what is committed: what was polled since is delivered again.
    fn rewind(&mut self) {
        self.position = self.committed;
    }

    fn advance(&mut self, committed: u64) {
        self.committed = committed;
        self.position = self.position.max(committed);
        while self
            .delivered
            .front()
            .is_some_and(|run| run.to <= committed)
        {
            self.delivered.pop_front();
        }
    }

    fn delivered_to(&self) -> u64 {
        self.delivered.back().map_or(self.committed, |run| run.to)
    }

    /// Notes one more delivery of a record, in order within a poll. Says how often it was delivered before.
    fn deliver(&mut self, offset: u64) -> u32 {
        if offset >= self.delivered_to() {
            match self.delivered.back_mut() {
                Some(run) if run.times == 1 => run.to = offset + 1,
                _ => self.delivered.push_back(Delivered {
                    to: offset + 1,
                    times: 1,
                }),
            }
            return 0;
        }
        let Some(index) = self.delivered.iter().position(|run| offset < run.to) else {
            return 0;
        };
        let times = self.delivered[index].times;
        let from = match index {
            0 => self.committed,
            _ => self.delivered[index - 1].to,
        };
        self.delivered[index].times = times + 1;
        if offset + 1 < self.delivered[index].to {
            let rest = self.delivered[index];
            self.delivered[index].to = offset + 1;
            self.delivered
                .insert(index + 1, Delivered { to: rest.to, times });
        }
        if offset > from {
            let before = Delivered { to: offset, times };
            self.delivered.insert(index, before);
            self.join_runs(index + 1);
        } else {
            self.join_runs(index);
        }
        times
    }

    /// Runs of as many deliveries that touch become one.
    fn join_runs(&mut self, index: usize) {
        if index > 0 && self.delivered[index - 1].times == self.delivered[index].times {
            self.delivered.remove(index - 1);
        }
    }
}

/// Offsets of a partition that a group is through with, for whatever reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through {
    /// The partition.
    pub partition: u32,
    /// From this offset …
    pub from: u64,
    /// … to before this one.
    pub to: u64,
}

/// What is counted of a group.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Rebalances begun.
    pub rebalances: u64,
    /// Records delivered again.
    pub redelivered: u64,
    /// Records delivered, again or not.
    pub delivered: u64,
    /// Members thrown out because they did not poll in time.
    pub evicted: u64,
    /// Time that members were paused, without the pauses that still last, in nanoseconds.
    pub paused_ns: u64,
}

/// A consumer group.
#[derive(Debug, Clone)]
pub struct Group {
    settings: Settings,
    lanes: Vec<Lane>,
    members: BTreeMap<Who, Member>,
    next_id: u64,
    rebalancing: bool,
    /// Nobody's time is up before.
    check_at: u64,
    /// Who may have something to poll now.
    woken: Vec<Who>,
    lag: Gauge,
    counts: Counts,
    history: VecDeque<Rebalance>,
}

impl Group {
    /// A group without members.
    #[must_use]
    pub fn new(settings: Settings, partitions: usize) -> Self {
        Group {
            settings,
            lanes: vec![Lane::default(); partitions],
            members: BTreeMap::new(),
            next_id: 0,
            rebalancing: false,
            check_at: NEVER,
            woken: Vec::new(),
            lag: Gauge::new(0, 0),
            counts: Counts::default(),
            history: VecDeque::new(),
        }
    }

    /// Records that are not committed.
    #[must_use]
    pub fn lag(&self) -> &Gauge {
        &self.lag
    }

    /// What was counted.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The partitions as the group sees them.
    #[must_use]
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// How many members it has; who has died counts until its session runs out.
    #[must_use]
    pub fn members(&self) -> usize {
        self.members.len()
    }

    /// Members that are paused.
    #[must_use]
    pub fn paused(&self) -> usize {
        let paused = self.members.values().filter(|one| one.paused.is_some());
        paused.count()
    }

    /// Time that members were paused, in nanoseconds.
    #[must_use]
    pub fn paused_ns(&self, now: u64) -> u64 {
        let open = self.members.values().filter_map(|one| one.paused);
        self.counts.paused_ns + open.map(|since| now - since).sum::<u64>()
    }

    /// Whether a rebalance is under way.
    #[must_use]
    pub fn is_rebalancing(&self) -> bool {
        self.rebalancing
    }

    /// The latest rebalances, the oldest first.
    pub fn history(&self) -> impl Iterator<Item = &Rebalance> {
        self.history.iter()
    }

    /// Lag in the row of the charts that ends now.
    pub fn end_window(&mut self, now: u64) -> GaugeWindow {
        self.lag.end_window(now)
    }

    /// Forgets what was counted: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.lag.reset(now);
        self.counts = Counts::default();
        for member in self.members.values_mut() {
            member.paused = member.paused.map(|_| now);
        }
    }

    /// New settings: a knob moved.
    pub fn set(&mut self, now: u64, settings: Settings) {
        self.settings = settings;
        // Who has been going on for long enough already is found at once.
        self.check_at = self.check_at.min(now);
    }

    /// When [`Group::look`] has something to do: now, if a rebalance may be through.
    #[must_use]
    pub fn due(&self, now: u64) -> Option<u64> {
        if self.rebalancing && self.members.values().all(|one| one.rejoined) {
            Some(now)
        } else {
            Some(self.check_at).filter(|&time| time != NEVER)
        }
    }

    /// Whether somebody may have something to poll.
    #[inline]
    #[must_use]
    pub fn has_woken(&self) -> bool {
        !self.woken.is_empty()
    }

    /// Takes out who may have something to poll since the last call.
    pub fn take_woken(&mut self) -> Vec<Who> {
        std::mem::take(&mut self.woken)
    }

    /// More partitions than there were.
    pub fn grow(&mut self, now: u64, partitions: usize) {
        if partitions > self.lanes.len() {
            self.lanes.resize_with(partitions, Lane::default);
            self.rebalance(now, Cause::Partitions);
        }
    }

    /// A record was appended.
    #[inline]
    pub fn appended(&mut self, now: u64, partition: usize) {
        self.lag.add(now, 1);
        let lane = &self.lanes[partition];
        if let (Some(owner), None) = (lane.owner, lane.next_owner) {
            let waits = self.members.get(&owner).is_some_and(|one| one.waits);
            if waits && self.may_fetch(owner) {
                self.woken.push(owner);
            }
        }
    }

    /// Whether a member may have records at all now.
    fn may_fetch(&self, who: Who) -> bool {
        let paused = self
            .members
            .get(&who)
            .is_none_or(|one| one.paused.is_some());
        !paused && (self.settings.cooperative || !self.rebalancing)
    }

    /// A member polls. It joins if it is none, and is back if a rebalance is under way.
    pub fn poll(&mut self, now: u64, who: Who) {
        if self.members.get(&who).is_none_or(|one| one.died.is_some()) {
            self.remove(now, who);
            self.join(now, who);
        }
        if let Some(member) = self.members.get_mut(&who) {
            member.waits = false;
            member.since = now;
            member.rejoined = true;
        }
        self.hand_over(who);
    }

    fn join(&mut self, now: u64, who: Who) {
        let member = Member {
            id: self.next_id,
            owned: Vec::new(),
            began: 0,
            waits: false,
            since: now,
            died: None,
            rejoined: true,
            paused: None,
            committed_at: now,
        };
        self.next_id += 1;
        self.members.insert(who, member);
        self.rebalance(now, Cause::Join);
    }

    /// What a member is to give up goes to its next owner, now that it has polled.
    fn hand_over(&mut self, who: Who) {
        let gives = |lane: &Lane| lane.owner == Some(who) && lane.next_owner.is_some();
        if !self.settings.cooperative || !self.lanes.iter().any(gives) {
            return;
        }
        for partition in 0..self.lanes.len() {
            if gives(&self.lanes[partition]) {
                let next = self.lanes[partition].next_owner.take();
                self.own(partition, next);
            }
        }
    }

    /// A partition has another owner, who begins where the group has committed.
    fn own(&mut self, partition: usize, owner: Option<Who>) {
        let lane = &mut self.lanes[partition];
        let before = std::mem::replace(&mut lane.owner, owner);
        lane.rewind();
        if let Some(member) = before.and_then(|before| self.members.get_mut(&before)) {
            member.owned.retain(|&owned| owned as usize != partition);
        }
        if let Some((owner, member)) =
            owner.and_then(|owner| Some((owner, self.members.get_mut(&owner)?)))
        {
            member.owned.push(partition as u32);
            member.owned.sort_unstable();
            if member.waits {
                self.woken.push(owner);
            }
        }
    }

    /// A member takes up to so many records of its partitions, each partition's in log order. Says how many were delivered before.
    pub fn fetch(
        &mut self,
        now: u64,
        who: Who,
        log: &Log,
        most: u64,
        number: u32,
        items: &mut Vec<Item>,
    ) -> u64 {
        if !self.may_fetch(who) {
            return 0;
        }
        let Some(member) = self.members.get_mut(&who) else {
            return 0;
        };
        let (count, mut again) = (member.owned.len(), 0);
        let first = member.began + 1;
        for place in 0..count {
            let partition = member.owned[(first + place) % count] as usize;
            let lane = &mut self.lanes[partition];
            let left = most - items.len() as u64;
            let to = log.end(partition).min(lane.position.saturating_add(left));
            if lane.next_owner.is_some() {
                continue;
            }
            for offset in lane.position..to {
                let before = lane.deliver(offset);
                again += u64::from(before > 0);
                items.extend(log.item(partition, offset).map(|item| Item {
                    hold: Hold::Record(number),
                    redeliveries: before,
                    ..item
                }));
            }
            lane.position = lane.position.max(to);
        }
        if !items.is_empty() {
            member.began = first % count;
            member.since = now;
            self.expect(now.saturating_add(self.settings.max_poll_interval));
        }
        self.counts.redelivered += again;
        self.counts.delivered += items.len() as u64;
        again
    }

    /// Somebody's time may be up then.
    fn expect(&mut self, time: u64) {
        self.check_at = self.check_at.min(time);
    }

    /// A member finds nothing and waits in its poll.
    pub fn wait(&mut self, who: Who) {
        if let Some(member) = self.members.get_mut(&who) {
            member.waits = true;
        }
    }

    /// It gives up: its poll has given nothing.
    pub fn stop_waiting(&mut self, now: u64, who: Who) {
        if let Some(member) = self.members.get_mut(&who) {
            member.waits = false;
            member.since = now;
            self.expect(now.saturating_add(self.settings.max_poll_interval));
        }
    }

    /// Whether it is time for a member's automatic commit; if so, the time begins anew.
    pub fn is_auto_commit_due(&mut self, now: u64, who: Who) -> bool {
        let (Some(interval), Some(member)) =
            (self.settings.auto_commit, self.members.get_mut(&who))
        else {
            return false;
        };
        // A client that is asked to rejoin commits first.
        let due = now - member.committed_at >= interval || (self.rebalancing && !member.rejoined);
        if due {
            member.committed_at = now;
        }
        due
    }

    /// Whether members commit what they have polled when they leave.
    #[must_use]
    pub fn commits_on_leave(&self) -> bool {
        self.settings.auto_commit.is_some()
    }

    /// A member commits what it has polled. `None` if it is none.
    pub fn commit(&mut self, now: u64, who: Who) -> Option<Vec<Through>> {
        let member = self.members.get(&who)?;
        let mut through = Vec::new();
        for &partition in &member.owned {
            let lane = &mut self.lanes[partition as usize];
            let (from, to) = (lane.committed, lane.position);
            if from < to {
                lane.advance(to);
                through.push(Through {
                    partition,
                    from,
                    to,
                });
            }
        }
        self.note_through(now, &through);
        Some(through)
    }

    fn note_through(&mut self, now: u64, through: &[Through]) {
        let count: u64 = through.iter().map(|one| one.to - one.from).sum();
        self.lag.add(now, -(count as i64));
    }

    /// Records before the log's start are gone: those not committed are lost to this group.
    pub fn deleted(&mut self, now: u64, partition: usize, start: u64) -> u64 {
        let lane = &mut self.lanes[partition];
        let lost = start.saturating_sub(lane.committed);
        if lost > 0 {
            lane.advance(start);
            self.lag.add(now, -(lost as i64));
        }
        lost
    }

    /// The lowest offset of a partition that is not committed.
    #[must_use]
    pub fn committed(&self, partition: usize) -> u64 {
        self.lanes[partition].committed
    }

    /// A member leaves.
    pub fn leave(&mut self, now: u64, who: Who) {
        if self.remove(now, who) {
            self.rebalance(now, Cause::Leave);
        }
    }

    /// A member dies without a word: it is missed when its session runs out.
    pub fn die(&mut self, now: u64, who: Who) {
        if let Some(member) = self.members.get_mut(&who) {
            member.died = Some(now);
            member.waits = false;
            member.rejoined = false;
            self.expect(now.saturating_add(self.settings.session_timeout));
        }
    }

    /// A member has failed: what it polled and did not commit comes back to it.
    pub fn rewind(&mut self, who: Who) {
        if let Some(member) = self.members.get(&who) {
            for &partition in &member.owned {
                self.lanes[partition as usize].rewind();
            }
        }
    }

    /// A member wants no records for now. Who is none changes nothing.
    pub fn pause(&mut self, now: u64, who: Who) {
        if let Some(member) = self.members.get_mut(&who) {
            member.paused.get_or_insert(now);
        }
    }

    /// It wants them again.
    pub fn resume(&mut self, now: u64, who: Who) {
        if let Some(member) = self.members.get_mut(&who) {
            let since = member.paused.take();
            self.counts.paused_ns += since.map_or(0, |since| now - since);
        }
    }

    fn remove(&mut self, now: u64, who: Who) -> bool {
        self.resume(now, who);
        let Some(member) = self.members.remove(&who) else {
            return false;
        };
        for partition in member.owned {
            let lane = &mut self.lanes[partition as usize];
            lane.owner = None;
            lane.next_owner = None;
            lane.rewind();
        }
        // What it was to get has no next owner any more: the rebalance that follows sees to it.
        for lane in &mut self.lanes {
            if lane.next_owner == Some(who) {
                lane.next_owner = None;
            }
        }
        true
    }

    /// A rebalance begins, unless one is under way.
    fn rebalance(&mut self, now: u64, cause: Cause) {
        if self.rebalancing || self.members.is_empty() {
            return;
        }
        self.rebalancing = true;
        self.counts.rebalances += 1;
        if self.history.len() == HISTORY_MAX {
            self.history.pop_front();
        }
        self.history.push_back(Rebalance {
            begin: now,
            end: None,
            cause,
        });
        let joined = self.next_id.wrapping_sub(1);
        for member in self.members.values_mut() {
            member.rejoined = member.waits || (cause == Cause::Join && member.id == joined);
        }
    }

    /// Looks whose time is up and whether a rebalance is through. Says which records a new group skips.
    pub fn look(&mut self, now: u64, log: &Log) -> Vec<Through> {
        self.throw_out(now);
        if self.members.is_empty() {
            self.end_rebalance(now);
            return Vec::new();
        }
        if self.rebalancing && self.members.values().all(|one| one.rejoined) {
            return self.share_out(now, log);
        }
        Vec::new()
    }

    /// When a member's time is up.
    fn up_at(&self, member: &Member) -> u64 {
        match member.died {
            Some(died) => died.saturating_add(self.settings.session_timeout),
            None if member.waits => NEVER,
            None => member.since.saturating_add(self.settings.max_poll_interval),
        }
    }

    fn throw_out(&mut self, now: u64) {
        let up: Vec<(Who, bool)> = self
            .members
            .iter()
            .filter(|(_, member)| self.up_at(member) <= now)
            .map(|(&who, member)| (who, member.died.is_some()))
            .collect();
        for (who, died) in up {
            self.remove(now, who);
            self.counts.evicted += u64::from(!died);
            let cause = if died {
                Cause::Crash
            } else {
                Cause::PollInterval
            };
            self.rebalance(now, cause);
        }
        let next = self.members.values().map(|member| self.up_at(member));
        self.check_at = next.min().unwrap_or(NEVER);
    }

    fn end_rebalance(&mut self, now: u64) {
        if std::mem::take(&mut self.rebalancing) {
            if let Some(last) = self.history.back_mut() {
                last.end = Some(now);
            }
        }
    }

    /// The end of a rebalance: who owns what from now on.
    fn share_out(&mut self, now: u64, log: &Log) -> Vec<Through> {
        let mut ids: Vec<(u64, Who)> = self
            .members
            .iter()
            .map(|(&who, one)| (one.id, who))
            .collect();
        ids.sort_unstable();
        let before: Vec<Vec<Place>> = ids
            .iter()
            .map(|(_, who)| {
                self.members[who]
                    .owned
                    .iter()
                    .map(|&one| (0, one))
                    .collect()
            })
            .collect();
        let shares = assignors::assign(self.settings.assignor, &[self.lanes.len() as u32], &before);
        if !self.settings.cooperative {
            self.revoke_all(now);
        }
        let skipped = self.begin_new_lanes(now, log);
        for (&(_, who), share) in ids.iter().zip(&shares) {
            for &(_, partition) in share {
                self.give(partition as usize, who);
            }
        }
        self.end_rebalance(now);
        let waiting = self.members.iter().filter(|(_, one)| one.waits);
        self.woken.extend(waiting.map(|(&who, _)| who));
        skipped
    }

    fn revoke_all(&mut self, now: u64) {
        for lane in &mut self.lanes {
            lane.owner = None;
            lane.next_owner = None;
            lane.rewind();
        }
        let mut paused = 0;
        for member in self.members.values_mut() {
            member.owned.clear();
            // A client forgets that it paused what it no longer has.
            paused += member.paused.take().map_or(0, |since| now - since);
        }
        self.counts.paused_ns += paused;
    }

    /// A group that has never committed begins at the log's start, or at its end.
    fn begin_new_lanes(&mut self, now: u64, log: &Log) -> Vec<Through> {
        let mut skipped = Vec::new();
        for (partition, lane) in (0..).zip(&mut self.lanes) {
            let is_new = !std::mem::replace(&mut lane.is_known, true);
            let (from, to) = (lane.committed, log.end(partition as usize));
            if is_new && self.settings.from_latest && from < to {
                lane.advance(to);
                skipped.push(Through {
                    partition,
                    from,
                    to,
                });
            }
        }
        self.note_through(now, &skipped);
        skipped
    }

    /// A member gets a partition: at once, or when the one who has it has polled again.
    fn give(&mut self, partition: usize, who: Who) {
        let lane = &mut self.lanes[partition];
        lane.next_owner = None;
        match lane.owner {
            Some(owner) if owner == who => {}
            Some(owner) if self.members.get(&owner).is_some_and(|one| !one.waits) => {
                lane.next_owner = Some(who);
            }
            _ => self.own(partition, Some(who)),
        }
    }
}
