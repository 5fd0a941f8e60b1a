//! Records which fields of a session are empty.

use super::field_budget::FieldBudget;

/// Lists fields that are left out of the cookie, by their position among the members.
///
/// A position beyond the 128th is not recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct LeftOut(u128);

impl LeftOut {
    /// No field.
    pub const NONE: Self = Self(0);

    /// Adds the field with this index if it is left out.
    pub fn with(self, index: usize, is_left_out: bool) -> Self {
        let bit = u32::try_from(index).ok().and_then(|index| 1_u128.checked_shl(index));
        Self(self.0 | bit.filter(|_| is_left_out).unwrap_or_default())
    }

    /// Adds other fields.
    pub(crate) fn add(&mut self, others: Self) {
        self.0 |= others.0;
    }

    /// Removes fields.
    pub(crate) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Returns whether a member's field is in the list.
    pub(crate) fn holds(self, fields: &[FieldBudget], name: &str) -> bool {
        self.0 != 0 && {
            let is_of_the_name = |field: &FieldBudget| field.name() == name;
            let index = fields.iter().position(is_of_the_name);
            index.is_some_and(|index| self.0 & Self::NONE.with(index, true).0 != 0)
        }
    }
}
