//! What the language has and this build cannot run yet, so that a text that uses it is refused with the place and not half played.

use crate::lang::Diagnostic;
use crate::lang::Scenario;
use crate::lang::scenario::{Instruction, Span, Store};

/// One diagnostic for each thing that is not built yet.
pub(super) fn missing(scenario: &Scenario) -> Vec<Diagnostic> {
    let mut missing = Vec::new();
    let mut miss = |span: Span, what: &str| missing.push(not_built(span, what));
    for (instruction, &span) in scenario.code.iter().zip(&scenario.spans) {
        if let Instruction::Select { select } = instruction {
            let arms = &scenario.selects[select.index()].arms;
            if arms.iter().any(|arm| matches!(arm.store, Store::Queue(_))) {
                miss(span, "leased queues in a `select`");
            }
        }
    }
    missing
}

fn not_built(span: Span, what: &str) -> Diagnostic {
    Diagnostic {
        span,
        message: format!("not built yet: {what} pass the checker but cannot run in this version"),
        help: Some(
            "everything else runs: `receive … within` waits for a queue and gives up".to_owned(),
        ),
    }
}
