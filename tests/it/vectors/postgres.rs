//! Postgres: locks, connections and versions.
//!
//! A lock is a permit, and a transaction holds it to its end. What a transaction has written is its own (`let`) until it commits; others
//! see what was committed (`shared`).

pub(super) mod deadlock;
pub(super) mod limits;
pub(super) mod row_lock;
pub(super) mod snapshot;
pub(super) mod unique;
