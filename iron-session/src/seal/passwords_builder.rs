//! Collects and checks a set of passwords.

use std::fmt;

use super::password::{Password, Strength, shown};
use super::passwords::{Entry, FIRST_ID, PasswordId, Passwords};
use crate::error::PasswordError;

/// Collects the passwords of a rotation; see [`Passwords::builder`].
#[derive(Default)]
#[must_use]
pub struct PasswordsBuilder {
    entries: Vec<(String, Password, Strength)>,
    seal_with: Option<String>,
}

impl Passwords {
    /// Creates a set of one password, under the id `1`, as in iron-session.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if it is too short, contains a NUL, is guessable, or is probably a
    /// mistake: JSON (use [`Passwords::parse`]), a text with quotes or white space around it,
    /// or a variable that was not substituted. [`Password::from_verbatim_text`] accepts such
    /// a text.
    pub fn new(password: impl Into<Password>) -> Result<Self, PasswordError> {
        Self::builder().password(FIRST_ID, password).build()
    }

    /// Creates a builder for a set of several passwords.
    pub fn builder() -> PasswordsBuilder {
        PasswordsBuilder::default()
    }
}

impl PasswordsBuilder {
    /// Adds a password.
    pub fn password(mut self, id: impl Into<String>, password: impl Into<Password>) -> Self {
        self.entries.push((id.into(), password.into(), Strength::Required));
        self
    }

    /// Adds a password that only unseals, and whose strength no longer matters. Use it to
    /// replace a password that should never have been used, without signing anyone out.
    ///
    /// Only its length is checked, because iron-session never sealed with a shorter one.
    pub fn retired(mut self, id: impl Into<String>, password: impl Into<Password>) -> Self {
        self.entries.push((id.into(), password.into(), Strength::Waived));
        self
    }

    /// Sets the password that seals. Default: the numerically highest id that is not retired.
    /// A password whose id is not a number (`default`, …) seals only if it is set here.
    pub fn seal_with(mut self, id: impl Into<String>) -> Self {
        self.seal_with = Some(id.into());
        self
    }

    /// Checks the passwords and builds the set.
    ///
    /// # Errors
    ///
    /// The first [`PasswordError`], in the order in which the passwords were added.
    pub fn build(self) -> Result<Passwords, PasswordError> {
        let mut ring = Vec::with_capacity(self.entries.len());
        for (id, password, strength) in self.entries {
            let id = PasswordId::new(id)?;
            password.check(id.as_str(), strength)?;
            ring.push((Entry { id, password }, strength));
        }
        if ring.is_empty() {
            return Err(PasswordError::Empty);
        }
        ring.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        if let Some(pair) = ring.windows(2).find(|pair| matches!(pair, [(a, _), (b, _)] if a.id == b.id))
            && let Some((entry, _)) = pair.first()
        {
            return Err(PasswordError::DuplicateId { id: shown(entry.id.as_str()) });
        }

        let may_seal =
            |(entry, strength): &(Entry, Strength)| *strength == Strength::Required && entry.id.is_writable();
        let sealing = match self.seal_with {
            Some(id) => {
                let chosen = ring.iter().position(|slot| slot.0.id.as_str() == id && may_seal(slot));
                Some(chosen.ok_or_else(|| PasswordError::CannotSeal { id: shown(&id) })?)
            }
            None => ring
                .iter()
                .enumerate()
                .filter(|(_, slot)| may_seal(slot))
                .filter_map(|(index, (entry, _))| Some((entry.id.number()?, index)))
                .max()
                .map(|(_, index)| index),
        };
        let ring = ring.into_iter().map(|(entry, _)| entry).collect();
        Ok(Passwords { ring, sealing, ignores_ids: false, purpose: String::new() })
    }
}

impl fmt::Debug for PasswordsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.entries.iter().map(|(id, ..)| id)).finish()
    }
}
