//! Where a sealer gets its passwords: from one set, or from one that can be replaced.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use arc_swap::Guard;

use super::passwords::Passwords;
use super::rotating::{Follower, RotatingPasswords};

/// Holds the passwords of a sealer or of a session's options: [`Passwords`], or
/// [`RotatingPasswords`], which can be replaced while the server runs.
///
/// Both convert into it, so it is seldom named.
#[derive(Clone)]
pub struct PasswordSource(Source);

#[derive(Clone)]
enum Source {
    Fixed(Passwords),
    Rotating(Follower),
}

/// The set at one moment. While it is held, a replaced set stays in memory.
pub(crate) enum Current<'a> {
    Fixed(&'a Passwords),
    Loaded(Guard<Arc<Passwords>>),
}

impl PasswordSource {
    #[inline]
    pub(crate) fn current(&self) -> Current<'_> {
        match &self.0 {
            Source::Fixed(passwords) => Current::Fixed(passwords),
            Source::Rotating(follower) => Current::Loaded(follower.load()),
        }
    }

    pub(super) fn for_purpose(&self, purpose: &str) -> Self {
        Self(match &self.0 {
            Source::Fixed(passwords) => Source::Fixed(passwords.for_purpose(purpose)),
            Source::Rotating(follower) => Source::Rotating(follower.for_purpose(purpose)),
        })
    }

    /// Checks that there is room for the id that seals, and for those of all sets that replace
    /// this one. Returns the id's length if there is not.
    pub(super) fn limit_id(&self, max_bytes: usize) -> Result<(), usize> {
        match &self.0 {
            Source::Fixed(passwords) => passwords.check_id(max_bytes),
            Source::Rotating(follower) => follower.limit_id(max_bytes),
        }
    }
}

impl Deref for Current<'_> {
    type Target = Passwords;

    #[inline]
    fn deref(&self) -> &Passwords {
        match self {
            Self::Fixed(passwords) => passwords,
            Self::Loaded(passwords) => passwords,
        }
    }
}

impl fmt::Debug for PasswordSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.current().fmt(f)
    }
}

impl From<Passwords> for PasswordSource {
    fn from(passwords: Passwords) -> Self {
        Self(Source::Fixed(passwords))
    }
}

impl From<RotatingPasswords> for PasswordSource {
    fn from(passwords: RotatingPasswords) -> Self {
        Self(Source::Rotating(Follower::new(passwords)))
    }
}
