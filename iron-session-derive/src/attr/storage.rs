//! Where a session is kept.

use super::item::Item;
use crate::mistakes::Mistakes;

/// The value of `storage = "…"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Storage {
    /// In its cookies.
    #[default]
    Cookie,
    /// In its cookies while it fits, and in a record beyond that.
    Overflow,
    /// In a record.
    Server,
}

impl Storage {
    pub(super) fn parse(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        let text = item.text("overflow", mistakes)?;
        match text.value().as_str() {
            "cookie" => Some(Self::Cookie),
            "overflow" => Some(Self::Overflow),
            "server" => Some(Self::Server),
            found => {
                let message =
                    format!("`storage` must be \"cookie\", \"overflow\" or \"server\", found {found:?}");
                mistakes.at(text.span(), message);
                None
            }
        }
    }
}
