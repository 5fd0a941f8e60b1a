//! The passwords of an application, and their ids.

use std::fmt;
use std::sync::Arc;

use super::hazmat::KEY_BYTES;
use super::hex::hex;
use super::password::{Password, shown};
use crate::error::PasswordError;

/// The id that iron-session gives to a single password.
pub(super) const FIRST_ID: &str = "1";

/// The id under which a token without an id is looked up. hapi, h3 and Nuxt write such tokens
/// if they are given a single string.
pub(super) const DEFAULT_ID: &str = "default";

/// Holds the public name of a password, as it appears in a token.
///
/// Ids are compared as text: `"01"` and `" 1"` differ from `"1"`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PasswordId(String);

impl PasswordId {
    pub(super) fn new(id: String) -> Result<Self, PasswordError> {
        if id.is_empty() || id.contains(['*', '~']) {
            return Err(PasswordError::InvalidId { id: shown(&id) });
        }
        Ok(Self(id))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id as it is written in a token: `default` is written as an empty id.
    pub(super) fn as_written(&self) -> &str {
        if self.0 == DEFAULT_ID { "" } else { &self.0 }
    }

    /// hapi writes only such ids.
    pub(super) fn is_writable(&self) -> bool {
        self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    }

    /// A sort key for "numerically highest"; `None` for an id that is not a number.
    pub(super) fn number(&self) -> Option<(usize, &str)> {
        let canonical = self.0 == "0" || !self.0.starts_with('0');
        let digits = self.0.bytes().all(|b| b.is_ascii_digit());
        (canonical && digits).then_some((self.0.len(), self.0.as_str()))
    }
}

impl fmt::Display for PasswordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) id: PasswordId,
    pub(super) password: Password,
}

/// Holds the passwords of an application: one, or several during a rotation.
///
/// All of them unseal; the one with the numerically highest id seals. To rotate while servers
/// are replaced one by one:
///
/// 1. Add the new password under a higher id, and let the old one continue to seal
///    ([`seal_with`](crate::PasswordsBuilder::seal_with)), so that every server can read the sessions
///    of all others.
/// 2. Let the new one seal.
/// 3. Remove the old one when the last session that it sealed has expired.
///
/// [`RotatingPasswords`](crate::RotatingPasswords) takes each step while the server runs.
///
/// Cloning is cheap.
///
/// # Example
///
/// ```
/// use iron_session::Passwords;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let passwords = Passwords::builder()
///     .password("1", "mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")
///     .password("2", "wTnSEkfCyLXmFBdRvJ9MQ8aHzN5GoVYu")
///     .build()?;
/// assert_eq!(passwords.sealing_id().unwrap().as_str(), "2");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Passwords {
    /// Sorted by id, so that a lookup stays fast with many passwords.
    pub(super) ring: Arc<[Entry]>,
    /// The index of the password that seals.
    pub(super) sealing: Option<usize>,
    /// Whether the only password opens a token regardless of its id.
    pub(super) ignores_ids: bool,
    /// The suffix of the ids after the configured part: `_` and the name of the purpose.
    pub(super) purpose: String,
}

impl Passwords {
    /// Creates a set of one raw key of 32 random bytes without an id, as hapi and
    /// iron-session do for a single `Buffer`. Tokens are written without an id, and read
    /// whatever id they have.
    pub fn from_raw_key(key: [u8; KEY_BYTES]) -> Self {
        let id = PasswordId(DEFAULT_ID.to_owned());
        let entry = Entry { id, password: Password::from_key(key) };
        Self { ring: Arc::new([entry]), sealing: Some(0), ignores_ids: true, purpose: String::new() }
    }

    /// Returns the id of the password that seals, if any may.
    pub fn sealing_id(&self) -> Option<&PasswordId> {
        self.sealing().map(|entry| &entry.id)
    }

    /// Returns the ids of all passwords, sorted as text.
    pub fn ids(&self) -> impl Iterator<Item = &PasswordId> {
        self.ring.iter().map(|entry| &entry.id)
    }

    /// Returns the ids with their passwords.
    #[cfg(feature = "server-state")]
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&PasswordId, &Password)> {
        self.ring.iter().map(|entry| (&entry.id, &entry.password))
    }

    pub(super) fn sealing(&self) -> Option<&Entry> {
        self.sealing.and_then(|index| self.ring.get(index))
    }

    /// Returns whether the password of a token, which has this id, is the one that seals.
    pub(super) fn is_sealing(&self, id: &str) -> bool {
        self.ignores_ids
            || self.sealing().is_some_and(|entry| entry.id.as_written() == id || entry.id.as_str() == id)
    }

    /// Finds a password by the id in a token.
    pub(super) fn find(&self, id: &str) -> Option<&Entry> {
        if self.ignores_ids {
            return self.ring.first();
        }
        let id = if id.is_empty() { DEFAULT_ID } else { id };
        let index = self.ring.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
        self.ring.get(index)
    }

    /// Returns how the purpose in an id differs from that of this set; `None` if it doesn't
    /// differ, or if the id belongs to no password of this set.
    pub(super) fn other_purpose(&self, id: &str) -> Option<&'static str> {
        let id = if id.is_empty() { DEFAULT_ID } else { id };
        if self.ring.iter().any(|entry| entry.id.as_str() == id) {
            return None;
        }
        let configured = self.ring.iter().filter_map(|entry| entry.id.as_str().strip_suffix(&self.purpose));
        let mut purposes = configured.filter_map(|configured| id.strip_prefix(configured));
        purposes.find_map(|purpose| match (purpose, self.purpose.as_str()) {
            ("", _) => Some("no purpose, but the reader has one"),
            (named, _) if !named.starts_with('_') => None,
            (_, "") => Some("a purpose, but the reader has none"),
            _ => Some("a different purpose than the reader's"),
        })
    }

    /// Returns the length of the id that seals, as a token contains it.
    pub(crate) fn sealing_id_bytes(&self) -> usize {
        self.sealing_id().map_or(0, |id| id.as_written().len())
    }

    /// Checks that the id that seals is not longer. Returns its length if it is.
    pub(super) fn check_id(&self, max_bytes: usize) -> Result<(), usize> {
        let bytes = self.sealing_id_bytes();
        if bytes <= max_bytes { Ok(()) } else { Err(bytes) }
    }

    /// Returns whether another set has the same ids and passwords, and seals with the same one.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.ids().eq(other.ids())
            && self.sealing == other.sealing
            && self.ignores_ids == other.ignores_ids
            && self.id_with_other_password(other).is_none()
    }

    /// Returns an id that stands for another password in another set.
    pub(super) fn id_with_other_password(&self, other: &Self) -> Option<&PasswordId> {
        let differs = |entry: &&Entry| {
            let index = other.ring.binary_search_by(|found| found.id.cmp(&entry.id));
            let found = index.ok().and_then(|index| other.ring.get(index));
            found.is_some_and(|found| !found.password.is_same(&entry.password))
        };
        self.ring.iter().find(differs).map(|entry| &entry.id)
    }

    /// Derives the set for a purpose. The ids get a suffix with its name.
    pub(super) fn for_purpose(&self, purpose: &str) -> Self {
        // An id holds only letters, digits and underscores. The purpose's name in it need not
        // be unique, because the password is derived from the purpose itself.
        let name = if purpose.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            purpose.to_owned()
        } else {
            hex(purpose.as_bytes())
        };
        let sealing = self.sealing().map(|entry| entry.id.clone());
        let mut ring: Vec<_> = self
            .ring
            .iter()
            .map(|entry| {
                let id = PasswordId(format!("{}_{name}", entry.id));
                let seals = sealing.as_ref() == Some(&entry.id);
                (Entry { id, password: entry.password.for_purpose(purpose) }, seals)
            })
            .collect();
        // The suffix can change the order: "1" < "10", but "10_x" < "1_x".
        ring.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let sealing = ring.iter().position(|(_, seals)| *seals);
        let ring = ring.into_iter().map(|(entry, _)| entry).collect();
        Self { ring, sealing, ignores_ids: self.ignores_ids, purpose: format!("{}_{name}", self.purpose) }
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.ids()).finish()
    }
}
