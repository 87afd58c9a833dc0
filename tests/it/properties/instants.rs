//! What must hold at the end of every instant of any run. Above all: nobody waits for what is there. All is seen through the figures of a frame,
//! as the page sees it; each rule is a function that says what it saw broken.

use std::collections::BTreeMap;

use highwater::lang::Scenario;
use highwater::lang::scenario::{Expr, Instruction, Overflow, Retention, Store};
use highwater::simulation::frame::Layout;
use highwater::simulation::{Simulation, Status};

use super::checks::{Span, Verdict, at_a_go, play};

/// Claims, conditions and members of groups are looked at after every so many instants: a report is made for them.
const INSTANTS_PER_REPORT: u64 = 16;

/// Rows of a frame for the partitions of each topic and each group.
const LANES: usize = 16;

/// Types for the rows of a frame: `Name: "kind" { field … }`, the fields by their names in the layout.
macro_rules! rows {
    ($($row:ident: $kind:literal { $($field:ident)* })*) => {$(
        #[derive(Debug)]
        struct $row { $($field: f64),* }

        impl Row for $row {
            const KIND: &str = $kind;
            const FIELDS: &[&str] = &[$(stringify!($field)),*];

            fn read(figures: &[f64], at: &[usize]) -> Self {
                let mut at = at.iter();
                $(let $field = at.next().map_or(f64::NAN, |&at| figures[at]);)*
                $row { $($field),* }
            }
        }
    )*};
}

trait Row {
    const KIND: &str;
    const FIELDS: &[&str];
    fn read(figures: &[f64], at: &[usize]) -> Self;
}

rows! {
    ChannelRow: "channel" {
        depth on_wire capacity counts_bytes high_water level closed waiting_senders waiting_receivers full_share
    }
    ResourceRow: "resource" { permits in_use waiting per_key keys }
    CpuRow: "cpu" { cores in_use waiting utilisation }
    QueueRow: "queue" { visible in_flight delayed sent deleted dead_lettered waiting_receivers }
    GroupRow: "group" { members rebalancing paused }
    CursorRow: "cursor" { position owner }
    PartitionRow: "partition" { end }
    TopicRow: "topic" { records }
    ProcessRow: "process" { activities sleeping working awaiting down restart_ns }
}

/// Where the rows of one kind stand.
struct Rows {
    offset: usize,
    count: usize,
    width: usize,
    at: Vec<usize>,
}

impl Rows {
    fn of<R: Row>(layout: &Layout) -> Self {
        let block = layout
            .blocks
            .iter()
            .find(|block| block.kind == R::KIND)
            .expect(R::KIND);
        let place = |field: &&str| {
            block
                .fields
                .iter()
                .position(|other| other == field)
                .expect(field)
        };
        Rows {
            offset: block.offset,
            count: block.count,
            width: block.fields.len(),
            at: R::FIELDS.iter().map(place).collect(),
        }
    }
}

/// What is known of a text beforehand.
struct Known {
    rows: BTreeMap<&'static str, Rows>,
    /// Of each channel: a `select` both sends to it and receives from it, and cannot serve itself.
    both_ways: Vec<bool>,
    /// Of each resource: only blocks take its permits (`with`), which give them back.
    only_blocks: Vec<bool>,
    /// Of each resource: the most permits that one asks for at once, if the text says so plainly.
    most_asked: Vec<Option<f64>>,
}

impl Known {
    fn of(simulation: &Simulation) -> Self {
        let (layout, scenario) = (simulation.layout(), simulation.scenario());
        let mut rows = BTreeMap::new();
        rows.insert(ChannelRow::KIND, Rows::of::<ChannelRow>(&layout));
        rows.insert(ResourceRow::KIND, Rows::of::<ResourceRow>(&layout));
        rows.insert(CpuRow::KIND, Rows::of::<CpuRow>(&layout));
        rows.insert(QueueRow::KIND, Rows::of::<QueueRow>(&layout));
        rows.insert(GroupRow::KIND, Rows::of::<GroupRow>(&layout));
        rows.insert(CursorRow::KIND, Rows::of::<CursorRow>(&layout));
        rows.insert(PartitionRow::KIND, Rows::of::<PartitionRow>(&layout));
        rows.insert(TopicRow::KIND, Rows::of::<TopicRow>(&layout));
        rows.insert(ProcessRow::KIND, Rows::of::<ProcessRow>(&layout));
        Known {
            rows,
            both_ways: both_ways(scenario),
            most_asked: most_asked(scenario),
            only_blocks: only_blocks(scenario),
        }
    }

    fn instant<'a>(&'a self, simulation: &'a Simulation, idle: bool) -> Instant<'a> {
        Instant {
            known: self,
            scenario: simulation.scenario(),
            frame: simulation.frame(),
            idle,
        }
    }

    fn look_at(&self, simulation: &Simulation, idle: bool) -> Verdict {
        let instant = self.instant(simulation, idle);
        RULES.iter().try_for_each(|rule| rule(&instant))
    }
}

fn both_ways(scenario: &Scenario) -> Vec<bool> {
    let mut both = vec![false; scenario.channels.len()];
    for select in &scenario.selects {
        for arm in select.arms.iter().filter(|arm| arm.sends) {
            if let Store::Channel(channel) = arm.store {
                both[channel.index()] |= select
                    .arms
                    .iter()
                    .any(|other| !other.sends && other.store == arm.store);
            }
        }
    }
    both
}

fn only_blocks(scenario: &Scenario) -> Vec<bool> {
    let mut only = vec![true; scenario.resources.len()];
    for instruction in &scenario.code {
        if let Instruction::Acquire { resource, .. } | Instruction::Release { resource, .. } =
            instruction
        {
            only[resource.index()] = false;
        }
    }
    only
}

fn most_asked(scenario: &Scenario) -> Vec<Option<f64>> {
    let mut most = vec![Some(1.0_f64); scenario.resources.len()];
    for instruction in &scenario.code {
        if let Instruction::Acquire {
            resource,
            amount: Some(amount),
            ..
        } = instruction
        {
            let asked = match scenario.expressions[amount.index()] {
                Expr::Number(asked) => Some(asked),
                _ => None,
            };
            let most = &mut most[resource.index()];
            *most = most.zip(asked).map(|(most, asked)| most.max(asked));
        }
    }
    most
}

/// An instant that is over.
struct Instant<'a> {
    known: &'a Known,
    scenario: &'a Scenario,
    frame: Vec<f64>,
    /// Nothing will ever happen again.
    idle: bool,
}

impl Instant<'_> {
    fn rows<R: Row>(&self) -> impl Iterator<Item = R> + '_ {
        let Rows {
            offset,
            count,
            width,
            at,
        } = &self.known.rows[R::KIND];
        (0..*count).map(move |row| {
            R::read(
                &self.frame[offset + row * width..offset + (row + 1) * width],
                at,
            )
        })
    }
}

/// A rule of every instant.
const RULES: &[fn(&Instant) -> Verdict] = &[
    no_receiver_waits_for_an_item,
    no_sender_waits_for_room,
    nobody_waits_at_a_rendezvous_for_one_who_waits,
    no_receiver_waits_for_a_message,
    nobody_waits_for_free_permits,
    nobody_waits_for_a_free_core,
    each_message_is_in_one_place,
    shares_are_shares,
    what_takes_time_comes_to_an_end,
    who_has_ended_left_nothing,
];

fn broken<R: std::fmt::Debug>(name: &str, what: &str, row: &R) -> Verdict {
    Err(format!("{what}: {name} is {row:?}"))
}

fn no_receiver_waits_for_an_item(instant: &Instant) -> Verdict {
    for (declared, row) in instant
        .scenario
        .channels
        .iter()
        .zip(instant.rows::<ChannelRow>())
    {
        if row.waiting_receivers > 0.0 && row.depth > row.on_wire {
            return broken(
                &declared.name,
                "a receiver waits for an item that is there",
                &row,
            );
        }
        if row.waiting_receivers > 0.0 && row.closed > 0.0 && row.depth == 0.0 {
            return broken(
                &declared.name,
                "a receiver waits at a channel that is closed and empty",
                &row,
            );
        }
    }
    Ok(())
}

fn no_sender_waits_for_room(instant: &Instant) -> Verdict {
    for (declared, row) in instant
        .scenario
        .channels
        .iter()
        .zip(instant.rows::<ChannelRow>())
    {
        let walled = row.high_water == 0.0 && row.capacity != 0.0;
        // In bytes it depends on the size of the first in line; an empty channel takes any.
        let counted = row.counts_bytes == 0.0 && (row.level < row.capacity || row.capacity < 0.0);
        let marked = row.high_water > 0.0;
        if row.waiting_senders > 0.0 && (marked || walled && (counted || row.level == 0.0)) {
            return broken(
                &declared.name,
                "a sender waits for room that is there",
                &row,
            );
        }
        if row.waiting_senders > 0.0 && row.closed > 0.0 {
            return broken(&declared.name, "a sender waits at a closed channel", &row);
        }
    }
    Ok(())
}

fn nobody_waits_at_a_rendezvous_for_one_who_waits(instant: &Instant) -> Verdict {
    let channels = instant
        .scenario
        .channels
        .iter()
        .zip(&instant.known.both_ways);
    for ((declared, &both_ways), row) in channels.zip(instant.rows::<ChannelRow>()) {
        let rendezvous = row.capacity == 0.0 && row.counts_bytes == 0.0 && row.high_water == 0.0;
        let receivers = row.waiting_receivers - row.depth;
        if rendezvous && !both_ways && row.waiting_senders > 0.0 && receivers > 0.0 {
            return broken(
                &declared.name,
                "a sender and a receiver wait for each other",
                &row,
            );
        }
    }
    Ok(())
}

fn no_receiver_waits_for_a_message(instant: &Instant) -> Verdict {
    for (declared, row) in instant
        .scenario
        .queues
        .iter()
        .zip(instant.rows::<QueueRow>())
    {
        // In order, what is in flight may hold back others of its key.
        let given_out = !declared.fifo || row.in_flight == 0.0;
        if row.waiting_receivers > 0.0 && row.visible > 0.0 && given_out {
            return broken(
                &declared.name,
                "a receiver waits for a message that is visible",
                &row,
            );
        }
    }
    Ok(())
}

fn nobody_waits_for_free_permits(instant: &Instant) -> Verdict {
    let resources = instant
        .scenario
        .resources
        .iter()
        .zip(&instant.known.most_asked);
    for ((declared, &most), row) in resources.zip(instant.rows::<ResourceRow>()) {
        let Some(most) = most.filter(|_| row.waiting > 0.0) else {
            continue;
        };
        // Who is first in line may have taken some of what it asked for. Of one per key, the figures are of all keys together.
        let free = if row.per_key > 0.0 && row.in_use > 0.0 {
            0.0
        } else {
            row.permits - row.in_use
        };
        if free >= most {
            return broken(
                &declared.name,
                "somebody waits for permits that are free",
                &row,
            );
        }
    }
    Ok(())
}

fn nobody_waits_for_a_free_core(instant: &Instant) -> Verdict {
    for (declared, row) in instant.scenario.cpus.iter().zip(instant.rows::<CpuRow>()) {
        if row.waiting > 0.0 && row.in_use < row.cores {
            return broken(
                &declared.name,
                "somebody waits for a core that is free",
                &row,
            );
        }
    }
    Ok(())
}

/// Sent to a queue, a message is visible, in flight, delayed, deleted or dead, unless its memory ended.
fn each_message_is_in_one_place(instant: &Instant) -> Verdict {
    for (declared, row) in instant
        .scenario
        .queues
        .iter()
        .zip(instant.rows::<QueueRow>())
    {
        let placed = row.visible + row.in_flight + row.delayed + row.deleted + row.dead_lettered;
        if placed > row.sent || placed < row.sent && declared.memory.is_none() {
            return broken(
                &declared.name,
                "messages sent and messages somewhere are not as many",
                &row,
            );
        }
    }
    Ok(())
}

fn shares_are_shares(instant: &Instant) -> Verdict {
    let is_share = |share: f64| share.is_nan() || (0.0..=1.0 + 1e-9).contains(&share);
    for (declared, row) in instant.scenario.cpus.iter().zip(instant.rows::<CpuRow>()) {
        if !is_share(row.utilisation) {
            return broken(&declared.name, "more than all of the time was worked", &row);
        }
    }
    for (declared, row) in instant
        .scenario
        .channels
        .iter()
        .zip(instant.rows::<ChannelRow>())
    {
        if !is_share(row.full_share) {
            return broken(
                &declared.name,
                "it was full for more than all of the time",
                &row,
            );
        }
    }
    Ok(())
}

/// Where nothing will ever happen again, nothing is under way: a timer that was lost shows here.
fn what_takes_time_comes_to_an_end(instant: &Instant) -> Verdict {
    if !instant.idle {
        return Ok(());
    }
    for (declared, row) in instant
        .scenario
        .channels
        .iter()
        .zip(instant.rows::<ChannelRow>())
    {
        if row.on_wire > 0.0
            || !declared.frees_done && row.level > row.depth && row.counts_bytes == 0.0
        {
            return broken(&declared.name, "something is on its way for ever", &row);
        }
    }
    for (declared, row) in instant
        .scenario
        .queues
        .iter()
        .zip(instant.rows::<QueueRow>())
    {
        if row.delayed > 0.0 || row.in_flight > 0.0 {
            return broken(&declared.name, "a lease or a delay never ends", &row);
        }
    }
    for (declared, row) in instant
        .scenario
        .groups
        .iter()
        .zip(instant.rows::<GroupRow>())
    {
        if row.rebalancing > 0.0 {
            return broken(&declared.name, "a rebalance never ends", &row);
        }
    }
    for (declared, row) in instant
        .scenario
        .processes
        .iter()
        .zip(instant.rows::<ProcessRow>())
    {
        if row.sleeping + row.working > 0.0 || row.down > 0.0 && row.restart_ns >= 0.0 {
            return broken(
                &declared.name,
                "a sleep, work or a restart never ends",
                &row,
            );
        }
    }
    for (declared, row) in instant
        .scenario
        .topics
        .iter()
        .zip(instant.rows::<TopicRow>())
    {
        if matches!(declared.retention, Some(Retention::Age(_))) && row.records > 0.0 {
            return broken(&declared.name, "records are never too old", &row);
        }
    }
    Ok(())
}

/// When nobody lives any more, nobody waits anywhere or works, and what was taken by blocks is back.
fn who_has_ended_left_nothing(instant: &Instant) -> Verdict {
    if instant.rows::<ProcessRow>().any(|row| row.activities > 0.0) {
        return Ok(());
    }
    let scenario = instant.scenario;
    for (declared, row) in scenario.channels.iter().zip(instant.rows::<ChannelRow>()) {
        if row.waiting_senders + row.waiting_receivers > 0.0 {
            return broken(&declared.name, "somebody who has ended still waits", &row);
        }
    }
    for (declared, row) in scenario.queues.iter().zip(instant.rows::<QueueRow>()) {
        if row.waiting_receivers > 0.0 {
            return broken(&declared.name, "somebody who has ended still waits", &row);
        }
    }
    for (declared, row) in scenario.cpus.iter().zip(instant.rows::<CpuRow>()) {
        if row.waiting + row.in_use > 0.0 {
            return broken(&declared.name, "somebody who has ended still works", &row);
        }
    }
    let resources = scenario.resources.iter().zip(&instant.known.only_blocks);
    for ((declared, &only_blocks), row) in resources.zip(instant.rows::<ResourceRow>()) {
        if row.waiting > 0.0 || only_blocks && row.in_use + row.keys > 0.0 {
            return broken(
                &declared.name,
                "somebody who has ended still has permits",
                &row,
            );
        }
    }
    Ok(())
}

/// What is asked of the report: at a sample of instants, because making one takes long.
fn reported(simulation: &mut Simulation, known: &Known) -> Verdict {
    nobody_awaits_what_holds(simulation, known)?;
    no_member_waits_for_records(simulation, known)?;
    counted(simulation)
}

/// Whatever came in went out, is there, was dropped, or was lost with its memory.
pub(crate) fn counted(simulation: &mut Simulation) -> Verdict {
    let report = simulation.report();
    let items = report.items;
    let ended = [
        items.done,
        items.dropped,
        items.failed,
        items.lost,
        items.in_flight,
    ];
    let sum = ended
        .iter()
        .fold(0_u64, |sum, &part| sum.saturating_add(part));
    if items.produced != sum {
        return Err(format!("the ledger does not balance: {items:?}"));
    }
    for (declared, (name, channel)) in simulation
        .scenario()
        .channels
        .iter()
        .zip(&report.channels.0)
    {
        let there = channel.given + channel.depth;
        // What is dropped to make room was taken before.
        let dropped = if declared.overflow == Overflow::DropOldest {
            channel.dropped
        } else {
            0
        };
        let fits = there <= channel.taken && channel.taken <= there + dropped;
        if !fits && declared.memory.is_none() {
            return broken(
                name,
                "items taken and items given or there are not as many",
                channel,
            );
        }
    }
    Ok(())
}

/// A text of which `watch0` awaits the first claim, `watch1` the second, and so on, has conditions for claims; any other has what must hold, and
/// is not stopped.
fn nobody_awaits_what_holds(simulation: &mut Simulation, known: &Known) -> Verdict {
    let report = simulation.report();
    let watches = simulation
        .scenario()
        .processes
        .iter()
        .any(|process| process.name == "watch0");
    if !watches {
        return match report.expectations.iter().find(|claim| !claim.met) {
            Some(missed) => Err(format!(
                "{} does not hold; {:?}",
                missed.text, report.shared
            )),
            None if report.expectations.is_empty() || report.error.is_none() => Ok(()),
            None => Err(format!(
                "a program that lets time pass is stopped: {:?}",
                report.error
            )),
        };
    }
    let instant = known.instant(simulation, false);
    let rows = instant
        .scenario
        .processes
        .iter()
        .zip(instant.rows::<ProcessRow>());
    for (process, row) in rows.filter(|(_, row)| row.awaiting > 0.0) {
        let number = process
            .name
            .strip_prefix("watch")
            .and_then(|number| number.parse().ok());
        let claim = number.and_then(|number: usize| report.expectations.get(number));
        if let Some(claim) = claim.filter(|claim| claim.met) {
            return broken(
                &process.name,
                &format!("{} holds and is awaited", claim.text),
                &row,
            );
        }
    }
    Ok(())
}

/// While every member of every group waits in `poll`, none owns a record that it has not had.
fn no_member_waits_for_records(simulation: &Simulation, known: &Known) -> Verdict {
    const POLLS: u32 = 9;
    let instant = known.instant(simulation, false);
    let members: f64 = instant.rows::<GroupRow>().map(|row| row.members).sum();
    let lines = simulation.lines();
    let polling: u32 = lines
        .chunks(3)
        .filter(|line| line[1] == POLLS)
        .map(|line| line[2])
        .sum();
    if members == 0.0 || members != f64::from(polling) {
        return Ok(());
    }
    let cursors: Vec<CursorRow> = instant.rows().collect();
    let ends: Vec<PartitionRow> = instant.rows().collect();
    for ((number, declared), row) in instant
        .scenario
        .groups
        .iter()
        .enumerate()
        .zip(instant.rows::<GroupRow>())
    {
        let at = declared.topic.index() * LANES;
        let lanes = cursors[number * LANES..][..LANES]
            .iter()
            .zip(&ends[at..][..LANES]);
        let mut waiting = lanes
            .filter(|(cursor, partition)| cursor.owner >= 0.0 && cursor.position < partition.end);
        if let Some(lane) = waiting
            .next()
            .filter(|_| row.paused + row.rebalancing == 0.0)
        {
            return broken(
                &declared.name,
                "its members wait for records that are there",
                &lane,
            );
        }
    }
    Ok(())
}

/// Looks at the end of a run of which nothing was looked at on the way.
pub(crate) fn look_at_end(simulation: &mut Simulation, status: Status, idle: bool) -> Verdict {
    if matches!(status, Status::Reached | Status::Idle) {
        Known::of(simulation).look_at(simulation, idle)?;
    }
    counted(simulation)
}

/// Plays a run instant by instant and looks at each that is over.
pub(crate) fn look(simulation: &mut Simulation, span: Span) -> Verdict {
    let known = Known::of(simulation);
    let mut instants = 0_u64;
    let status = play(simulation, span, 1, |simulation| {
        // An event has happened; now the rest of its instant.
        let now = Span {
            until: simulation.now(),
            ..span
        };
        let status = at_a_go(simulation, now)?;
        instants += 1;
        if matches!(status, Status::Budget | Status::Stopped) {
            return Ok(());
        }
        known.look_at(simulation, status == Status::Idle)?;
        if instants % INSTANTS_PER_REPORT == 0 {
            reported(simulation, &known)
        } else {
            Ok(())
        }
    })?;
    // The budget and an error end a run in the middle of an instant.
    if status == Status::Budget {
        return counted(simulation);
    }
    if status == Status::Stopped {
        return reported(simulation, &known);
    }
    known.look_at(simulation, status == Status::Idle)?;
    reported(simulation, &known)
}
