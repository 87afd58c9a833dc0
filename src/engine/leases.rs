//! Leased queues: what `send` puts in, `receive` leases, `ack` deletes, `nack` and `extend` give back or keep, and where dead letters go.

use super::activity::{Resume, Wait};
use super::lives::Remains;
use super::machine::{Flow, Machine, NOBODY};
use super::timers::Timer;
use super::values::{Values, count, nanoseconds};
use super::watching::Kind;
use super::work;
use crate::lang::scenario::{self as text, ExprId, QueueId, Store};
use crate::measure::{Fate, Thing, What};
use crate::model::channel::Sent;
use crate::model::item::{Hold, Item};
use crate::model::queue::{Lease, Rules};

/// The rules of a queue, with the knobs as they stand.
pub(super) fn rules(queue: &text::Queue, values: &Values) -> Rules {
    let time = |expr: ExprId| nanoseconds(values.declared(expr)).unwrap_or(u64::MAX);
    Rules {
        visibility: time(queue.visibility),
        max_receives: queue
            .max_receives
            .map(|most| count(values.declared(most)).max(1)),
        delay: queue.delay.map_or(0, time),
        fifo: queue.fifo,
    }
}

impl Machine {
    /// Puts what the activity gives into a queue.
    pub(super) fn enqueue_message(&mut self, me: usize, pc: usize, queue: QueueId) -> Flow {
        let Some(item) = self.give_for_good(me, pc, Thing::Queue(queue.0)) else {
            return Flow::Rest;
        };
        self.put_message(queue.0, item);
        Flow::Next
    }

    fn put_message(&mut self, queue: u32, item: Item) {
        let item = Item {
            hold: Hold::Nothing,
            caller: None,
            ..item
        };
        self.grew(1);
        if let Some(who) = self.queues[queue as usize].send(self.now, item) {
            self.wake_receiver(queue, who);
        }
        self.after_queue(queue);
    }

    fn wake_receiver(&mut self, queue: u32, who: u32) {
        let me = who as usize;
        match self.activities[me].wait {
            Wait::Lease { queue: of, .. } if of == queue => {}
            Wait::Select => {
                // Its place in this queue's line is left already.
                let this = Store::Queue(QueueId(queue));
                self.activities[me].arms.retain(|arm| arm.store != this);
                let _ = self.leave_arms(me, None);
            }
            _ => return self.queues[queue as usize].looked(),
        }
        self.make_ready(me, Resume::Look { queue });
    }

    /// What a queue asks for after a call: a time to be called; what watches it looks again.
    fn after_queue(&mut self, queue: u32) {
        let due = self.queues[queue as usize].next_due();
        self.set_timer(Timer::Queue(queue), due);
        self.watching.touch(Kind::Queue, queue);
        self.weigh_queue(queue as usize);
    }

    /// Messages become visible: who waits looks.
    pub(super) fn fire_queue(&mut self, queue: u32) {
        self.stop_timer(Timer::Queue(queue));
        let shown = self.queues[queue as usize].look(self.now, work::BATCH_MAX);
        self.charge(work::ITEM * shown);
        self.let_look(queue);
    }

    /// As many of those who wait as there is something for look.
    fn let_look(&mut self, queue: u32) {
        while let Some(who) = self.queues[queue as usize].next_woken() {
            self.wake_receiver(queue, who);
        }
        self.after_queue(queue);
    }

    /// Leases what is visible, at most so many; waits if nothing is.
    pub(super) fn lease(
        &mut self,
        me: usize,
        pc: usize,
        queue: QueueId,
        up_to: Option<ExprId>,
        within: Option<ExprId>,
    ) -> Flow {
        self.finish_hand(me);
        let most = up_to.map_or(1, |up_to| count(self.draw(up_to, me)));
        if self.lease_up_to(me, pc, queue, most) > 0 {
            return Flow::Next;
        }
        if self.retires(me) {
            self.end_activity(me);
            return Flow::Rest;
        }
        let queue = queue.0;
        let ticket = self.queues[queue as usize].wait(me as u32);
        self.note(me, What::WaitsToReceive, Thing::Queue(queue));
        self.wait_for(me, Wait::Lease { queue, ticket }, within);
        self.watching.touch(Kind::Queue, queue);
        Flow::Rest
    }

    /// Leases what is visible, at most so many, and says how many. `counter`: of what passes.
    pub(super) fn lease_up_to(
        &mut self,
        me: usize,
        counter: usize,
        queue: QueueId,
        most: u64,
    ) -> u64 {
        let leased = self.lease_now(me, queue.0, most);
        if leased > 0 {
            self.passed[counter] += leased;
            self.note(me, What::Receives, Thing::Queue(queue.0).times(leased));
        }
        leased
    }

    fn lease_now(&mut self, me: usize, queue: u32, most: u64) -> u64 {
        let (mut taken, mut dead) = (std::mem::take(&mut self.fetched), Vec::new());
        self.queues[queue as usize].receive(self.now, most, &mut taken, &mut dead);
        let leased = taken.len() as u64;
        self.charge_each(taken.len() + dead.len(), work::ITEM);
        for item in taken.drain(..) {
            self.ledger.redelivered += u64::from(item.redeliveries > 0);
            self.activities[me].hand.push(item);
        }
        self.fetched = taken;
        self.activities[me].had_item |= leased > 0;
        for item in dead {
            self.bury(queue, item);
        }
        self.after_queue(queue);
        leased
    }

    /// A message goes to the dead letters: they take it like a send that never waits.
    fn bury(&mut self, queue: u32, item: Item) {
        match self.scenario.queues[queue as usize].dead_letter {
            Some(Store::Queue(to)) => self.put_message(to.0, item),
            Some(Store::Topic(to)) => self.append_item(NOBODY, to.index(), &item),
            Some(Store::Channel(to)) => {
                let sent = self.at_channel(to.0, |channel, now, effects| {
                    channel.offer(now, &item, effects)
                });
                if !matches!(sent, Sent::Taken) {
                    self.end_item(NOBODY, Remains::of_stored(&item), Fate::Dropped);
                }
            }
            None => self.end_item(NOBODY, Remains::of_stored(&item), Fate::Dropped),
        }
    }

    /// The leases in hand leave it.
    fn take_leases(&mut self, me: usize) -> Vec<Lease> {
        let mut leases = Vec::new();
        let mut rest = Vec::new();
        for item in self.activities[me].hand.take_all().iter() {
            match item.hold {
                Hold::Lease(lease) => leases.push(lease),
                _ => rest.push(*item),
            }
        }
        for item in rest {
            self.activities[me].hand.push(item);
        }
        leases
    }

    /// Deletes the leased messages in hand; of one whose lease has run out nothing happens.
    pub(super) fn ack(&mut self, me: usize) -> Flow {
        for lease in self.take_leases(me) {
            if let Some(item) = self.queues[lease.queue as usize].delete(self.now, lease) {
                self.end_item(me, Remains::of_stored(&item), Fate::Done);
            }
            // The key of a `fifo` queue may be free now.
            self.let_look(lease.queue);
        }
        Flow::Next
    }

    /// Gives the leased messages in hand back, now or after a time.
    pub(super) fn nack(&mut self, me: usize, after: Option<ExprId>) -> Flow {
        let time = after.map_or(0, |after| self.duration(after, me));
        for lease in self.take_leases(me) {
            self.queues[lease.queue as usize].extend(self.now, lease, time);
            self.let_look(lease.queue);
        }
        Flow::Next
    }

    /// The leases in hand count from now again, for so long; they stay in hand.
    pub(super) fn extend(&mut self, me: usize, time: ExprId) -> Flow {
        let time = self.duration(time, me);
        let hand = self.activities[me].hand.iter();
        let leases: Vec<Lease> = hand
            .filter_map(|item| match item.hold {
                Hold::Lease(lease) => Some(lease),
                _ => None,
            })
            .collect();
        for lease in leases {
            self.queues[lease.queue as usize].extend(self.now, lease, time);
            self.let_look(lease.queue);
        }
        Flow::Next
    }

    /// A memory with a queue in it has ended: the messages are gone.
    pub(super) fn lose_queue(&mut self, queue: usize) {
        for item in self.queues[queue].clear(self.now) {
            self.end_item(NOBODY, Remains::of_stored(&item), Fate::Lost);
        }
        self.after_queue(queue as u32);
    }

    /// Who waits for a lease gives up.
    pub(super) fn stop_waiting_for_lease(&mut self, queue: u32, ticket: u32) {
        self.queues[queue as usize].leave(ticket);
        self.watching.touch(Kind::Queue, queue);
    }

    /// Who was woken will not look: the next may.
    pub(super) fn pass_lease(&mut self, queue: u32) {
        if self.queues[queue as usize].has_some() {
            self.let_look(queue);
        }
    }

    /// A queue as the knobs ask for; leases and delays that run keep their length.
    pub(super) fn move_queue(&mut self, scenario: &text::Scenario, queue: usize) {
        self.queues[queue].set_rules(rules(&scenario.queues[queue], &self.values));
    }
}
