//! Explains an error in words.

use std::fmt;

/// Explains an error further, in words that other versions may change. It can only be displayed:
/// to tell errors apart, match their variants.
///
/// # Example
///
/// ```
/// use iron_session::error::UnsealError;
/// use iron_session::{Passwords, Sealer};
///
/// # let sealer = Sealer::new(Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?);
/// let Err(UnsealError::Malformed(reason)) = sealer.unseal::<u32>("no seal") else { panic!() };
/// assert_eq!(reason.to_string(), "it has fewer than eight components");
/// # Ok::<(), iron_session::error::PasswordError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reason(&'static str);

impl Reason {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}
