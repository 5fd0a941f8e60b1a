//! The rules of the ring, as functions of a ring and a time: which password seals, when a new one is
//! due, and what is forgotten.
//!
//! The clocks of servers may differ by [`CLOCK_SKEW`]. A password seals only when its time has come on
//! every such clock.

use std::time::Duration;

use super::periods::Periods;
use super::ring::{Entry, Ring};
use crate::clock::Timestamp;
use crate::error::KeyRingError;
use crate::seal::CLOCK_SKEW;
use crate::seal::password::Password;

/// What happened to a ring, and so has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Published {
        id: u64,
        seals_from: Timestamp,
    },
    Revoked {
        id: u64,
    },
    Forgotten {
        id: u64,
    },
    /// A password is kept for longer than was planned.
    Kept,
}

/// What a server goes by when it changes a ring.
#[derive(Clone, Copy)]
pub(super) struct View {
    pub(super) now: Timestamp,
    pub(super) periods: Periods,
    /// The password that this server seals with so far.
    pub(super) so_far: Option<u64>,
    /// Whether one of the former passwords can seal.
    pub(super) former_seals: bool,
}

impl Entry {
    fn has_started(&self, now: Timestamp) -> bool {
        self.seals_from.saturating_add(CLOCK_SKEW) <= now
    }

    /// The later of two passwords seals.
    fn rank(&self) -> (Timestamp, u64) {
        (self.seals_from, self.id)
    }
}

impl Ring {
    /// Returns the password that seals; `None` if the former one goes on sealing.
    ///
    /// `so_far` is the one that seals so far. A clock that is set back does not bring back the one
    /// before it.
    pub(super) fn sealing(&self, now: Timestamp, so_far: Option<u64>, former_seals: bool) -> Option<&Entry> {
        let started = self.usable().filter(|entry| entry.has_started(now) || Some(entry.id) == so_far);
        if let Some(entry) = started.max_by_key(|entry| entry.rank()) {
            return Some(entry);
        }
        if former_seals && !self.entries.iter().any(|entry| entry.has_started(now)) {
            return None;
        }
        // The first password of a ring, or the one that follows a revoked password: there is no
        // other one to seal with.
        self.usable().min_by_key(|entry| entry.rank())
    }

    /// Takes the steps that are due.
    pub(super) fn advance(&mut self, view: View) -> Result<Vec<Step>, KeyRingError> {
        let View { now, periods, .. } = view;
        let mut steps = Vec::new();
        let newest = self.usable().max_by_key(|entry| entry.rank());
        match newest.map(|entry| entry.seals_until) {
            Some(until) if until > now.saturating_add(periods.activation_delay) => {}
            Some(until) => {
                let seals_from = until.max(now.saturating_add(periods.activation_delay));
                steps.push(self.publish(seals_from, view)?);
            }
            None => {
                let wait = if view.former_seals { periods.activation_delay } else { Duration::ZERO };
                steps.push(self.publish(now.saturating_add(wait), view)?);
            }
        }

        let sealing = self.sealing(now, view.so_far, view.former_seals).map(|entry| entry.id);
        for entry in self.entries.iter_mut().filter(|entry| entry.password.is_some()) {
            let last_seal = entry.seals_until.max(now);
            let may_seal = entry.seals_until > now || Some(entry.id) == sealing;
            // Another server may let its sessions last longer, or nobody was there to rotate.
            if may_seal && entry.forget_at < periods.opens_until(last_seal) {
                entry.forget_at = periods.forget_at(last_seal);
                steps.push(Step::Kept);
            }
        }
        self.entries.retain(|entry| {
            let is_needed = entry.forget_at > now || Some(entry.id) == sealing;
            if !is_needed {
                steps.push(Step::Forgotten { id: entry.id });
            }
            is_needed
        });
        Ok(steps)
    }

    /// Publishes a password that seals after the activation delay, and returns its id. If one is
    /// waiting already, returns that one.
    pub(super) fn rotate(&mut self, view: View) -> Result<(u64, Vec<Step>), KeyRingError> {
        let sealing = self.sealing(view.now, view.so_far, view.former_seals).map(|entry| entry.id);
        let is_waiting = |entry: &&Entry| Some(entry.id) != sealing && entry.seals_from > view.now;
        let waiting = self.usable().find(is_waiting).map(|entry| entry.id);
        if let Some(id) = waiting {
            return Ok((id, Vec::new()));
        }
        let step = self.publish(view.now.saturating_add(view.periods.activation_delay), view)?;
        Ok((self.last_id, vec![step]))
    }

    /// Removes a password, and lets the next one seal.
    pub(super) fn revoke(&mut self, id: u64, view: View) -> Result<Vec<Step>, KeyRingError> {
        let now = view.now;
        let entry = self.entries.iter_mut().find(|entry| entry.id == id && entry.password.is_some());
        let entry = entry.ok_or(KeyRingError::UnknownId { id })?;
        entry.password = None;
        let mut steps = vec![Step::Revoked { id }];
        let rest =
            self.entries.iter_mut().filter(|entry| entry.password.is_some() && entry.seals_until > now);
        match rest.min_by_key(|entry| entry.rank()) {
            Some(next) => next.seals_from = next.seals_from.min(now),
            None => steps.push(self.publish(now, view)?),
        }
        Ok(steps)
    }

    /// Adds a password. The one before it seals until then.
    fn publish(&mut self, seals_from: Timestamp, view: View) -> Result<Step, KeyRingError> {
        let View { now, periods, .. } = view;
        let password = Password::generate()?;
        let usable = self.entries.iter_mut().filter(|entry| entry.password.is_some());
        if let Some(newest) = usable.max_by_key(|entry| entry.rank()) {
            newest.seals_until = seals_from;
            newest.forget_at = periods.forget_at(seals_from);
        }
        self.last_id = self.last_id.saturating_add(1);
        let seals_until = seals_from.saturating_add(periods.rotate_every);
        self.entries.push(Entry {
            id: self.last_id,
            password: Some(password),
            created: now,
            seals_from,
            seals_until,
            forget_at: periods.forget_at(seals_until),
        });
        Ok(Step::Published { id: self.last_id, seals_from })
    }
}
