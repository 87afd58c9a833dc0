//! Items and permits change hands: `send`, `offer`, `call`, `receive`, `select`, `close`, `acquire`, `release`, and what the models
//! answer to them.

use super::activity::{Resume, Scope, Wait, WaitingArm};
use super::lives::Remains;
use super::machine::{Flow, Machine, NOBODY};
use super::timers::Timer;
use super::values::{Values, bytes, count, nanoseconds};
use super::watching::Kind;
use super::work;
use crate::lang::scenario::{
    self as text, Arm, ChannelId, ExprId, Instruction, KeyExpr, Pc, ResourceId, SelectId, Store,
};
use crate::measure::{Fate, Thing, What};
use crate::model::channel::{Channel, Effect, Mark, Overflow, Room, Rules, Sent};
use crate::model::item::{Caller, Hold, Item};
use crate::model::keys::KeyBits;
use crate::model::line::Ticket;
use crate::model::permits::{Acquired, At, Grant, Permits};

/// A call of a channel that stands back until the answers to another are carried out.
#[derive(Debug, Clone, Copy)]
pub(super) enum LaterCall {
    /// An item that kept its room there is in no hand any more.
    FreeRoom {
        /// The channel.
        channel: u32,
        /// Bytes.
        size: u64,
    },
    /// A waiting sender has left the line: the next may fit.
    LetIn {
        /// The channel.
        channel: u32,
    },
}

/// What somebody could have had, or had, who leaves: the next in line may have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// A waiting sender of that channel has left: the one behind it may fit.
    Room(u32),
    /// A sender of that channel was woken to look again.
    Wake(u32),
    /// An item of that channel was kept for a woken receiver.
    Item(u32),
    /// Permits of that resource were put by for who waited.
    Permits(u32, At),
    /// A core of that processor.
    Core(u32, Ticket),
    /// A receiver of that queue was woken for a message.
    Message(u32),
}

/// The rules of a channel with the knobs as they stand.
pub(super) fn rules(channel: &text::Channel, values: &Values) -> Rules {
    let (room, mark) = match channel.capacity {
        text::Capacity::Items(items) => (Room::Items(count(values.declared(items))), None),
        text::Capacity::Bytes(size) => (Room::Bytes(bytes(values.declared(size))), None),
        text::Capacity::Pages { size, page } => {
            let [bytes, page] = [size, page].map(|expr| bytes(values.declared(expr)));
            (Room::Pages { bytes, page }, None)
        }
        text::Capacity::Unbounded => (Room::Unlimited, None),
        text::Capacity::HighWater {
            high,
            low,
            bytes: in_bytes,
        } => {
            let level = |expr| {
                if in_bytes {
                    bytes(values.declared(expr))
                } else {
                    count(values.declared(expr))
                }
            };
            (
                Room::Unlimited,
                Some(Mark {
                    high: level(high),
                    low: low.map_or(0, level),
                    bytes: in_bytes,
                }),
            )
        }
    };
    let overflow = match channel.overflow {
        text::Overflow::Block => Overflow::Block,
        text::Overflow::Reject => Overflow::Reject,
        text::Overflow::DropNewest => Overflow::DropNewest,
        text::Overflow::DropOldest => Overflow::DropOldest,
    };
    let delay = channel
        .delay
        .and_then(|delay| nanoseconds(values.declared(delay)))
        .unwrap_or(0);
    let text::Channel {
        barging,
        handoff,
        frees_done,
        ..
    } = *channel;
    Rules {
        room,
        mark,
        overflow,
        barging,
        handoff,
        frees_done,
        delay,
    }
}

/// The permits of a resource and the limit of its line, with the knobs as they stand.
pub(super) fn pool(resource: &text::Resource, values: &Values) -> (u64, Option<u64>) {
    let limit = resource
        .limit_waiting
        .map(|limit| count(values.declared(limit)));
    (count(values.declared(resource.permits)), limit)
}

impl Machine {
    /// Calls a channel and carries out what it answers.
    #[inline]
    pub(super) fn at_channel<R>(
        &mut self,
        channel: u32,
        call: impl FnOnce(&mut Channel, u64, &mut Vec<Effect>) -> R,
    ) -> R {
        let result = call(
            &mut self.channels[channel as usize],
            self.now,
            &mut self.effects,
        );
        self.carry_out_all(channel);
        result
    }

    /// Carries out what a channel has answered. All of it before any channel is called again: who stands in several lines (a `select`)
    /// leaves them all with the first answer, and no other call may find it there still.
    #[inline]
    fn carry_out_all(&mut self, channel: u32) {
        let mut next = 0;
        while next < self.effects.len() {
            self.carry_out(channel, self.effects[next]);
            next += 1;
        }
        self.effects.clear();
        self.charge_each(next, work::ITEM);
        self.watching.touch(Kind::Channel, channel);
        self.weigh_channel(channel);
        if next > 0 && !self.to_call.is_empty() {
            self.call_the_others();
        }
    }

    /// Whether a channel's answers are being carried out.
    #[inline]
    fn is_carrying_out(&self) -> bool {
        !self.effects.is_empty()
    }

    /// Makes the calls that had to stand back, in order; they may lead to others.
    #[cold]
    fn call_the_others(&mut self) {
        if std::mem::replace(&mut self.calling_others, true) {
            return;
        }
        while let Some(call) = self.to_call.pop_front() {
            match call {
                LaterCall::FreeRoom { channel, size } => self.free_room(channel, size),
                LaterCall::LetIn { channel } => self.let_in(channel),
            }
        }
        self.calling_others = false;
    }

    #[inline(always)]
    fn carry_out(&mut self, channel: u32, effect: Effect) {
        match effect {
            Effect::Gives { who, ticket, item } => {
                self.take_over(who as usize, channel, ticket, item)
            }
            Effect::Takes { who, ticket } => self.sent_at_last(who as usize, channel, ticket),
            Effect::WakesSender { who, ticket } => {
                self.leave_arms(who as usize, Some((channel, ticket, true)));
                self.make_ready(who as usize, Resume::Again);
            }
            Effect::WakesReceiver { who, ticket } => {
                let then = self.leave_arms(who as usize, Some((channel, ticket, false)));
                let then = then.map_or(self.activities[who as usize].pc + 1, |(target, _)| target);
                self.make_ready(who as usize, Resume::Fetch { channel, then });
            }
            Effect::FailsSender { who, ticket } => {
                let _ = self.leave_arms(who as usize, Some((channel, ticket, true)));
                self.drop_request(who as usize);
                self.make_ready(who as usize, Resume::Refused);
            }
            Effect::EndsReceiver { who, ticket } => {
                let _ = self.leave_arms(who as usize, Some((channel, ticket, false)));
                self.make_ready(who as usize, Resume::Refused);
            }
            Effect::Drops { item } => {
                self.end_item(NOBODY, Remains::of_stored(&item), Fate::Dropped)
            }
            Effect::CallsBack { at } => self.call_back(channel, at),
        }
    }

    /// A waiting receiver has its item.
    #[inline]
    fn take_over(&mut self, me: usize, channel: u32, ticket: Ticket, item: Item) {
        let pc = self.activities[me].pc;
        let (next, counter) = if self.activities[me].wait == Wait::Select {
            self.finish_hand(me);
            self.leave_arms(me, Some((channel, ticket, false)))
                .unwrap_or((pc + 1, pc))
        } else {
            (pc + 1, pc)
        };
        self.passed[counter as usize] += 1;
        self.note(me, What::Receives, Thing::Channel(channel));
        let activity = &mut self.activities[me];
        activity.hand.push(item);
        activity.had_item = true;
        activity.pc = next;
        self.make_ready(me, Resume::Here);
    }

    /// A waiting sender's item was taken.
    fn sent_at_last(&mut self, me: usize, channel: u32, ticket: Ticket) {
        let pc = self.activities[me].pc;
        self.note(me, What::Sends, Thing::Channel(channel));
        if matches!(self.activities[me].wait, Wait::CallSend { .. }) {
            self.passed[pc as usize] += 1;
            self.activities[me].request = None;
            self.touch_weight(me);
            self.end_wait(me);
            self.activities[me].wait = Wait::Call;
            return;
        }
        let chosen = self.leave_arms(me, Some((channel, ticket, true)));
        let (next, counter) = chosen.unwrap_or((pc + 1, pc));
        self.passed[counter as usize] += 1;
        self.give_away(me);
        self.activities[me].pc = next;
        self.make_ready(me, Resume::Here);
    }

    /// What the activity gives is somewhere else now; room that it held is freed. What is leased or in a log stays in hand: a copy went.
    #[inline]
    pub(super) fn give_away(&mut self, me: usize) {
        let activity = &mut self.activities[me];
        let Some(item) = activity.hand.item() else {
            activity.offered = None;
            return;
        };
        if !item.counts() {
            return self.count_produced(me);
        }
        let held = item.room().map(|channel| (channel, item.size));
        activity.hand.let_go();
        if let Some((channel, size)) = held {
            self.free_room(channel, size);
        }
    }

    /// Gives the item in hand to a store that takes whatever comes (a topic, a leased queue) and says which it was. Who
    /// waits for it to be done has its answer: the store has it.
    #[inline(always)]
    pub(super) fn give_for_good(&mut self, me: usize, pc: usize, store: Thing) -> Option<Item> {
        let item = self.activities[me].gives()?.sent_on();
        self.passed[pc] += 1;
        self.note(me, What::Sends, store);
        self.give_away(me);
        if let Some(caller) = item.caller {
            self.answer(caller, Fate::Done);
        }
        Some(item)
    }

    fn call_back(&mut self, channel: u32, at: u64) {
        // An earlier call is kept: it asks for the next one itself.
        let timer = Timer::Channel(channel);
        if self.timer_due(timer) > at {
            self.set_timer(timer, Some(at));
        }
    }

    pub(super) fn fire_channel(&mut self, channel: u32) {
        // This call is made. One that is still due at this instant stands in the calendar, whoever else uses the channel before it.
        self.stop_timer(Timer::Channel(channel));
        self.at_channel(channel, |channel, now, effects| channel.due(now, effects));
    }

    /// Room that an item held in hand (`frees done`) is free.
    pub(super) fn free_room(&mut self, channel: u32, size: u64) {
        if self.is_carrying_out() {
            self.to_call
                .push_back(LaterCall::FreeRoom { channel, size });
            return;
        }
        self.at_channel(channel, |channel, now, effects| {
            channel.finish(now, size, effects)
        });
    }

    /// There is an item in hand to give away; one is made if there is none.
    #[inline(always)]
    pub(super) fn need_item(&mut self, me: usize) {
        if self.activities[me].hand.is_empty() {
            let item = self.own_item(me);
            self.activities[me].hand.push(item);
        }
    }

    /// A `select` with an arm that sends has something to offer: what is in hand, else what it made before, else what it makes now.
    fn need_offer(&mut self, me: usize) {
        self.set_offer_aside(me);
        if self.activities[me].gives().is_none() {
            let mut item = self.own_item(me);
            item.hold = Hold::Offered;
            self.activities[me].offered = Some(Box::new(item));
        }
    }

    /// What a `select` made, and took back because nobody took it, is in no way of what else comes into hand.
    pub(super) fn set_offer_aside(&mut self, me: usize) {
        let activity = &mut self.activities[me];
        let Some(&item) = activity.hand.item() else {
            return;
        };
        if item.hold == Hold::Offered && activity.offered.is_none() {
            activity.hand.let_go();
            activity.offered = Some(Box::new(item));
        }
    }

    /// An activity goes on at none of the arms of the `select` at which it stands: what it offered is in hand.
    pub(super) fn take_back_offer(&mut self, me: usize) {
        let activity = &self.activities[me];
        let code = &self.scenario.code[activity.pc as usize];
        if activity.hand.is_empty() && matches!(code, Instruction::Select { .. }) {
            self.put_offer_in_hand(me);
        }
    }

    /// What was made to offer is in hand, behind what else there is.
    pub(super) fn put_offer_in_hand(&mut self, me: usize) {
        let activity = &mut self.activities[me];
        if let Some(item) = activity.offered.take() {
            activity.hand.push(*item);
        }
    }

    /// Offers what the activity gives to a channel, and changes nothing of what it has. The call is told the item as it stands; what room
    /// it holds elsewhere is no matter to a channel, which says so anew when it gives the item on.
    #[inline]
    fn give_to(
        &mut self,
        me: usize,
        channel: u32,
        call: impl FnOnce(&mut Channel, u64, &Item, &mut Vec<Effect>) -> Sent,
    ) -> Sent {
        let Some(item) = self.activities[me].gives() else {
            return Sent::Refused;
        };
        let (to, now) = (&mut self.channels[channel as usize], self.now);
        let copy;
        let item = if item.counts() {
            item
        } else {
            copy = item.sent_on();
            &copy
        };
        let sent = call(to, now, item, &mut self.effects);
        self.carry_out_all(channel);
        sent
    }

    pub(super) fn send(
        &mut self,
        me: usize,
        pc: usize,
        store: Store,
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    ) -> Flow {
        self.need_item(me);
        let channel = match store {
            Store::Topic(topic) => return self.append(me, pc, topic),
            Store::Queue(queue) => return self.enqueue_message(me, pc, queue),
            Store::Channel(ChannelId(channel)) => channel,
        };
        match self.give_to(me, channel, |channel, now, item, effects| {
            channel.send(now, me as u32, item, effects)
        }) {
            Sent::Waits(ticket) => {
                self.note(me, What::WaitsToSend, Thing::Channel(channel));
                self.wait_for(me, Wait::Send { channel, ticket }, within);
                Flow::Rest
            }
            sent => self.settle(me, pc, channel, sent, otherwise),
        }
    }

    pub(super) fn offer(
        &mut self,
        me: usize,
        pc: usize,
        store: Store,
        otherwise: Option<Pc>,
    ) -> Flow {
        self.need_item(me);
        let channel = match store {
            Store::Topic(topic) => return self.append(me, pc, topic),
            Store::Queue(queue) => return self.enqueue_message(me, pc, queue),
            Store::Channel(ChannelId(channel)) => channel,
        };
        let sent = self.give_to(me, channel, |channel, now, item, effects| {
            channel.offer(now, item, effects)
        });
        self.settle(me, pc, channel, sent, otherwise)
    }

    /// What follows from a send that did not have to wait.
    #[inline(always)]
    fn settle(
        &mut self,
        me: usize,
        pc: usize,
        channel: u32,
        sent: Sent,
        otherwise: Option<Pc>,
    ) -> Flow {
        match sent {
            Sent::Taken => {
                self.passed[pc] += 1;
                self.note(me, What::Sends, Thing::Channel(channel));
                self.give_away(me);
                Flow::Next
            }
            Sent::Dropped => {
                self.passed[pc] += 1;
                if let Some(item) = self.activities[me].gives() {
                    let remains = Remains::of_stored(item);
                    self.end_item(me, remains, Fate::Dropped);
                    self.give_away(me);
                }
                Flow::Next
            }
            Sent::Refused | Sent::Waits(_) => self.refused(me, otherwise),
        }
    }

    fn refused(&mut self, me: usize, otherwise: Option<Pc>) -> Flow {
        self.note(me, What::Refused, 0);
        match otherwise {
            Some(pc) => Flow::Goto(pc),
            None => self.fail(me),
        }
    }

    /// The instruction at which the activity stands could not be done.
    pub(super) fn refuse(&mut self, me: usize) -> Flow {
        self.take_back_offer(me);
        let otherwise = match self.scenario.code[self.activities[me].pc as usize] {
            Instruction::Send { otherwise, .. }
            | Instruction::Call { otherwise, .. }
            | Instruction::Receive { otherwise, .. }
            | Instruction::Poll { otherwise, .. }
            | Instruction::With { otherwise, .. }
            | Instruction::Acquire { otherwise, .. } => otherwise,
            _ => None,
        };
        self.refused(me, otherwise)
    }

    /// The statement's own time is up.
    pub(super) fn give_up(&mut self, me: usize) {
        self.note(me, What::GivesUp, 0);
        let after = match (
            self.activities[me].wait,
            self.scenario.code[self.activities[me].pc as usize],
        ) {
            (Wait::Select, Instruction::Select { select }) => {
                self.scenario.selects[select.index()].after
            }
            _ => None,
        };
        self.cancel_wait(me);
        self.end_wait(me);
        match after {
            Some((_, target)) => {
                self.take_back_offer(me);
                self.activities[me].pc = target;
                self.run(me);
            }
            None => self.run_refused(me),
        }
    }

    pub(super) fn call(
        &mut self,
        me: usize,
        pc: usize,
        channel: ChannelId,
        (size, key): (Option<ExprId>, Option<KeyExpr>),
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    ) -> Flow {
        let request = match self.activities[me].request.take() {
            Some(request) => *request,
            None => self.new_request(me, channel, size, key),
        };
        let channel = channel.0;
        match self.at_channel(channel, |channel, now, effects| {
            channel.send(now, me as u32, &request, effects)
        }) {
            Sent::Taken => {
                self.passed[pc] += 1;
                self.note(me, What::Sends, Thing::Channel(channel));
                self.wait_for(me, Wait::Call, within);
                Flow::Rest
            }
            Sent::Waits(ticket) => {
                self.activities[me].request = Some(Box::new(request));
                self.wait_for(me, Wait::CallSend { channel, ticket }, within);
                Flow::Rest
            }
            Sent::Dropped | Sent::Refused => {
                self.end_item(me, Remains::of(&request), Fate::Dropped);
                self.refused(me, otherwise)
            }
        }
    }

    fn new_request(
        &mut self,
        me: usize,
        channel: ChannelId,
        size: Option<ExprId>,
        key: Option<KeyExpr>,
    ) -> Item {
        let size = size.map_or(1, |size| bytes(self.draw(size, me)));
        let key = self.key(key, me);
        let mut request = self.new_item(me, self.now, size, key);
        let activity = &mut self.activities[me];
        activity.call = activity.call.wrapping_add(1);
        request.caller = Some(Caller {
            who: me as u32,
            life: activity.life,
            call: activity.call,
        });
        self.note(me, What::Calls, Thing::Channel(channel.0).times(size));
        request
    }

    /// A request that was not taken yet is called off.
    pub(super) fn drop_request(&mut self, me: usize) {
        if let Some(request) = self.activities[me].request.take() {
            self.activities[me].call = self.activities[me].call.wrapping_add(1);
            self.end_item(me, Remains::of(&request), Fate::Dropped);
        }
    }

    /// A request has ended. Says whether its caller still waited for it.
    pub(super) fn answer(&mut self, caller: Caller, fate: Fate) -> bool {
        let me = caller.who as usize;
        let activity = &mut self.activities[me];
        if activity.life != caller.life
            || activity.call != caller.call
            || activity.wait != Wait::Call
        {
            return false;
        }
        if fate == Fate::Done {
            self.note(me, What::Replied, 0);
            self.activities[me].pc += 1;
            self.make_ready(me, Resume::Here);
        } else {
            self.make_ready(me, Resume::Refused);
        }
        true
    }

    pub(super) fn receive(
        &mut self,
        me: usize,
        pc: usize,
        store: Store,
        up_to: Option<ExprId>,
        within: Option<ExprId>,
    ) -> Flow {
        let channel = match store {
            Store::Queue(queue) => return self.lease(me, pc, queue, up_to, within),
            Store::Channel(ChannelId(channel)) => channel,
            // Records are polled: the checker lets no other through.
            Store::Topic(_) => return Flow::Rest,
        };
        self.finish_hand(me);
        if self.receive_now(me, pc, channel, up_to) {
            return Flow::Next;
        }
        if self.channels[channel as usize].closed() && self.channels[channel as usize].is_empty() {
            return self.refuse(me);
        }
        if self.retires(me) {
            self.end_activity(me);
            return Flow::Rest;
        }
        let ticket = self.channels[channel as usize].wait_to_receive(self.now, me as u32);
        self.watching.touch(Kind::Channel, channel);
        self.note(me, What::WaitsToReceive, Thing::Channel(channel));
        self.wait_for(me, Wait::Receive { channel, ticket }, within);
        self.pass_on_room(channel);
        Flow::Rest
    }

    /// Takes what is there at once, up to so many. Says whether there was anything.
    #[inline(always)]
    fn receive_now(&mut self, me: usize, pc: usize, channel: u32, up_to: Option<ExprId>) -> bool {
        let available = self.channels[channel as usize].available() as u64;
        if available == 0 {
            return false;
        }
        let wanted = up_to
            .map_or(1, |up_to| {
                count(self.draw(up_to, me)).clamp(1, work::BATCH_MAX)
            })
            .min(available);
        self.charge(work::ITEM * wanted);
        for _ in 0..wanted {
            if let Some(item) = self.at_channel(channel, Channel::take) {
                self.activities[me].hand.push(item);
            }
        }
        self.activities[me].had_item = true;
        self.passed[pc] += wanted;
        self.note(me, What::Receives, Thing::Channel(channel).times(wanted));
        true
    }

    /// A woken receiver fetches the item that came through the buffer. Says whether it goes on.
    pub(super) fn fetch(&mut self, me: usize, channel: u32, then: Pc) -> bool {
        self.channels[channel as usize].end_promise();
        let pc = self.activities[me].pc;
        let up_to = match self.scenario.code[pc as usize] {
            Instruction::Receive { up_to, .. } => up_to,
            _ => None,
        };
        self.finish_hand(me);
        if self.receive_now(me, pc as usize, channel, up_to) {
            self.activities[me].pc = then;
            self.activities[me].deadline = super::calendar::NEVER;
            return true;
        }
        // Somebody came between (`barging`): it looks again, and queues last.
        self.look_at_instruction_again(me);
        false
    }

    /// Who was woken to look again will not: what it was woken for is for the next.
    pub(super) fn leave_wakes(&mut self, me: usize, claims: &mut Vec<Claim>) {
        match self.scenario.code[self.activities[me].pc as usize] {
            Instruction::Send {
                store: Store::Channel(channel),
                ..
            } => claims.push(Claim::Wake(channel.0)),
            Instruction::Call { channel, .. } => {
                self.drop_request(me);
                claims.push(Claim::Wake(channel.0));
            }
            Instruction::Poll { group, .. } => self.stop_polling(me, group.0),
            Instruction::Select { select } => {
                let arms = &self.scenario.selects[select.index()].arms;
                claims.extend(arms.iter().filter_map(sends_to).map(Claim::Wake));
            }
            _ => {}
        }
    }

    /// A `select` that was woken to send may have taken another arm: the places it was woken for are for the next.
    pub(super) fn pass_on_wakes(&mut self, pc: Pc) {
        let Instruction::Select { select } = self.scenario.code[pc as usize] else {
            return;
        };
        let scenario = std::rc::Rc::clone(&self.scenario);
        let arms = &scenario.selects[select.index()].arms;
        for channel in arms.iter().filter_map(sends_to) {
            self.pass_on(Claim::Wake(channel));
        }
    }

    /// What somebody could have had who will not take it goes to the next in line.
    pub(super) fn pass_on(&mut self, claim: Claim) {
        match claim {
            Claim::Room(channel) => self.let_in(channel),
            Claim::Wake(channel) => self.at_channel(channel, |channel, now, effects| {
                channel.pass_wake(now, effects)
            }),
            Claim::Item(channel) => self.at_channel(channel, |channel, _, effects| {
                channel.break_promise(effects)
            }),
            Claim::Permits(resource, at) => {
                self.at_resource(resource, Some(at.key()), |pool, now, grants| {
                    pool.serve_next(now, at, grants)
                });
            }
            Claim::Core(cpu, ticket) => {
                self.at_cpu(cpu, |cpu, now, turns| cpu.stop(now, ticket, turns));
            }
            Claim::Message(queue) => {
                self.queues[queue as usize].looked();
                self.pass_lease(queue);
            }
        }
    }

    /// A waiting sender has left the line of a channel.
    fn let_in(&mut self, channel: u32) {
        if self.is_carrying_out() {
            self.to_call.push_back(LaterCall::LetIn { channel });
            return;
        }
        self.at_channel(channel, |channel, now, effects| {
            channel.let_in(now, effects)
        });
    }

    pub(super) fn select(&mut self, me: usize, pc: usize, id: SelectId) -> Flow {
        let scenario = std::rc::Rc::clone(&self.scenario);
        let select = &scenario.selects[id.index()];
        self.charge_each(select.arms.len(), work::ITEM);
        if select.arms.iter().any(|arm| arm.sends) {
            self.need_offer(me);
        }
        let first_counter = scenario.arm_counter(id, 0);
        let arms = || (first_counter..).zip(select.arms.iter().copied());
        let ready: Vec<(u32, Arm)> = arms()
            .filter(|(_, arm)| self.arm_is_ready(me, arm))
            .collect();
        if !ready.is_empty() {
            let stream = self.select_stream(me);
            let chosen = self.streams[stream].below(ready.len() as u64) as usize;
            let (counter, arm) = ready[chosen];
            return self.take_arm(me, pc, id, arm, counter as usize);
        }
        if let Some(otherwise) = select.otherwise {
            self.take_back_offer(me);
            return Flow::Goto(otherwise);
        }
        if self.activities[me].gives().is_none() && self.retires(me) {
            self.end_activity(me);
            return Flow::Rest;
        }
        self.wait_for(me, Wait::Select, select.after.map(|(limit, _)| limit));
        for (number, (counter, arm)) in arms().enumerate() {
            // Once in each line: of two arms that wait for the same, the first has it.
            let stands = select.arms[..number]
                .iter()
                .any(|other| (other.store, other.sends) == (arm.store, arm.sends));
            if !stands {
                self.wait_at_arm(me, arm, counter);
            }
        }
        self.pair_arms(me);
        self.let_senders_see(me, &select.arms);
        Flow::Rest
    }

    /// Who waits at an arm to receive may be the room that a waiting sender lacks (a rendezvous with `delay`, or a sender that was woken
    /// for a place): as long as no arm has come, the next is asked.
    fn let_senders_see(&mut self, me: usize, arms: &[Arm]) {
        for arm in arms.iter().filter(|arm| !arm.sends) {
            if let (Store::Channel(ChannelId(channel)), Wait::Select) =
                (arm.store, self.activities[me].wait)
            {
                self.pass_on_room(channel);
            }
        }
    }

    /// A receiver has come to wait: it may be room for a sender.
    fn pass_on_room(&mut self, channel: u32) {
        if self.channels[channel as usize].receiver_makes_room() {
            self.pass_on(Claim::Wake(channel));
        }
    }

    fn arm_is_ready(&self, me: usize, arm: &Arm) -> bool {
        let channel = match arm.store {
            Store::Channel(channel) => &self.channels[channel.index()],
            Store::Queue(queue) => return arm.sends || self.queues[queue.index()].has_some(),
            Store::Topic(_) => return false,
        };
        if !arm.sends {
            return channel.available() > 0 || (channel.closed() && channel.is_empty());
        }
        let drops = matches!(
            channel.rules().overflow,
            Overflow::DropNewest | Overflow::DropOldest
        );
        let gives = self.activities[me].gives();
        let accepts = gives.is_some_and(|item| channel.accepts(item));
        accepts || drops || channel.closed()
    }

    fn take_arm(&mut self, me: usize, pc: usize, id: SelectId, arm: Arm, counter: usize) -> Flow {
        let channel = match arm.store {
            Store::Channel(ChannelId(channel)) => channel,
            Store::Queue(queue) if arm.sends => {
                let _ = self.enqueue_message(me, counter, queue);
                return Flow::Goto(arm.target);
            }
            Store::Queue(queue) => {
                self.finish_hand(me);
                return match self.lease_up_to(me, counter, queue, 1) {
                    // All that was visible went to the dead letters.
                    0 => self.select(me, pc, id),
                    _ => Flow::Goto(arm.target),
                };
            }
            Store::Topic(_) => return Flow::Rest,
        };
        if arm.sends {
            let sent = self.give_to(me, channel, |channel, now, item, effects| {
                channel.offer(now, item, effects)
            });
            if sent == Sent::Refused {
                return self.refuse(me);
            }
            return match self.settle(me, counter, channel, sent, None) {
                Flow::Next => Flow::Goto(arm.target),
                other => other,
            };
        }
        self.finish_hand(me);
        if self.receive_now(me, counter, channel, None) {
            return Flow::Goto(arm.target);
        }
        let ended = &self.channels[channel as usize];
        if ended.closed() && ended.is_empty() {
            self.refuse(me)
        } else {
            // Room that the item in hand held has let in elsewhere who was to send here.
            self.select(me, pc, id)
        }
    }

    fn wait_at_arm(&mut self, me: usize, arm: Arm, counter: u32) {
        let ticket = match (arm.store, self.activities[me].gives()) {
            (Store::Channel(channel), Some(item)) if arm.sends => {
                self.channels[channel.index()].wait_to_send(self.now, me as u32, &item.sent_on())
            }
            (Store::Channel(channel), _) if !arm.sends => {
                self.channels[channel.index()].wait_to_receive(self.now, me as u32)
            }
            (Store::Queue(queue), _) => self.queues[queue.index()].wait(me as u32),
            _ => return,
        };
        self.touch_store(arm.store);
        self.grew(1);
        let Arm {
            store,
            sends,
            target,
        } = arm;
        self.activities[me].arms.push(WaitingArm {
            store,
            sends,
            ticket,
            target,
            counter,
        });
    }

    fn touch_store(&mut self, store: Store) {
        match store {
            Store::Channel(channel) => self.watching.touch(Kind::Channel, channel.0),
            Store::Queue(queue) => self.watching.touch(Kind::Queue, queue.0),
            Store::Topic(topic) => self.watching.touch(Kind::Topic, topic.0),
        }
    }

    /// Who waits at both ends of a channel is called at one of them only.
    fn pair_arms(&mut self, me: usize) {
        let arms = &self.activities[me].arms;
        for sends in arms.iter().filter(|arm| arm.sends) {
            let other = arms
                .iter()
                .find(|arm| !arm.sends && arm.store == sends.store);
            if let (Store::Channel(channel), Some(other)) = (sends.store, other) {
                self.channels[channel.index()].pair(sends.ticket, other.ticket);
            }
        }
    }

    /// Leaves all lines of a `select` but that of the arm that came first (channel, ticket, sends), which is left already. Says where
    /// that arm goes on, and its counter.
    pub(super) fn leave_arms(
        &mut self,
        me: usize,
        chosen: Option<(u32, Ticket, bool)>,
    ) -> Option<(Pc, u32)> {
        let mut next = None;
        let mut arms = std::mem::take(&mut self.activities[me].arms);
        let mut left_senders = false;
        for arm in &arms {
            match arm.store {
                Store::Channel(ChannelId(channel))
                    if chosen == Some((channel, arm.ticket, arm.sends)) =>
                {
                    next = Some((arm.target, arm.counter));
                }
                _ => left_senders |= self.leave_arm(arm).is_some(),
            }
        }
        // It stands in no line any more before others move up.
        if left_senders {
            self.let_in_behind(&arms, chosen);
        }
        // Nobody else has used them meanwhile: their room is kept for the next wait.
        arms.clear();
        self.activities[me].arms = arms;
        next
    }

    /// Leaves the line of one arm. Says in which channel the next sender may fit now.
    pub(super) fn leave_arm(&mut self, arm: &WaitingArm) -> Option<u32> {
        match arm.store {
            Store::Channel(ChannelId(channel)) if arm.sends => {
                self.channels[channel as usize].leave_senders(arm.ticket);
                return Some(channel);
            }
            Store::Channel(ChannelId(channel)) => self.leave_receivers(channel, arm.ticket),
            Store::Queue(queue) => self.stop_waiting_for_lease(queue.0, arm.ticket),
            Store::Topic(_) => {}
        }
        None
    }

    pub(super) fn leave_receivers(&mut self, channel: u32, ticket: Ticket) {
        self.channels[channel as usize].leave_receivers(self.now, ticket);
        self.watching.touch(Kind::Channel, channel);
    }

    fn let_in_behind(&mut self, arms: &[WaitingArm], chosen: Option<(u32, Ticket, bool)>) {
        for arm in arms.iter().filter(|arm| arm.sends) {
            if let Store::Channel(ChannelId(channel)) = arm.store {
                if chosen != Some((channel, arm.ticket, true)) {
                    self.let_in(channel);
                }
            }
        }
    }

    pub(super) fn close(&mut self, me: usize, channel: ChannelId) -> Flow {
        self.note(me, What::Closes, Thing::Channel(channel.0));
        let was_open = self.at_channel(channel.0, Channel::close);
        if was_open { Flow::Next } else { self.fail(me) }
    }

    /// What is in hand ends; one item is made if there is none.
    pub(super) fn done(&mut self, me: usize) -> Flow {
        if self.activities[me].hand.is_empty() {
            self.need_item(me);
            let item = self.activities[me].hand.item();
            let is_new = item.is_some_and(|item| item.born == self.now);
            self.measured.made_by_done += u64::from(is_new);
        }
        self.end_hand(me, Fate::Done)
    }

    pub(super) fn discard(&mut self, me: usize) -> Flow {
        self.end_hand(me, Fate::Dropped)
    }

    #[inline(always)]
    fn end_hand(&mut self, me: usize, fate: Fate) -> Flow {
        self.need_item(me);
        if self.activities[me]
            .hand
            .item()
            .is_some_and(|item| !item.counts())
        {
            // Only a commit is the `done` of a record.
            return Flow::Next;
        }
        self.end_all_in_hand(me, fate);
        Flow::Next
    }

    #[allow(clippy::too_many_arguments, reason = "the operands of one instruction")]
    pub(super) fn acquire(
        &mut self,
        me: usize,
        pc: usize,
        (resource, key): (ResourceId, Option<ExprId>),
        amount: u64,
        scoped: bool,
        within: Option<ExprId>,
        otherwise: Option<Pc>,
    ) -> Flow {
        let resource = resource.0;
        let Some(at) = self.pool_at(me, resource, key) else {
            return Flow::Rest;
        };
        let pool = &mut self.resources[resource as usize];
        let acquired = pool.acquire(self.now, at, me as u32, amount);
        self.watching.touch_key(Kind::Resource, resource, at.key());
        match acquired {
            Acquired::Granted => {
                self.passed[pc] += 1;
                self.granted(me, resource, (at, amount), scoped);
                Flow::Next
            }
            Acquired::Waits(ticket) => {
                self.note(me, What::WaitsForPermits, Thing::Resource(resource));
                self.wait_for(
                    me,
                    Wait::Permit {
                        resource,
                        place: at.place(),
                        ticket,
                        scoped,
                    },
                    within,
                );
                Flow::Rest
            }
            Acquired::Refused => self.refused(me, otherwise),
        }
    }

    #[inline]
    fn granted(&mut self, me: usize, resource: u32, (at, amount): (At, u64), scoped: bool) {
        self.note(me, What::Acquires, Thing::Resource(resource).times(amount));
        if scoped {
            let scope = Scope::With { resource, at };
            self.enter(me, scope);
        }
    }

    /// Calls a pool of permits, that of one key or all, and wakes who has its permits now.
    pub(super) fn at_resource(
        &mut self,
        resource: u32,
        key: Option<KeyBits>,
        call: impl FnOnce(&mut Permits, u64, &mut Vec<Grant>),
    ) {
        let mut grants = std::mem::take(&mut self.grants);
        call(
            &mut self.resources[resource as usize],
            self.now,
            &mut grants,
        );
        for Grant { who, at, amount } in grants.drain(..) {
            self.charge(work::ITEM);
            let me = who as usize;
            if let Wait::Permit { scoped, .. } = self.activities[me].wait {
                let pc = self.activities[me].pc;
                self.passed[pc as usize] += 1;
                self.granted(me, resource, (at, amount), scoped);
                self.activities[me].pc = pc + 1;
                self.make_ready(me, Resume::Here);
            }
        }
        self.grants = grants;
        match key {
            Some(key) => self.watching.touch_key(Kind::Resource, resource, key),
            None => self.watching.touch(Kind::Resource, resource),
        }
    }

    pub(super) fn release(&mut self, me: usize, resource: u32, at: At, amount: u64) {
        self.note(me, What::Releases, Thing::Resource(resource).times(amount));
        self.at_resource(resource, Some(at.key()), |pool, now, grants| {
            pool.release(now, at, amount, grants)
        });
    }
}

/// The channel that an arm sends to.
fn sends_to(arm: &Arm) -> Option<u32> {
    match arm.store {
        Store::Channel(ChannelId(channel)) if arm.sends => Some(channel),
        _ => None,
    }
}
