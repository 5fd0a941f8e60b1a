//! What may be told about the passwords of a ring.

use std::fmt;

use super::ring::Entry;
use super::shared::Held;
use crate::clock::Timestamp;

/// A password of a [`KeyRing`](super::KeyRing), without the password itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingPassword {
    id: u64,
    state: RingPasswordState,
    created: Timestamp,
    seals_from: Timestamp,
    seals_until: Timestamp,
    forget_at: Timestamp,
}

/// What a password of the ring is used for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RingPasswordState {
    /// It was published, and does not seal yet.
    Waiting,
    /// It seals new sessions, and opens those that it sealed.
    Seals,
    /// It opens the sessions that it sealed.
    Opens,
    /// It was revoked, and opens nothing.
    Revoked,
}

impl RingPassword {
    pub(super) fn new(entry: &Entry, held: &Held) -> Self {
        let sealing = held.sealing.and_then(|id| held.in_use.find(id));
        let state = if entry.password.is_none() {
            RingPasswordState::Revoked
        } else if held.sealing == Some(entry.id) {
            RingPasswordState::Seals
        } else if sealing.is_none_or(|sealing| sealing.seals_from < entry.seals_from) {
            RingPasswordState::Waiting
        } else {
            RingPasswordState::Opens
        };
        Self {
            id: entry.id,
            state,
            created: entry.created,
            seals_from: entry.seals_from,
            seals_until: entry.seals_until,
            forget_at: entry.forget_at,
        }
    }

    /// Returns its id, as every seal under it contains it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Returns what it is used for now.
    pub fn state(&self) -> RingPasswordState {
        self.state
    }

    /// Returns when it was published.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Returns when it begins to seal. Each server begins a minute later, because clocks differ.
    pub fn seals_from(&self) -> Timestamp {
        self.seals_from
    }

    /// Returns when the next password takes over.
    pub fn seals_until(&self) -> Timestamp {
        self.seals_until
    }

    /// Returns when it is forgotten, because the last seal under it has ended.
    pub fn forget_at(&self) -> Timestamp {
        self.forget_at
    }
}

impl RingPasswordState {
    /// Returns a word for it, such as `seals`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Seals => "seals",
            Self::Opens => "opens",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for RingPasswordState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
