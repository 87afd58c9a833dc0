//! What the language has and this build cannot run yet, so that a text that uses it is refused with the place and not half played.

use crate::lang::Diagnostic;
use crate::lang::Scenario;
use crate::lang::scenario::Span;

/// One diagnostic for each thing that is not built yet.
pub(super) fn missing(scenario: &Scenario) -> Vec<Diagnostic> {
    let mut missing = Vec::new();
    let mut miss = |span: Span, what: &str| missing.push(not_built(span, what));
    (scenario.queues.iter()).for_each(|queue| miss(queue.span, "leased queues"));
    missing
}

fn not_built(span: Span, what: &str) -> Diagnostic {
    Diagnostic {
        span,
        message: format!("not built yet: {what} pass the checker but cannot run in this version"),
        help: Some(
            "channels, topics, permits, cpus, memories, knobs and shared variables run; see the CHANGELOG for what is next"
                .to_owned(),
        ),
    }
}
