//! What the language has and this build cannot run yet, so that a text that uses it is refused with the place and not half played.

use crate::lang::Diagnostic;
use crate::lang::Scenario;
use crate::lang::scenario::{Instruction, Span};

/// One diagnostic for each thing that is not built yet.
pub(super) fn missing(scenario: &Scenario) -> Vec<Diagnostic> {
    let stores = (scenario.topics.iter().map(|topic| (topic.span, "topics")))
        .chain(
            scenario
                .groups
                .iter()
                .map(|group| (group.span, "consumer groups")),
        )
        .chain(
            scenario
                .queues
                .iter()
                .map(|queue| (queue.span, "leased queues")),
        )
        .chain(scenario.cpus.iter().map(|cpu| (cpu.span, "cpus")))
        .chain(
            scenario
                .memories
                .iter()
                .map(|memory| (memory.span, "memories")),
        );
    let scaled = scenario
        .processes
        .iter()
        .filter(|process| process.autoscale.is_some());
    let processes = scaled.map(|process| (process.span, "autoscaled processes"));
    let statements =
        scenario
            .code
            .iter()
            .zip(&scenario.spans)
            .filter_map(|(instruction, &span)| match instruction {
                Instruction::Crash { .. } => Some((span, "'crash' statements")),
                Instruction::Restart { .. } => Some((span, "'restart' statements")),
                _ => None,
            });
    stores
        .chain(processes)
        .chain(statements)
        .map(|(span, what)| not_built(span, what))
        .collect()
}

fn not_built(span: Span, what: &str) -> Diagnostic {
    Diagnostic {
        span,
        message: format!("not built yet: {what} pass the checker but cannot run in this version"),
        help: Some(
            "channels, permits, knobs and shared variables run; see the CHANGELOG for what is next"
                .to_owned(),
        ),
    }
}
