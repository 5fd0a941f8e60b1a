//! The content of a ring: its passwords and their times, as they are sealed in the store.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::periods::Periods;
use crate::clock::Timestamp;
use crate::error::{KeyRingError, SealError, UnsealError};
use crate::seal::Sealer;
use crate::seal::password::Password;

/// The smallest number that is added to the former ids, or to zero, for the first id of a ring, and
/// the number of choices for it.
const FIRST_IDS: (u64, u64) = (100, 900);

/// A ring.
#[derive(Clone)]
pub(super) struct Ring {
    /// A random number. Rings with different origins were created apart.
    pub(super) origin: u64,
    /// When it was created.
    pub(super) created: Timestamp,
    /// Counts the writes. It is sealed, so the store can't bring back an older ring unnoticed.
    pub(super) revision: u64,
    /// The highest id that was ever used. A forgotten id must not return with another password.
    pub(super) last_id: u64,
    /// Those of the server that wrote last, for tools, which have no settings of their own.
    pub(super) periods: Periods,
    pub(super) entries: Vec<Entry>,
}

/// A password of a ring.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) id: u64,
    /// `None`: it was revoked. Its entry stays, so that a server that was behind can't bring it back.
    pub(super) password: Option<Password>,
    pub(super) created: Timestamp,
    pub(super) seals_from: Timestamp,
    pub(super) seals_until: Timestamp,
    pub(super) forget_at: Timestamp,
}

impl Ring {
    /// Creates a ring without passwords, whose ids are higher than `former_id`.
    ///
    /// The first id is random. If the store is emptied while one server starts and another one
    /// runs, there are two rings for a moment, and sessions under both. They can be joined, because
    /// their ids differ.
    pub(super) fn new(created: Timestamp, periods: Periods, former_id: u64) -> Result<Self, KeyRingError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(SealError::randomness)?;
        let [origin, choice] = [0, 8].map(|at| {
            random.iter().skip(at).take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
        });
        let (least, choices) = FIRST_IDS;
        let last_id = former_id.saturating_add(least).saturating_add(choice % choices);
        Ok(Self { origin, created, revision: 0, last_id, periods, entries: Vec::new() })
    }

    pub(super) fn find(&self, id: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Returns the entries that were not revoked.
    pub(super) fn usable(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.password.is_some())
    }

    pub(super) fn seal(&self, sealer: &Sealer) -> Result<String, SealError> {
        sealer.seal(&Sealed::from(self))
    }

    pub(super) fn unseal(text: &str, sealer: &Sealer) -> Result<Self, UnsealError> {
        sealer.unseal::<Sealed>(text).map(Self::from)
    }
}

/// Shows ids.
impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.entries.iter().map(|entry| entry.id)).finish()
    }
}

/// A ring as JSON.
#[derive(Serialize, Deserialize)]
struct Sealed {
    origin: u64,
    created_ms: u64,
    revision: u64,
    last_id: u64,
    rotate_every_ms: u64,
    activation_delay_ms: u64,
    seals_last_ms: u64,
    passwords: Vec<SealedEntry>,
}

#[derive(Serialize, Deserialize)]
struct SealedEntry {
    id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<Zeroizing<String>>,
    created_ms: u64,
    seals_from_ms: u64,
    seals_until_ms: u64,
    forget_at_ms: u64,
}

impl From<&Ring> for Sealed {
    fn from(ring: &Ring) -> Self {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let text = |password: &Password| password.expose_text().map(|text| Zeroizing::new(text.to_owned()));
        let entry = |entry: &Entry| SealedEntry {
            id: entry.id,
            password: entry.password.as_ref().and_then(text),
            created_ms: entry.created.as_unix_ms(),
            seals_from_ms: entry.seals_from.as_unix_ms(),
            seals_until_ms: entry.seals_until.as_unix_ms(),
            forget_at_ms: entry.forget_at.as_unix_ms(),
        };
        Self {
            origin: ring.origin,
            created_ms: ring.created.as_unix_ms(),
            revision: ring.revision,
            last_id: ring.last_id,
            rotate_every_ms: millis(ring.periods.rotate_every),
            activation_delay_ms: millis(ring.periods.activation_delay),
            seals_last_ms: millis(ring.periods.seals_last),
            passwords: ring.entries.iter().map(entry).collect(),
        }
    }
}

impl From<Sealed> for Ring {
    fn from(sealed: Sealed) -> Self {
        let entry = |entry: SealedEntry| Entry {
            id: entry.id,
            password: entry.password.map(|text| Password::from_text(&text)),
            created: Timestamp::from_unix_ms(entry.created_ms),
            seals_from: Timestamp::from_unix_ms(entry.seals_from_ms),
            seals_until: Timestamp::from_unix_ms(entry.seals_until_ms),
            forget_at: Timestamp::from_unix_ms(entry.forget_at_ms),
        };
        Self {
            origin: sealed.origin,
            created: Timestamp::from_unix_ms(sealed.created_ms),
            revision: sealed.revision,
            last_id: sealed.last_id,
            periods: Periods {
                rotate_every: Duration::from_millis(sealed.rotate_every_ms),
                activation_delay: Duration::from_millis(sealed.activation_delay_ms),
                seals_last: Duration::from_millis(sealed.seals_last_ms),
            },
            entries: sealed.passwords.into_iter().map(entry).collect(),
        }
    }
}
