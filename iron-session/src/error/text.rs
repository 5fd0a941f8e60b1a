//! Displays text that somebody else has chosen inside a message.

use std::error::Error;
use std::fmt::{self, Write as _};

/// Displays a member's name; without one, the value as a whole.
pub(super) struct Field<'a>(pub(super) Option<&'a str>);

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(member) => write!(f, "member `{}`", Foreign(member)),
            None => f.write_str("the value"),
        }
    }
}

/// Displays a text that somebody else has chosen. It is escaped and cut, so that it can
/// neither start a line of its own in a log nor fill the log.
pub(super) struct Foreign<'a>(pub(super) &'a str);

impl fmt::Display for Foreign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_CHARS: usize = 256;

        for c in self.0.chars().take(MAX_CHARS) {
            // Quotes are harmless, and common in messages.
            match c {
                '\'' | '"' => f.write_char(c)?,
                _ => write!(f, "{}", c.escape_debug())?,
            }
        }
        f.write_str(if self.0.chars().nth(MAX_CHARS).is_some() { "…" } else { "" })
    }
}

/// Keeps the text of another crate's error, and displays it as [`Foreign`].
pub(super) struct ForeignError(String);

impl ForeignError {
    pub(super) fn new(error: &dyn fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for ForeignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Foreign(&self.0).fmt(f)
    }
}

impl fmt::Debug for ForeignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Error for ForeignError {}
