//! Whether a body needs an item before it gets one: then its activity has the item from its start
//! (`www/docs/language.md#time-and-arrivals`).
//!
//! Walks all paths of a block at once. A path ends at the first statement that needs an item in hand, or that may bring one. What is
//! not known counts as bringing one: the activity then makes its item when it comes to need it.

use super::ast::{Act, Action, Block, Expression, ExpressionKind, Statement, StatementKind};

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
        StatementKind::Act(act) => action(act, caught),
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
        StatementKind::Select { .. } | StatementKind::ForEach(_) => GETS,
        StatementKind::If { arms, otherwise } => {
            let last = optional(otherwise.as_ref(), caught);
            arms.iter()
                .fold(last, |ends, (_, body)| ends.or(block(body, caught)))
        }
        _ => NEITHER,
    }
}

fn action(act: &Act, caught: bool) -> Ends {
    let then = |caught| optional(act.then.as_ref(), caught);
    let otherwise = || optional(act.otherwise.as_ref(), caught);
    // A block that may be left for an `else`; without one, leaving it is a failure.
    let guarded = |body_caught| match act.otherwise {
        None => then(body_caught),
        Some(_) => then(body_caught).or(otherwise()),
    };
    match act.action {
        Action::Send | Action::Offer | Action::Done | Action::Discard => NEEDS,
        Action::Receive | Action::Poll | Action::Produce | Action::Break | Action::Stop => GETS,
        Action::Forever => then(caught),
        Action::Repeat if at_least_one(act.amount.as_ref()) => then(caught),
        Action::Repeat | Action::While => then(caught).or(NEITHER),
        Action::Call => then(caught).or(otherwise()),
        Action::Acquire => NEITHER.or(otherwise()),
        Action::With | Action::Within => guarded(caught),
        Action::Retry => guarded(true),
        Action::Try => then(true).or(otherwise()),
        _ => NEITHER,
    }
}

/// A loop that certainly runs.
fn at_least_one(count: Option<&Expression>) -> bool {
    count.is_some_and(
        |count| matches!(count.kind, ExpressionKind::Number { value, .. } if value >= 1.0),
    )
}
