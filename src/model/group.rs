//! A consumer group: its members, who owns which partition, how far each was read and committed, and rebalances, as Kafka's consumer
//! coordinator and clients do it (`www/docs/language.md#members-and-rebalances`).
//!
//! A member that waits in `poll` has polled: nothing runs out for it. One that has records runs `max_poll_interval`; one that has died
//! is missed after `session_timeout`. A rebalance is through when every member has polled since it began, and those who died are missed.
//! A member gives up what an eager rebalance takes from it, and what of it is not committed, when it polls, as a client does.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Who;
use super::assignors::{self, Assignor, Place};
use super::fifo::Fifo;
use super::item::{Hold, Item};
use super::log::Log;
use super::roll::Roll;
use crate::measure::{Counter, Gauge};

/// That never happens.
const NEVER: u64 = u64::MAX;
/// To share out a partition, or to a member, costs as much as to look at so many.
const SHARED_OUT: usize = 32;
/// So many places of a roll are moved as fast as one member is looked at.
const MOVED_AT_ONCE: u64 = 64;
/// So many times that do not count any more are kept before they are looked for.
const STALE_MIN: usize = 64;
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
    /// Its partitions, in order.
    owned: Vec<u32>,
    /// What an eager rebalance gave it last: a sticky assignor asks.
    had: Vec<u32>,
    /// The partition with which a poll began last.
    began: Option<u32>,
    waits: bool,
    /// Since when it has gone on without polling.
    since: u64,
    rejoined: bool,
    paused: bool,
    /// The time of the last automatic commit, made or due.
    committed_at: u64,
    /// Whether there may be something that it has polled and not committed.
    has_polled: bool,
    /// When it is looked at next; not after its time is up.
    expected: u64,
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
    delivered: Fifo<Delivered>,
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
        let index = self.delivered.partition_point(|run| run.to <= offset);
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

/// What came of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// All that was polled is committed.
    All,
    /// As much as may be at once; there may be more.
    Some,
    /// Who committed is no member.
    NoMember,
}

/// Offsets of a partition that a group is through with, for whatever reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through {
    /// The member that committed them; of those that a new group skips, who owns the partition now.
    pub who: Who,
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
    pub rebalances: Counter,
    /// Records delivered again.
    pub redelivered: Counter,
    /// Records delivered, again or not.
    pub delivered: Counter,
    /// Members thrown out because they did not poll in time.
    pub evicted: Counter,
}

/// A consumer group.
#[derive(Debug, Clone)]
pub struct Group {
    settings: Settings,
    lanes: Vec<Lane>,
    members: Roll<Member>,
    /// When members died that are still thought alive, the first first. Nobody polls what they owned.
    dead: Fifo<u64>,
    next_id: u64,
    rebalancing: bool,
    /// How many members have not polled since it began.
    absent: usize,
    /// When the last rebalance began.
    began_at: u64,
    /// How many partitions have a next owner.
    moving: usize,
    /// What was committed since the last call of [`Group::take_through`].
    through: Vec<Through>,
    /// Nobody's time is up before.
    check_at: u64,
    /// When to look at which member: of each the time that it is expected at, and others that do not count any more.
    expected: BinaryHeap<Reverse<(u64, Who)>>,
    /// What was gone through since the last call of [`Group::take_work`].
    work: u64,
    /// Who may have something to poll now.
    woken: Fifo<Who>,
    lag: u64,
    lag_gauge: Gauge,
    /// How many members are paused, over time.
    paused_gauge: Gauge,
    counts: Counts,
    history: Fifo<Rebalance>,
}

impl Group {
    /// A group without members.
    #[must_use]
    pub fn new(settings: Settings, partitions: usize) -> Self {
        Group {
            settings,
            lanes: vec![Lane::default(); partitions],
            members: Roll::new(),
            dead: Fifo::new(),
            next_id: 0,
            rebalancing: false,
            absent: 0,
            began_at: 0,
            moving: 0,
            through: Vec::new(),
            check_at: NEVER,
            expected: BinaryHeap::new(),
            work: 0,
            woken: Fifo::new(),
            lag: 0,
            lag_gauge: Gauge::new(0, 0),
            paused_gauge: Gauge::new(0, 0),
            counts: Counts::default(),
            history: Fifo::new(),
        }
    }

    /// Records that are not committed.
    #[must_use]
    pub fn lag(&self) -> u64 {
        self.lag
    }

    /// The same over time.
    #[must_use]
    pub fn lag_gauge(&self) -> &Gauge {
        &self.lag_gauge
    }

    /// The same, to end a row of the charts.
    pub fn lag_gauge_mut(&mut self) -> &mut Gauge {
        &mut self.lag_gauge
    }

    /// Paused members, over time: its integral is for how long members were paused.
    #[must_use]
    pub fn paused_gauge(&self) -> &Gauge {
        &self.paused_gauge
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
        self.members.len() + self.dead.len()
    }

    /// Members that are paused.
    #[must_use]
    pub fn paused(&self) -> usize {
        self.members.values().filter(|one| one.paused).count()
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

    /// Forgets what was counted: the end of a warm-up.
    pub fn reset_measures(&mut self, now: u64) {
        self.lag_gauge.reset(now);
        self.paused_gauge.reset(now);
        self.counts = Counts::default();
    }

    fn add_lag(&mut self, now: u64, more: u64) {
        self.lag += more;
        self.lag_gauge.set(now, self.lag);
    }

    fn take_lag(&mut self, now: u64, less: u64) {
        self.lag -= less;
        self.lag_gauge.set(now, self.lag);
    }

    /// New settings: a knob moved.
    pub fn set(&mut self, now: u64, settings: Settings) {
        if settings == self.settings {
            return;
        }
        self.settings = settings;
        // Who has been going on for long enough already is found at once.
        self.work += self.members.len() as u64;
        self.expected.clear();
        for (who, member) in self.members.iter_mut() {
            member.expected = now;
            self.expected.push(Reverse((now, who)));
        }
        self.check_at = self.check_at.min(now);
    }

    /// When [`Group::look`] has something to do: now, if a rebalance may be through.
    #[must_use]
    pub fn due(&self, now: u64) -> Option<u64> {
        if self.is_through() {
            Some(now)
        } else {
            Some(self.check_at).filter(|&time| time != NEVER)
        }
    }

    /// Whether a rebalance is under way for which nobody has to be waited for any more.
    fn is_through(&self) -> bool {
        let waits_for_none = self.dead.is_empty() && self.absent == 0;
        self.rebalancing && (self.members.is_empty() || waits_for_none)
    }

    /// Takes out one who may have something to poll since it last looked.
    #[inline]
    pub fn next_woken(&mut self) -> Option<Who> {
        self.woken.pop_front()
    }

    /// How many members and partitions were gone through since the last call.
    pub fn take_work(&mut self) -> u64 {
        std::mem::take(&mut self.work)
    }

    /// Takes out what was committed since the last call. [`Group::put_back`] saves making a new list.
    pub fn take_through(&mut self) -> Vec<Through> {
        std::mem::take(&mut self.through)
    }

    /// Gives the list back when what is in it was seen to.
    pub fn put_back(&mut self, mut list: Vec<Through>) {
        list.clear();
        self.through = list;
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
        self.add_lag(now, 1);
        let lane = &self.lanes[partition];
        if let (Some(owner), None) = (lane.owner, lane.next_owner) {
            let waits = self.members.get(owner).is_some_and(|one| one.waits);
            if waits && self.may_fetch(owner) {
                self.woken.push_back(owner);
            }
        }
    }

    /// Whether a member may have records at all now.
    fn may_fetch(&self, who: Who) -> bool {
        let paused = self.members.get(who).is_none_or(|one| one.paused);
        !paused && (self.settings.cooperative || !self.rebalancing)
    }

    /// A member polls. It joins if it is none, and is back if a rebalance is under way. What it is to give up goes, after an automatic
    /// commit if it makes any.
    pub fn poll(&mut self, now: u64, who: Who) {
        if self.members.get(who).is_none() {
            self.join(now, who);
        }
        let gives_up = self.gives_up(who);
        if self.is_commit_due(now, who) || gives_up || self.comes_back(who) {
            self.commit_automatically(now, who);
        }
        if gives_up && self.settings.cooperative {
            self.hand_over(who);
        } else if gives_up {
            self.revoke(now, who);
        }
        if let Some(member) = self.members.get_mut(who) {
            member.waits = false;
            member.since = now;
            self.absent -= usize::from(!std::mem::replace(&mut member.rejoined, true));
        }
    }

    fn join(&mut self, now: u64, who: Who) {
        let member = Member {
            id: self.next_id,
            owned: Vec::new(),
            had: Vec::new(),
            began: None,
            waits: false,
            since: now,
            rejoined: true,
            paused: false,
            committed_at: now,
            has_polled: false,
            expected: NEVER,
        };
        self.next_id += 1;
        self.work += self.members.len() as u64 / MOVED_AT_ONCE;
        self.members.add(who, member);
        self.rebalance(now, Cause::Join);
    }

    /// Whether a rebalance waits for a member.
    fn comes_back(&self, who: Who) -> bool {
        self.rebalancing && self.members.get(who).is_some_and(|one| !one.rejoined)
    }

    /// Whether a member is to give up partitions now that it polls.
    fn gives_up(&self, who: Who) -> bool {
        let Some(member) = self.members.get(who) else {
            return false;
        };
        let moves = |&one: &u32| self.lanes[one as usize].next_owner.is_some();
        if self.settings.cooperative {
            self.moving > 0 && member.owned.iter().any(moves)
        } else {
            self.comes_back(who)
        }
    }

    /// What a member is to give up goes to its next owners.
    fn hand_over(&mut self, who: Who) {
        let Some(member) = self.members.get_mut(who) else {
            return;
        };
        let owned = std::mem::take(&mut member.owned);
        let mut kept = Vec::new();
        for partition in owned {
            let lane = &mut self.lanes[partition as usize];
            let Some(next) = lane.next_owner.take() else {
                kept.push(partition);
                continue;
            };
            self.moving -= 1;
            lane.rewind();
            lane.owner = Some(next);
            if let Some(next_member) = self.members.get_mut(next) {
                let place = next_member.owned.partition_point(|&one| one < partition);
                next_member.owned.insert(place, partition);
                if next_member.waits {
                    self.woken.push_back(next);
                }
            }
        }
        if let Some(member) = self.members.get_mut(who) {
            member.owned = kept;
        }
    }

    /// A member gives up all it has.
    fn revoke(&mut self, now: u64, who: Who) {
        // A client forgets that it paused what it no longer has.
        self.resume(now, who);
        if let Some(member) = self.members.get_mut(who) {
            member.has_polled = false;
            for partition in member.owned.drain(..) {
                let lane = &mut self.lanes[partition as usize];
                lane.owner = None;
                lane.rewind();
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
        let Some(member) = self.members.get_mut(who) else {
            return 0;
        };
        let (mut again, mut walked) = (0, 0);
        // In turn, from behind where it last began.
        let began = member.began;
        let first = (member.owned).partition_point(|&one| began.is_some_and(|began| one <= began));
        let (before, after) = member.owned.split_at(first);
        for &partition in after.iter().chain(before) {
            let left = most - items.len() as u64;
            if left == 0 {
                break;
            }
            walked += 1;
            let lane = &mut self.lanes[partition as usize];
            if lane.next_owner.is_some() {
                continue;
            }
            let partition = partition as usize;
            let to = log.end(partition).min(lane.position.saturating_add(left));
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
            member.began = after.first().or(before.first()).copied();
            member.since = now;
            member.has_polled = true;
            self.expect_member(who);
        }
        self.work += walked + 2 * items.len() as u64;
        self.counts.redelivered += again;
        self.counts.delivered += items.len() as u64;
        again
    }

    /// Somebody's time may be up then.
    fn expect(&mut self, time: u64) {
        self.check_at = self.check_at.min(time);
    }

    /// A member's time has begun anew. Where it is up later than it was expected, that is seen when it is looked at.
    fn expect_member(&mut self, who: Who) {
        let Some(member) = self.members.get_mut(who) else {
            return;
        };
        let up = up_at(&self.settings, member);
        if up < member.expected {
            member.expected = up;
            self.expected.push(Reverse((up, who)));
        }
        self.expect(up);
        if self.expected.len() > 2 * self.members.len() + STALE_MIN {
            self.work += self.expected.len() as u64;
            let members = &self.members;
            let counts = |who, time| members.get(who).is_some_and(|one| one.expected == time);
            (self.expected).retain(|&Reverse((time, who))| counts(who, time));
        }
    }

    /// A member finds nothing and waits in its poll.
    pub fn wait(&mut self, who: Who) {
        if let Some(member) = self.members.get_mut(who) {
            member.waits = true;
            self.expect_member(who);
        }
    }

    /// It gives up: its poll has given nothing.
    pub fn stop_waiting(&mut self, now: u64, who: Who) {
        if let Some(member) = self.members.get_mut(who) {
            member.waits = false;
            member.since = now;
            self.expect_member(who);
        }
    }

    /// Whether it is time for a member's automatic commit; if so, the time begins anew.
    fn is_commit_due(&mut self, now: u64, who: Who) -> bool {
        let (Some(interval), Some(member)) = (self.settings.auto_commit, self.members.get_mut(who))
        else {
            return false;
        };
        let elapsed = now - member.committed_at;
        if elapsed < interval {
            return false;
        }
        // While it waits, the time begins anew whenever it has passed, whether there is anything to commit or not.
        member.committed_at = match member.waits {
            true => now - elapsed % interval.max(1),
            false => now,
        };
        true
    }

    /// A client commits by itself what it has polled, if it is told to.
    fn commit_automatically(&mut self, now: u64, who: Who) {
        if self.settings.auto_commit.is_some() {
            let _ = self.commit(now, who, u64::MAX);
        }
    }

    /// A member commits what it has polled, at most so many records at once.
    pub fn commit(&mut self, now: u64, who: Who, most: u64) -> Committed {
        let Some(member) = self.members.get_mut(who) else {
            return Committed::NoMember;
        };
        if !member.has_polled {
            return Committed::All;
        }
        let mut left = most;
        self.work += member.owned.len() as u64;
        for &partition in &member.owned {
            let lane = &mut self.lanes[partition as usize];
            let from = lane.committed;
            let to = lane.position.min(from.saturating_add(left));
            if from < to {
                left -= to - from;
                lane.advance(to);
                self.through.push(Through {
                    who,
                    partition,
                    from,
                    to,
                });
            }
        }
        // What was committed for less than may be at once was all.
        member.has_polled = left == 0;
        self.take_lag(now, most - left);
        if left > 0 {
            Committed::All
        } else {
            Committed::Some
        }
    }

    /// Records before the log's start are gone: those not committed are lost to this group.
    pub fn deleted(&mut self, now: u64, partition: usize, start: u64) -> u64 {
        let lane = &mut self.lanes[partition];
        let lost = start.saturating_sub(lane.committed);
        if lost > 0 {
            lane.advance(start);
            self.take_lag(now, lost);
        }
        lost
    }

    /// The lowest offset of a partition that is not committed.
    #[must_use]
    pub fn committed(&self, partition: usize) -> u64 {
        self.lanes[partition].committed
    }

    /// A member leaves in order, after an automatic commit if it makes any.
    pub fn leave(&mut self, now: u64, who: Who) {
        self.commit_automatically(now, who);
        if self.remove(now, who) {
            self.rebalance(now, Cause::Leave);
        }
    }

    /// A member dies without a word: it is missed when its session runs out.
    pub fn die(&mut self, now: u64, who: Who) {
        if self.remove(now, who) {
            self.dead.push_back(now);
            self.expect(self.missed_at(now));
        }
    }

    /// When one who died then is missed: its session has run out, or the rebalance has waited for it for as long as for anyone.
    fn missed_at(&self, died: u64) -> u64 {
        let session = died.saturating_add(self.settings.session_timeout);
        if self.rebalancing {
            session.min(
                self.began_at
                    .saturating_add(self.settings.max_poll_interval),
            )
        } else {
            session
        }
    }

    /// A member has failed: what it polled and did not commit comes back to it.
    pub fn rewind(&mut self, who: Who) {
        if let Some(member) = self.members.get_mut(who) {
            member.has_polled = false;
            for &partition in &member.owned {
                self.lanes[partition as usize].rewind();
            }
        }
    }

    /// A member wants no records for now. Who is none changes nothing.
    pub fn pause(&mut self, now: u64, who: Who) {
        if let Some(member) = self.members.get_mut(who) {
            let was_paused = std::mem::replace(&mut member.paused, true);
            self.paused_gauge.add(now, i64::from(!was_paused));
        }
    }

    /// It wants them again.
    pub fn resume(&mut self, now: u64, who: Who) {
        if let Some(member) = self.members.get_mut(who) {
            let was_paused = std::mem::take(&mut member.paused);
            self.paused_gauge.add(now, -i64::from(was_paused));
        }
    }

    fn remove(&mut self, now: u64, who: Who) -> bool {
        self.resume(now, who);
        self.work += self.members.len() as u64 / MOVED_AT_ONCE;
        let Some(member) = self.members.remove(who) else {
            return false;
        };
        self.absent -= usize::from(!member.rejoined);
        for partition in member.owned {
            let lane = &mut self.lanes[partition as usize];
            lane.owner = None;
            self.moving -= usize::from(lane.next_owner.take().is_some());
            lane.rewind();
        }
        // What it was to get has no next owner any more: the rebalance that follows sees to it.
        if self.moving > 0 {
            self.work += self.lanes.len() as u64;
            for lane in &mut self.lanes {
                if lane.next_owner == Some(who) {
                    lane.next_owner = None;
                    self.moving -= 1;
                }
            }
        }
        true
    }

    /// A rebalance begins, unless one is under way. Who waits in its poll is back at once.
    fn rebalance(&mut self, now: u64, cause: Cause) {
        if self.rebalancing || self.members.is_empty() {
            return;
        }
        self.rebalancing = true;
        self.began_at = now;
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
        self.work += 4 * self.members.len() as u64;
        self.absent = 0;
        for member in self.members.values_mut() {
            member.rejoined = member.waits || (cause == Cause::Join && member.id == joined);
            self.absent += usize::from(!member.rejoined);
        }
        let waiting: Vec<Who> = self.waiting().collect();
        for who in waiting {
            self.commit_automatically(now, who);
            if !self.settings.cooperative {
                self.revoke(now, who);
            }
        }
        if let Some(&died) = self.dead.front() {
            self.expect(self.missed_at(died));
        }
    }

    fn waiting(&self) -> impl Iterator<Item = Who> + '_ {
        let waiting = self.members.iter().filter(|(_, one)| one.waits);
        waiting.map(|(who, _)| who)
    }

    /// Looks whose time is up and whether a rebalance is through. Says which records a new group skips.
    pub fn look(&mut self, now: u64, log: &Log) -> Vec<Through> {
        self.miss_dead(now);
        self.see_who_is_up(now);
        if !self.is_through() {
            return Vec::new();
        }
        self.rebalancing = false;
        if let Some(last) = self.history.back_mut() {
            last.end = Some(now);
        }
        if self.members.is_empty() {
            return Vec::new();
        }
        self.share_out(now);
        self.begin_new_lanes(now, log)
    }

    fn miss_dead(&mut self, now: u64) {
        while self
            .dead
            .front()
            .is_some_and(|&died| self.missed_at(died) <= now)
        {
            self.dead.pop_front();
            self.rebalance(now, Cause::Crash);
        }
    }

    /// Who has gone on for too long is thrown out; who waits makes the automatic commit that is due.
    fn see_who_is_up(&mut self, now: u64) {
        let mut up = BinaryHeap::new();
        while let Some((time, who)) = self.next_expected() {
            if time > now {
                break;
            }
            self.expected.pop();
            if let Some(member) = self.members.get_mut(who) {
                member.expected = NEVER;
                up.push(Reverse((u64::from(who), who)));
            }
        }
        while let Some(Reverse((_, who))) = up.pop() {
            if self.members.get(who).is_some_and(|member| member.waits) {
                if self.is_commit_due(now, who) {
                    self.commit_automatically(now, who);
                }
                self.expect_member(who);
                continue;
            }
            self.remove(now, who);
            self.counts.evicted += 1;
            self.rebalance(now, Cause::PollInterval);
        }
        let first = self.next_expected().map(|(time, _)| time);
        let dead = self.dead.front().map(|&died| self.missed_at(died));
        self.check_at = first.into_iter().chain(dead).min().unwrap_or(NEVER);
    }

    /// Whose time is up first, and when.
    fn next_expected(&mut self) -> Option<(u64, Who)> {
        loop {
            let &Reverse((time, who)) = self.expected.peek()?;
            self.work += 1;
            let member = (self.members.get_mut(who)).filter(|member| member.expected == time);
            if let Some(member) = member {
                let up = up_at(&self.settings, member);
                if up <= time {
                    return Some((time, who));
                }
                member.expected = up;
                if up != NEVER {
                    self.expected.push(Reverse((up, who)));
                }
            }
            // It does not count any more; what was pushed is later.
            self.expected.pop();
        }
    }

    /// The end of a rebalance: who owns what from now on.
    fn share_out(&mut self, now: u64) {
        self.work += (SHARED_OUT * (self.members.len() + self.lanes.len())) as u64;
        let waiting: Vec<Who> = self.waiting().collect();
        for &who in &waiting {
            self.commit_automatically(now, who);
        }
        // In the order in which they joined.
        let ids: BinaryHeap<(u64, usize)> = (self.members.iter())
            .map(|(who, one)| (one.id, who as usize))
            .collect();
        let ids: Vec<Who> = (ids.into_sorted_vec().into_iter())
            .map(|(_, who)| who as Who)
            .collect();
        let before: Vec<Vec<Place>> = ids.iter().map(|&who| self.had(who)).collect();
        let shares = assignors::assign(self.settings.assignor, &[self.lanes.len() as u32], &before);
        for (&who, share) in ids.iter().zip(&shares) {
            for &(_, partition) in share {
                self.give(partition as usize, who);
            }
            if let (false, Some(member)) = (self.settings.cooperative, self.members.get_mut(who)) {
                member.had = share.iter().map(|&(_, partition)| partition).collect();
            }
        }
        self.list_owned();
        self.woken.extend(waiting);
    }

    /// What a member had before the rebalance, as its assignor is told.
    fn had(&self, who: Who) -> Vec<Place> {
        let had = self
            .members
            .get(who)
            .map(|member| match self.settings.cooperative {
                true => &member.owned,
                false => &member.had,
            });
        had.into_iter().flatten().map(|&one| (0, one)).collect()
    }

    /// A member gets a partition: at once, or when the one who has it has polled again.
    fn give(&mut self, partition: usize, who: Who) {
        let lane = &mut self.lanes[partition];
        self.moving -= usize::from(lane.next_owner.take().is_some());
        match lane.owner {
            Some(owner) if owner == who => {}
            Some(owner) if self.members.get(owner).is_some_and(|one| !one.waits) => {
                lane.next_owner = Some(who);
                self.moving += 1;
            }
            _ => {
                lane.rewind();
                lane.owner = Some(who);
            }
        }
    }

    /// Lists with each member what it owns.
    fn list_owned(&mut self) {
        self.members
            .values_mut()
            .for_each(|member| member.owned.clear());
        for (partition, lane) in (0..).zip(&self.lanes) {
            let owner = lane.owner.and_then(|owner| self.members.get_mut(owner));
            if let Some(owner) = owner {
                owner.owned.push(partition);
            }
        }
    }

    /// A group that has never committed begins at the log's start, or at its end.
    fn begin_new_lanes(&mut self, now: u64, log: &Log) -> Vec<Through> {
        let mut skipped: Vec<Through> = Vec::new();
        for (partition, lane) in (0..).zip(&mut self.lanes) {
            let is_new = !std::mem::replace(&mut lane.is_known, true);
            let (from, to) = (lane.committed, log.end(partition as usize));
            if is_new && self.settings.from_latest && from < to {
                lane.advance(to);
                skipped.push(Through {
                    who: lane.owner.unwrap_or_default(),
                    partition,
                    from,
                    to,
                });
            }
        }
        let skips: u64 = skipped.iter().map(|one| one.to - one.from).sum();
        self.take_lag(now, skips);
        skipped
    }
}

/// When a member's time is up, or an automatic commit of one that waits is due.
fn up_at(settings: &Settings, member: &Member) -> u64 {
    match (member.waits, settings.auto_commit) {
        (false, _) => member.since.saturating_add(settings.max_poll_interval),
        (true, Some(interval)) if member.has_polled => {
            member.committed_at.saturating_add(interval.max(1))
        }
        (true, _) => NEVER,
    }
}
