//! Whether a body needs an item before it gets one: then its activity has the item from its start (LANGUAGE.md, section 8).
//!
//! Walks all paths of a block at once. A path ends at the first statement that needs an item in hand, or that may bring one. What is
//! not known counts as bringing one: the activity then makes its item when it comes to need it.

use super::ast::{Block, Expression, ExpressionKind, Statement, StatementKind};

/// Which of the three ends some path has.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends(u8);

/// A path comes to need an item.
const NEEDS: Ends = Ends(1);
/// A path gets an item first, or is not known.
const GETS: Ends = Ends(2);
/// A path comes through without either.
const NEITHER: Ends = Ends(4);

impl Ends {
    fn or(self, other: Ends) -> Ends {
        Ends(self.0 | other.0)
    }

    /// Paths that come through go on with what follows.
    fn then(self, next: Ends) -> Ends {
        if self.0 & NEITHER.0 == 0 {
            self
        } else {
            Ends(self.0 & !NEITHER.0).or(next)
        }
    }
}

/// Whether every path of a body needs an item before it gets one.
pub(crate) fn starts_with_item(body: &Block) -> bool {
    block(body, false) == NEEDS
}

/// `caught`: a failure in here is caught by a `try` or `retry`.
fn block(block: &Block, caught: bool) -> Ends {
    block.statements.iter().fold(NEITHER, |ends, next| {
        if ends.0 & NEITHER.0 == 0 {
            ends
        } else {
            ends.then(statement(next, caught))
        }
    })
}

fn optional(body: Option<&Block>, caught: bool) -> Ends {
    body.map_or(NEITHER, |body| block(body, caught))
}

fn statement(statement: &Statement, caught: bool) -> Ends {
    match &statement.kind {
        StatementKind::Send { .. }
        | StatementKind::Offer { .. }
        | StatementKind::Done
        | StatementKind::Discard => NEEDS,
        StatementKind::SpawnTask {
            with_item: true, ..
        }
        | StatementKind::Spawn {
            with_item: true, ..
        } => NEEDS,
        // A caught failure goes on at the `else` of what catches it: too far away to follow.
        StatementKind::Fail { share: None, .. } => {
            if caught {
                GETS
            } else {
                NEEDS
            }
        }
        StatementKind::Receive { .. }
        | StatementKind::Poll { .. }
        | StatementKind::Select { .. }
        | StatementKind::Produce { .. }
        | StatementKind::ForEach(_)
        | StatementKind::Break
        | StatementKind::Stop => GETS,
        StatementKind::If { arms, otherwise } => {
            let last = optional(otherwise.as_ref(), caught);
            arms.iter()
                .fold(last, |ends, (_, body)| ends.or(block(body, caught)))
        }
        StatementKind::Forever(body) => block(body, caught),
        StatementKind::Repeat { count, body, .. } if at_least_one(count) => block(body, caught),
        StatementKind::Repeat { body, .. } | StatementKind::While { body, .. } => {
            block(body, caught).or(NEITHER)
        }
        StatementKind::Call { outcomes, .. } => optional(outcomes.then.as_ref(), caught)
            .or(optional(outcomes.otherwise.as_ref(), caught)),
        StatementKind::Acquire { outcomes, .. } => {
            NEITHER.or(optional(outcomes.otherwise.as_ref(), caught))
        }
        StatementKind::With {
            body, otherwise, ..
        }
        | StatementKind::Within {
            body, otherwise, ..
        } => guarded(body, otherwise.as_ref(), caught, caught),
        StatementKind::Retry {
            body, otherwise, ..
        } => guarded(body, otherwise.as_ref(), true, caught),
        StatementKind::Try { body, otherwise } => {
            block(body, true).or(optional(otherwise.as_ref(), caught))
        }
        _ => NEITHER,
    }
}

/// A block that may be left for an `else`; without one, leaving it is a failure.
fn guarded(body: &Block, otherwise: Option<&Block>, body_caught: bool, caught: bool) -> Ends {
    let inside = block(body, body_caught);
    otherwise.map_or(inside, |otherwise| inside.or(block(otherwise, caught)))
}

/// A loop that certainly runs.
fn at_least_one(count: &Expression) -> bool {
    matches!(count.kind, ExpressionKind::Number { value, .. } if value >= 1.0)
}
