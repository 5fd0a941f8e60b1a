//! Whether the ring could be read lately. Each change of that is logged once, not at each poll.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::KeyRingError;
use crate::event;

pub(super) struct Health {
    /// When the ring was last read.
    read_at: Timestamp,
    /// How long it may stay unread. A new password seals after twice this time.
    patience: Duration,
    trouble: Option<Trouble>,
    is_overdue: bool,
    is_set_refused: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    StoreAway,
    RecordRefused,
}

impl Health {
    pub(super) fn new(now: Timestamp, activation_delay: Duration) -> Self {
        Self {
            read_at: now,
            patience: activation_delay / 2,
            trouble: None,
            is_overdue: false,
            is_set_refused: false,
        }
    }

    pub(super) fn succeeded(&mut self, now: Timestamp) {
        if self.trouble.take().is_some() {
            event::ring_back(self.read_at);
        }
        self.read_at = now;
        self.is_overdue = false;
    }

    pub(super) fn failed(&mut self, error: &KeyRingError, now: Timestamp) {
        let trouble = match error {
            KeyRingError::Store(_) => Trouble::StoreAway,
            _ => Trouble::RecordRefused,
        };
        if self.trouble.replace(trouble) != Some(trouble) {
            match trouble {
                Trouble::StoreAway => event::ring_store_away(error),
                Trouble::RecordRefused => event::ring_refused(error),
            }
        }
        if now > self.read_at.saturating_add(self.patience) && !std::mem::replace(&mut self.is_overdue, true)
        {
            event::ring_overdue(self.read_at, error);
        }
    }

    /// The passwords were given to their users, or refused.
    pub(super) fn replaced(&mut self, refused: Option<&KeyRingError>) {
        let was_refused = std::mem::replace(&mut self.is_set_refused, refused.is_some());
        if let (Some(error), false) = (refused, was_refused) {
            event::ring_passwords_refused(error);
        }
    }
}
