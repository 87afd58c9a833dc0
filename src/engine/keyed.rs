//! What there is for each key: entries of tables, pools of permits.

use super::machine::{Flow, Machine};
use super::watching::Kind;
use crate::lang::scenario::{ExprId, SharedId};
use crate::model::keys::{KeyBits, key_bits};
use crate::model::permits::{At, ONLY};

/// The most entries of a table, and the most keys of a resource that are in use at once.
const ENTRIES_MAX: usize = 1_000_000;

impl Machine {
    /// A key of a statement; the run stops if it is not a number.
    fn key_of(&mut self, me: usize, key: ExprId) -> Option<KeyBits> {
        let key = key_bits(self.draw(key, me));
        if key.is_none() {
            self.stop_at(
                me,
                "this key is not a number: something is divided by zero".to_owned(),
            );
        }
        key
    }

    pub(super) fn set_entry(
        &mut self,
        me: usize,
        table: SharedId,
        key: ExprId,
        value: ExprId,
    ) -> Flow {
        let Some(key) = self.key_of(me, key) else {
            return Flow::Rest;
        };
        let value = self.draw(value, me);
        let pc = self.activities[me].pc as usize;
        self.passed[pc] += 1;
        self.tables[table.index()].set(key, value);
        self.grew(1);
        self.writes[table.index()] += 1;
        self.watching.touch_key(Kind::Shared, table.0, key);
        if self.tables[table.index()].len() > ENTRIES_MAX {
            let name = &self.scenario.shared[table.index()].name;
            let message = format!(
                "more than {ENTRIES_MAX} entries in '{name}': write the first value back to delete one"
            );
            self.stop_at(me, message);
        }
        Flow::Next
    }

    /// The pool of a resource that a statement means; the run stops if that cannot be told.
    #[inline]
    pub(super) fn pool_at(&mut self, me: usize, resource: u32, key: Option<ExprId>) -> Option<At> {
        match key {
            None => Some(ONLY),
            Some(key) => self.pool_of_key(me, resource, key),
        }
    }

    fn pool_of_key(&mut self, me: usize, resource: u32, key: ExprId) -> Option<At> {
        let key = self.key_of(me, key)?;
        let at = self.resources[resource as usize].at(key);
        self.grew(1);
        if self.resources[resource as usize].keys() > ENTRIES_MAX {
            let name = &self.scenario.resources[resource as usize].name;
            let message = format!("more than {ENTRIES_MAX} keys of '{name}' are in use");
            self.stop_at(me, message);
        }
        Some(at)
    }
}
