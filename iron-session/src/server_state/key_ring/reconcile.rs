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
    /// It is an earlier state of the same ring, or a ring that was created before this one.
    Older,
    /// It was created lately, by a server that found the store empty, and lacks passwords of this one; or
    /// it was published again by a server that had not heard of a revocation.
    Apart,
    /// Like [`Apart`](Self::Apart), but it was created so long ago that it has taken the place of this one.
    Successor,
}

impl Ring {
    /// Returns the ring to continue with. Unless the store's ring is current, it has to be written.
    ///
    /// Of two rings that were created apart, the one that was created first gives up its place, and only
    /// servers that have it can add its passwords to the other one. So an old ring that somebody puts
    /// into the store adds nothing.
    pub(super) fn reconcile(&self, stored: Option<Ring>, now: Timestamp) -> (Self, Found) {
        let Some(stored) = stored else { return (self.clone(), Found::Nothing) };
        let is_same = stored.origin == self.origin;
        let is_older = if is_same { stored.revision < self.revision } else { stored.birth() < self.birth() };
        if is_older {
            (self.clone(), Found::Older)
        } else if self.is_part_of(&stored, now) {
            (stored, Found::Current)
        } else if is_same || now <= stored.created.saturating_add(stored.periods.activation_delay) {
            (self.join(stored, now), Found::Apart)
        } else {
            (stored.succeed(self), Found::Successor)
        }
    }

    /// When it was created. The origin decides between two rings of the same moment, so that all servers
    /// decide alike.
    fn birth(&self) -> (Timestamp, u64) {
        (self.created, self.origin)
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

    /// Joins this ring to the other one, which was not created earlier. The passwords of the other one only
    /// open, because the servers that have this ring don't know them yet.
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
        // A later state of the other ring, so that a copy of that one counts as older.
        ring.origin = other.origin;
        ring.created = other.created;
        ring.last_id = ring.last_id.max(other.last_id);
        ring.revision = ring.revision.max(other.revision);
        ring
    }

    /// Takes the place of another ring: what was revoked there is removed, and its ids are not used again.
    fn succeed(mut self, other: &Self) -> Self {
        for entry in &mut self.entries {
            if other.find(entry.id).is_some_and(|found| found.password.is_none()) {
                entry.password = None;
            }
        }
        self.last_id = self.last_id.max(other.last_id);
        self
    }
}
