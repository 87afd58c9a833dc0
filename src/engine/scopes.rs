//! Blocks that something must be done about when they are left: `with`, `within`, `try`, `retry`, `for each`; and failures, which leave
//! them outward.

use super::activity::{Batch, Resume, Retry, Scope, Wait};
use super::calendar::NEVER;
use super::machine::{Flow, Machine};
use super::timers::Timer;
use super::transfer::Claim;
use super::values::count;
use crate::lang::scenario::{Backoff, BodyKind, ExprId, Pc};
use crate::measure::{Fate, What};

impl Machine {
    /// An activity is in one block more.
    #[inline]
    pub(super) fn enter(&mut self, me: usize, scope: Scope) {
        self.grew(1);
        self.activities[me].scopes.push(scope);
    }

    /// Leaves the innermost scopes, in order.
    #[inline]
    pub(super) fn leave_scopes(&mut self, me: usize, scopes: u16) {
        for _ in 0..scopes {
            if let Some(scope) = self.activities[me].scopes.pop() {
                self.leave_scope(me, scope);
            }
        }
    }

    fn leave_scope(&mut self, me: usize, scope: Scope) {
        match scope {
            Scope::With { resource, at } => self.release(me, resource, at, 1),
            Scope::Within { .. } => self.set_deadline_timer(me),
            Scope::Try { .. } | Scope::Retry(_) => {}
            Scope::ForEach { visited, ahead } => self.gather_batch(me, visited, ahead),
        }
    }

    /// The batch is in hand again: what was visited and kept, what is in hand, what was not visited.
    fn gather_batch(&mut self, me: usize, mut visited: Batch, ahead: Batch) {
        let hand = &mut self.activities[me].hand;
        visited.append(hand.take_all());
        visited.append(ahead);
        hand.append(visited);
    }

    pub(super) fn enter_for_each(&mut self, me: usize, end: Pc) -> Flow {
        self.grew(1);
        let activity = &mut self.activities[me];
        let mut ahead = activity.hand.take_all();
        let Some(first) = ahead.pop() else {
            return Flow::Goto(end);
        };
        activity.hand.push(first);
        activity.scopes.push(Scope::ForEach {
            visited: Batch::default(),
            ahead,
        });
        Flow::Next
    }

    pub(super) fn next_for_each(&mut self, me: usize, body: Pc) -> Flow {
        let activity = &mut self.activities[me];
        if let Some(Scope::ForEach { visited, ahead }) = activity.scopes.last_mut() {
            if let Some(next) = ahead.pop() {
                visited.append(activity.hand.take_all());
                activity.hand.push(next);
                return Flow::Goto(body);
            }
        }
        self.leave_scopes(me, 1);
        Flow::Next
    }

    pub(super) fn enter_try(&mut self, me: usize, otherwise: Pc) -> Flow {
        self.enter(me, Scope::Try { otherwise });
        Flow::Next
    }

    pub(super) fn enter_retry(
        &mut self,
        me: usize,
        times: ExprId,
        backoff: Option<Backoff>,
        otherwise: Option<Pc>,
    ) -> Flow {
        let left = count(self.draw(times, me));
        let body = self.activities[me].pc + 1;
        let retry = Retry {
            body,
            left,
            factor: 1.0,
            backoff,
            otherwise,
        };
        self.enter(me, Scope::Retry(retry));
        Flow::Next
    }

    pub(super) fn enter_within(&mut self, me: usize, limit: ExprId, otherwise: Option<Pc>) -> Flow {
        let deadline = self.now.saturating_add(self.duration(limit, me));
        let scope = Scope::Within {
            deadline,
            otherwise,
        };
        self.enter(me, scope);
        self.set_deadline_timer(me);
        Flow::Next
    }

    /// One timer serves all open deadlines of an activity: it is due at the earliest.
    fn set_deadline_timer(&mut self, me: usize) {
        let earliest = self.earliest_deadline(me);
        let due = earliest.map(|(_, deadline)| deadline);
        self.set_timer(Timer::Deadline(me as u32), due);
    }

    /// The earliest open deadline and its scope; of equal ones the outermost, which was opened first.
    fn earliest_deadline(&self, me: usize) -> Option<(usize, u64)> {
        let scopes = self.activities[me].scopes.iter().enumerate();
        let deadlines = scopes.filter_map(|(index, scope)| match scope {
            Scope::Within { deadline, .. } => Some((index, *deadline)),
            _ => None,
        });
        deadlines.min_by_key(|&(_, deadline)| deadline)
    }

    /// A `within` ran out of time: its block is abandoned where it stands.
    pub(super) fn fire_deadline(&mut self, me: usize) {
        let Some((index, deadline)) = self.earliest_deadline(me) else {
            return;
        };
        if deadline > self.now {
            return;
        }
        self.note(me, What::Deadline, 0);
        self.cancel_wait(me);
        self.take_back_offer(me);
        let inner = (self.activities[me].scopes.len() - index - 1) as u16;
        self.leave_scopes(me, inner);
        let Some(Scope::Within { otherwise, .. }) = self.activities[me].scopes.pop() else {
            return;
        };
        self.set_deadline_timer(me);
        self.end_wait(me);
        let flow = match otherwise {
            Some(pc) => Flow::Goto(pc),
            None => self.fail(me),
        };
        // What stands among the ready runs when its turn comes; the others go on now.
        if self.follow(me, flow) && !self.activities[me].queued {
            self.run(me);
        }
    }

    /// What the activity waits for is called off; a hand-over or grant that has happened stands.
    pub(super) fn cancel_wait(&mut self, me: usize) {
        let mut claims = std::mem::take(&mut self.claims);
        self.leave_lines(me, &mut claims);
        for claim in claims.drain(..) {
            self.pass_on(claim);
        }
        self.claims = claims;
    }

    /// The activity leaves every line that it waits in, and nobody moves up yet: what the next may have is put into `claims`, for
    /// [`Machine::pass_on`].
    pub(super) fn leave_lines(&mut self, me: usize, claims: &mut Vec<Claim>) {
        match self.activities[me].wait {
            Wait::Send { channel, ticket } => {
                self.channels[channel as usize].leave_senders(ticket);
                claims.push(Claim::Room(channel));
            }
            Wait::CallSend { channel, ticket } => {
                self.channels[channel as usize].leave_senders(ticket);
                self.drop_request(me);
                claims.push(Claim::Room(channel));
            }
            Wait::Call => self.activities[me].call += 1,
            Wait::Receive { channel, ticket } => self.leave_receivers(channel, ticket),
            Wait::Select => {
                for arm in std::mem::take(&mut self.activities[me].arms) {
                    claims.extend(self.leave_arm(&arm).map(Claim::Room));
                }
            }
            Wait::Permit {
                resource,
                place,
                ticket,
                ..
            } => {
                let at = self.resources[resource as usize].leave(self.now, place, ticket);
                claims.push(Claim::Permits(resource, at));
            }
            Wait::Poll { group } => self.stop_polling(me, group),
            Wait::Lease { queue, ticket } => self.stop_waiting_for_lease(queue, ticket),
            Wait::Work { cpu, ticket } => claims.push(Claim::Core(cpu, ticket)),
            Wait::Core { cpu, ticket } => {
                self.at_cpu(cpu, |cpu, now, _| cpu.leave(now, ticket));
            }
            Wait::Await => self.stop_watching(me),
            Wait::Ready(Resume::Fetch { channel, .. }) => claims.push(Claim::Item(channel)),
            Wait::Ready(Resume::Again) => self.leave_wakes(me, claims),
            Wait::Ready(Resume::Look { queue }) => claims.push(Claim::Message(queue)),
            Wait::Vacant
            | Wait::Ready(_)
            | Wait::Sleep
            | Wait::Tick
            | Wait::Backoff(_)
            | Wait::Start
            | Wait::AwaitAll => {}
        }
        self.activities[me].deadline = NEVER;
        if self.calendar.time(me as u32) != NEVER {
            self.calendar.cancel(me as u32);
        }
    }

    /// A failure leaves blocks outward to the nearest `try` or `retry`.
    pub(super) fn fail(&mut self, me: usize) -> Flow {
        self.note(me, What::Fails, 0);
        while let Some(scope) = self.activities[me].scopes.pop() {
            match scope {
                Scope::Try { otherwise } => return Flow::Goto(otherwise),
                Scope::Retry(retry) if retry.left > 0 => return self.try_again(me, retry),
                Scope::Retry(Retry {
                    otherwise: Some(pc),
                    ..
                }) => return Flow::Goto(pc),
                other => self.leave_scope(me, other),
            }
        }
        self.fail_uncaught(me)
    }

    fn try_again(&mut self, me: usize, mut retry: Retry) -> Flow {
        retry.left -= 1;
        self.note(me, What::Retries, retry.left);
        let mut time = None;
        if let Some(clause) = retry.backoff {
            time = Some(self.backoff(me, clause, retry.factor));
            retry.factor *= clause.times.map_or(1.0, |times| self.draw(times, me));
        }
        self.activities[me].scopes.push(Scope::Retry(retry));
        let Some(time) = time else {
            return Flow::Goto(retry.body);
        };
        let time = self.checked_nanoseconds(time, me);
        self.forget_turn(me);
        self.wait(me, Wait::Backoff(retry.body), time);
        Flow::Rest
    }

    /// How long to wait before the next try, in nanoseconds.
    fn backoff(&mut self, me: usize, clause: Backoff, factor: f64) -> f64 {
        let mut time = self.draw(clause.first, me) * factor;
        if let Some(up_to) = clause.up_to {
            time = time.min(self.draw(up_to, me));
        }
        if clause.jitter {
            time *= self.draw_unit(me);
        }
        time
    }

    /// Nothing catches it: what is in hand fails; an activity of `every` or `spawn` ends, a process starts its body again.
    fn fail_uncaught(&mut self, me: usize) -> Flow {
        let process = self.activities[me].process as usize;
        self.crews[process].failures += 1;
        if self.activities[me].hand.is_empty() && self.activities[me].started_by_statement {
            let item = self.own_item(me);
            self.activities[me].hand.push(item);
        }
        self.put_offer_in_hand(me);
        self.end_all_in_hand(me, Fate::Failed);
        self.rewind_groups(me);
        let body = self.scenario.bodies[self.activities[me].body as usize];
        let is_process = matches!(
            self.scenario.processes[process].kind,
            crate::lang::scenario::ProcessKind::Process
        );
        if self.activities[me].started_by_statement
            || body.kind != BodyKind::Main
            || !is_process
            || self.retires(me)
        {
            self.end_activity(me);
            return Flow::Rest;
        }
        self.reset_locals(me);
        Flow::Goto(body.entry)
    }
}
