//! What to make of the ring in the store, next to the one that a server has.

use std::time::Duration;

use super::ring::{Entry, Ring};
use crate::clock::Timestamp;

/// How the ring in the store relates to the one that a server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It is the same or a later one.
    Current,
    /// The store has no ring.
    Nothing,
    /// It is an earlier state of the same ring.
    RolledBack,
    /// It was created by a server that found the store empty, and lacks passwords of this one; or it was
    /// published again by a server that had not heard of a revocation.
    Apart,
}

impl Ring {
    /// Returns the ring to continue with. Unless the store's ring is current, it has to be written.
    pub(super) fn reconcile(&self, stored: Option<Ring>, now: Timestamp) -> (Self, Found) {
        let Some(stored) = stored else { return (self.clone(), Found::Nothing) };
        if stored.origin == self.origin && stored.revision < self.revision {
            return (self.clone(), Found::RolledBack);
        }
        if self.is_part_of(&stored, now) {
            (stored, Found::Current)
        } else {
            (self.join(stored, now), Found::Apart)
        }
    }

    /// Returns whether another ring opens nothing that was revoked here and, if it was created apart,
    /// everything that this one opens.
    fn is_part_of(&self, other: &Self, now: Timestamp) -> bool {
        // A later state of the same ring has forgotten what it lacks.
        let may_lack = other.origin == self.origin;
        self.entries.iter().filter(|entry| entry.forget_at > now).all(|entry| match other.find(entry.id) {
            Some(found) => entry.password.is_some() || found.password.is_none(),
            None => may_lack,
        })
    }

    /// Adds the passwords of the other ring. They only open, because the servers that
    /// have this ring don't know them yet.
    fn join(&self, other: Self, now: Timestamp) -> Self {
        let mut ring = self.clone();
        let first = ring.usable().map(|entry| entry.seals_from).min().unwrap_or(now);
        let before = first.saturating_sub(Duration::from_millis(1));
        for entry in other.entries {
            match ring.entries.iter_mut().find(|own| own.id == entry.id) {
                Some(own) if entry.password.is_none() => own.password = None,
                Some(_) => {}
                None => ring.entries.push(Entry {
                    seals_from: entry.seals_from.min(before),
                    seals_until: entry.seals_until.min(now),
                    ..entry
                }),
            }
        }
        ring.last_id = ring.last_id.max(other.last_id);
        ring.revision = ring.revision.max(other.revision);
        ring
    }
}
