//! The place in the code at which a session was used.

use std::fmt;
use std::panic::Location;

/// Names the place where an application used a session. It is printed as `src/main.rs:12:5`,
/// or as `the handler's extractor`.
///
/// A framework calls a handler's extractor, so no line of the application does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place(Option<&'static Location<'static>>);

impl Place {
    /// The extractor of a handler.
    pub const EXTRACTOR: Self = Self(None);

    #[track_caller]
    pub(crate) const fn caller() -> Self {
        Self(Some(Location::caller()))
    }

    /// Returns the line of code. `None` for a handler's extractor.
    pub fn location(self) -> Option<&'static Location<'static>> {
        self.0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(location) => location.fmt(f),
            None => f.write_str("the handler's extractor"),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Prints a place with its preposition.
pub(super) struct At(pub(super) Place);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let preposition = if self.0.location().is_some() { "at" } else { "by" };
        write!(f, "{preposition} {}", self.0)
    }
}
