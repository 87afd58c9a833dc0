//! Reports `ack`, `nack` and `commit` where nothing leased and no record can be in hand. What may be is found once for each body.

use crate::lang::diagnostics::Problems;
use crate::lang::scenario::{
    Body, BodyKind, Instruction, ProcessId, ProcessKind, Scenario, Span, Store,
};

pub(super) fn report_unheld(scenario: &Scenario, problems: &mut Problems) {
    let mut polls = vec![false; scenario.processes.len()];
    for (body, code, _) in bodies(scenario) {
        if let Some(polls) = polls.get_mut(body.process.index()) {
            // Tasks may act for whoever starts them.
            *polls |= is_task(scenario, body.process)
                || code
                    .iter()
                    .any(|step| matches!(step, Instruction::Poll { .. }));
        }
    }
    for (body, code, spans) in bodies(scenario) {
        let leases = may_lease(scenario, body, code);
        let polls = polls.get(body.process.index()).is_some_and(|polls| *polls);
        for (step, span) in code.iter().zip(spans) {
            let (message, help) = match step {
                Instruction::Ack if !leases => (
                    "`ack` deletes leased items, and nothing here receives from a queue",
                    true,
                ),
                Instruction::Nack { .. } if !leases => (
                    "`nack` returns leased items, and nothing here receives from a queue",
                    true,
                ),
                Instruction::Extend { .. } if !leases => (
                    "`extend` prolongs leases, and nothing here receives from a queue",
                    true,
                ),
                Instruction::Commit if !polls => (
                    "`commit` commits polled records, and nothing here polls a group",
                    false,
                ),
                _ => continue,
            };
            problems.report(
                *span,
                message,
                help.then(|| "an item of a channel is finished with `done`".to_owned()),
            );
        }
    }
}

/// Each body with its code and the places of it.
fn bodies(scenario: &Scenario) -> impl Iterator<Item = (&Body, &[Instruction], &[Span])> {
    let ends = scenario
        .bodies
        .iter()
        .skip(1)
        .map(|body| body.entry as usize)
        .chain([scenario.code.len()]);
    scenario.bodies.iter().zip(ends).map(|(body, end)| {
        let range = body.entry as usize..end;
        let code = scenario.code.get(range.clone()).unwrap_or_default();
        (body, code, scenario.spans.get(range).unwrap_or_default())
    })
}

fn is_task(scenario: &Scenario, process: ProcessId) -> bool {
    scenario
        .processes
        .get(process.index())
        .is_some_and(|process| process.kind == ProcessKind::Task)
}

/// Whether an activity of a body may hold leased items: it receives from a queue, or may have been given one at its start.
fn may_lease(scenario: &Scenario, body: &Body, code: &[Instruction]) -> bool {
    let given = match body.kind {
        BodyKind::Main => is_task(scenario, body.process),
        BodyKind::Every => false,
        BodyKind::Spawn => true,
    };
    given || code.iter().any(|step| receives_leased(scenario, step))
}

fn receives_leased(scenario: &Scenario, step: &Instruction) -> bool {
    match step {
        Instruction::Receive {
            store: Store::Queue(_),
            ..
        } => true,
        Instruction::Select { select } => {
            scenario.selects.get(select.index()).is_some_and(|select| {
                select
                    .arms
                    .iter()
                    .any(|arm| !arm.sends && matches!(arm.store, Store::Queue(_)))
            })
        }
        _ => false,
    }
}
