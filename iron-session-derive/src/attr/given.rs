//! An attribute that may be there.

use proc_macro2::Span;

use super::item::Item;
use crate::mistakes::Mistakes;

/// What the user gave for one key.
#[derive(Default)]
pub(crate) enum Given<T> {
    /// Nothing.
    #[default]
    Absent,
    /// Something that was reported; what follows from it is unknown, and must
    /// not be reported again.
    Broken,
    /// A value, and where its key stands.
    Is { key: Span, value: T },
}

impl<T> Given<T> {
    /// Takes in one more item with this key; `None` was reported already.
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

    /// Returns the value, if it is sound.
    pub(crate) fn get(&self) -> Option<&T> {
        match self {
            Self::Is { value, .. } => Some(value),
            Self::Absent | Self::Broken => None,
        }
    }

    /// Tells whether the key is there at all.
    pub(crate) fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Returns where the key stands, if its value is sound.
    pub(crate) fn key(&self) -> Option<Span> {
        match self {
            Self::Is { key, .. } => Some(*key),
            Self::Absent | Self::Broken => None,
        }
    }
}
