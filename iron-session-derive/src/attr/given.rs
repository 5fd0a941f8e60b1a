//! The value of an attribute that may be absent.

use proc_macro2::Span;

use super::item::Item;
use crate::mistakes::Mistakes;

/// The value that the user gave for one key.
#[derive(Default)]
pub(crate) enum Given<T> {
    /// No value.
    #[default]
    Absent,
    /// An invalid value, which was reported. Consequences of it must not be reported
    /// again.
    Broken,
    /// A valid value, and the position of its key.
    Is { key: Span, value: T },
}

impl<T> Given<T> {
    /// Adds an item with this key; a value of `None` was already reported.
    pub(super) fn set(&mut self, item: &Item, value: Option<T>, mistakes: &mut Mistakes) {
        match self {
            Self::Absent => {
                *self = match value {
                    Some(value) => Self::Is { key: item.span(), value },
                    None => Self::Broken,
                }
            }
            Self::Broken | Self::Is { .. } => {
                mistakes.at(item.span(), format!("duplicate session attribute `{}`", item.key));
            }
        }
    }

    /// Returns the value, if it is valid.
    pub(crate) fn get(&self) -> Option<&T> {
        match self {
            Self::Is { value, .. } => Some(value),
            Self::Absent | Self::Broken => None,
        }
    }

    /// Tells whether the key is present, even with an invalid value.
    pub(crate) fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Returns the position of the key, if its value is valid.
    pub(crate) fn key(&self) -> Option<Span> {
        match self {
            Self::Is { key, .. } => Some(*key),
            Self::Absent | Self::Broken => None,
        }
    }
}
