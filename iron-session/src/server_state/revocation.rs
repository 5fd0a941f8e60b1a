//! One revocation: what it ends, and its sealed form in the log.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::store::LogEntry;
use crate::clock::Timestamp;
use crate::error::{SealError, UnsealError};
use crate::seal::{Sealer, Ttl};

/// Ends sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Revocation {
    pub(super) target: Target,
    /// When the last seal that it concerns has expired.
    pub(super) until: UnixSecs,
}

/// The sessions that a revocation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// The session with this id.
    Session(Key),
    /// The sessions of a subject that were issued before a time.
    Subject(Key, UnixSecs),
    /// Every session that was issued before a time.
    All(UnixSecs),
}

/// The 128 bits of a session's id, or of a [subject](subject_key).
pub(super) type Key = [u8; 16];

/// Unix seconds, which fit 32 bits until the year 2106. The largest number is [`FOREVER`].
pub(super) type UnixSecs = u32;

pub(super) const FOREVER: UnixSecs = UnixSecs::MAX;

/// Returns the first whole second that is not before a time.
pub(super) fn secs_at(time: Timestamp) -> UnixSecs {
    UnixSecs::try_from(time.as_unix_ms().div_ceil(1000)).unwrap_or(FOREVER)
}

/// The first 32 bits of a key, by which a request looks for it.
pub(super) type Start = u32;

pub(super) fn start_of(key: &Key) -> Start {
    let [a, b, c, d, ..] = *key;
    Start::from_le_bytes([a, b, c, d])
}

/// Returns the key of a subject, given its JSON text and the name of its cookie: its
/// [start](subject_start), and 96 bits of a SHA-256. So all subjects take the same space, however long
/// they are. The key leaves the process only inside a seal, so nobody can find a subject by guessing.
pub(super) fn subject_key(cookie: &str, subject: &str) -> Key {
    let mut hash = Sha256::new();
    hash.update(cookie);
    // No cookie's name holds this byte.
    hash.update([0]);
    hash.update(subject);
    let mut key = Key::default();
    let bytes = subject_start(subject).to_le_bytes().into_iter().chain(hash.finalize());
    key.iter_mut().zip(bytes).for_each(|(byte, of_subject)| *byte = of_subject);
    key
}

/// Returns the start of a subject's key: a hash that is much faster than SHA-256, because every request
/// of a user who is signed in needs it. It is FNV-1a with 64 bits, mixed into its upper half. Anyone can
/// find subjects with the same start, which costs their requests the rest of the key, and nothing else.
pub(super) fn subject_start(subject: &str) -> Start {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let hash = subject.bytes().fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(MIX);
    Start::try_from(mixed >> 32).unwrap_or_default()
}

/// A revocation as JSON: one of `session`, `subject` with `before`, or `all`.
///
/// A member that a later release adds makes the whole unreadable. To ignore it could end more sessions.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wire {
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<UnixSecs>,
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<UnixSecs>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<UnixSecs>,
}

impl Revocation {
    pub(super) fn has_ended(self, now: UnixSecs) -> bool {
        self.until <= now && self.until != FOREVER
    }

    /// Returns the revocation, which reaches no further than a time.
    pub(super) fn limited(self, latest: UnixSecs) -> Self {
        let target = match self.target {
            Target::Session(_) => self.target,
            Target::Subject(key, before) => Target::Subject(key, before.min(latest)),
            Target::All(before) => Target::All(before.min(latest)),
        };
        Self { target, ..self }
    }

    /// Returns the revocation, kept for so many seconds longer.
    pub(super) fn kept_longer(self, secs: UnixSecs) -> Self {
        Self { until: self.until.saturating_add(secs), ..self }
    }

    /// Seals it for the log. The seal expires with it.
    pub(super) fn seal(self, sealer: &Sealer) -> Result<LogEntry, SealError> {
        let mut wire = Wire { until: (self.until != FOREVER).then_some(self.until), ..Wire::default() };
        match self.target {
            Target::Session(key) => wire.session = Some(URL_SAFE_NO_PAD.encode(key)),
            Target::Subject(key, before) => {
                wire.subject = Some(URL_SAFE_NO_PAD.encode(key));
                wire.before = Some(before);
            }
            Target::All(before) => wire.all = Some(before),
        }
        let until = wire.until.map(|secs| Timestamp::from_unix_ms(u64::from(secs) * 1000));
        let ttl = until.map_or(Ttl::Unlimited, |until| {
            let left_ms = until.as_unix_ms().saturating_sub(sealer.now().as_unix_ms());
            Ttl::After(Duration::from_millis(left_ms))
        });
        Ok(LogEntry { text: sealer.clone().with_ttl(ttl).seal(&wire)?, until })
    }

    /// Opens an entry of the log. `None` if it is of a kind that a later release has added.
    pub(super) fn open(text: &str, sealer: &Sealer) -> Result<Option<Self>, UnsealError> {
        let wire: Wire = sealer.unseal(text)?;
        let key = |text: &String| Key::try_from(URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        let Wire { session, subject, before, all, until } = wire;
        let target = match (session, subject, before, all) {
            (Some(id), None, None, None) => key(&id).map(Target::Session),
            (None, Some(subject), Some(before), None) => {
                key(&subject).map(|key| Target::Subject(key, before))
            }
            (None, None, None, Some(before)) => Some(Target::All(before)),
            _ => None,
        };
        Ok(target.map(|target| Self { target, until: until.unwrap_or(FOREVER) }))
    }
}
