//! Where the sessions of a type are kept.

/// Sets where sessions are kept: `#[session(storage = "…")]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// In their cookies.
    #[default]
    Cookie,
    /// In their cookies while they fit, and in a record of the server state beyond that.
    Overflow,
    /// In a record of the server state.
    Server,
}

impl Storage {
    /// Returns whether a session may be in a record.
    #[must_use]
    pub const fn may_be_record(self) -> bool {
        !matches!(self, Self::Cookie)
    }
}
