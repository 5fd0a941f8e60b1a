//! A record: a session that is kept in the store, and its sealed form there.
//!
//! The seal holds one line of JSON, the [`Head`], and then the session's payload as text. The head binds
//! the record to its key and tells its revision, so that who can write to the store can't give one
//! session the record of another, or bring an old one back unnoticed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::revocation::subject_key;
use super::store::Record;
use crate::clock::Timestamp;
use crate::codec::SessionId;
use crate::error::{Reason, SealError, UnsealError};
use crate::scratch::Scratch;
use crate::seal::{CLOCK_SKEW, Opened as Unsealed, Sealer, Ttl};

/// The purpose of the seals.
pub(super) const RECORD: &str = "record";

/// The purpose of the keys that hide whose record one is.
pub(super) const OWNER: &str = "owner";

/// Seals and opens records.
pub(super) struct RecordSealer {
    sealer: Sealer,
    owners: Sealer,
}

/// What a record is to hold.
pub(crate) struct Content<'a> {
    pub(crate) key: SessionId,
    pub(crate) revision: u64,
    /// The session's payload.
    pub(crate) payload: &'a str,
    /// When the session was issued, in Unix seconds.
    pub(crate) issued_at: Option<u64>,
    /// The session's turn among those of its subject, if it has one; see [`Seat`](super::seats::Seat).
    pub(crate) turn: Option<u64>,
    /// Whether the session has left the store, so that the record is only for requests that are under
    /// way.
    pub(crate) has_left: bool,
    /// How long it is valid.
    pub(crate) ttl: Ttl,
    /// The name of the session's cookie, and the JSON text of the subject.
    pub(crate) owner: Option<(&'a str, &'a str)>,
}

/// A record that was opened.
pub(crate) struct Opened {
    /// The session's payload.
    pub(crate) payload: Scratch,
    /// The revision that the store knows, which the next write replaces.
    pub(crate) stored_revision: u64,
    /// The session's turn among those of its subject.
    pub(crate) turn: Option<u64>,
    /// Whether the session has left the store.
    pub(crate) has_left: bool,
}

/// The first line of a record.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    key: String,
    #[serde(rename = "rev")]
    revision: u64,
    /// When it was written, in Unix seconds.
    #[serde(rename = "at")]
    pub(super) written_at: u64,
    #[serde(rename = "iat", default, skip_serializing_if = "Option::is_none")]
    pub(super) issued_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) turn: Option<u64>,
    #[serde(rename = "left", default, skip_serializing_if = "std::ops::Not::not")]
    has_left: bool,
}

impl Head {
    /// Returns whether the session is in its cookie again.
    pub(super) fn has_left(&self) -> bool {
        self.has_left
    }
}

impl RecordSealer {
    pub(super) fn new(sealer: Sealer, owners: Sealer) -> Self {
        Self { sealer, owners }
    }

    pub(super) fn seal(&self, content: &Content<'_>) -> Result<Record, SealError> {
        self.seal_as(content.key.as_str(), content)
    }

    /// Seals a record for another key than that of its session.
    pub(super) fn seal_as(&self, key: &str, content: &Content<'_>) -> Result<Record, SealError> {
        let Content { key: _, revision, payload, issued_at, turn, has_left, ttl, owner } = *content;
        let now = self.sealer.now();
        let written_at = now.as_unix_ms() / 1000;
        let head = Head { key: key.to_owned(), revision, written_at, issued_at, turn, has_left };
        // It has no value that JSON can't hold.
        let head = serde_json::to_string(&head).unwrap_or_default();
        let mut plaintext = Scratch::new();
        for part in [&head, "\n", payload] {
            plaintext.push_str(part);
        }
        Ok(Record {
            text: self.sealer.seal_bytes(&plaintext, ttl)?,
            revision,
            owner: owner.and_then(|(cookie, subject)| self.owners(cookie, subject).into_iter().next()),
            until: ttl.expires_at(now).map(|expires| expires.saturating_add(CLOCK_SKEW)),
        })
    }

    /// Opens a record, whose cookie was written with this revision.
    pub(super) fn open(&self, key: SessionId, expected: u64, record: &Record) -> Result<Opened, UnsealError> {
        let (head, payload) = self.open_any(key.as_str(), record)?;
        if head.revision < expected {
            return Err(UnsealError::RecordRolledBack { found: head.revision, expected });
        }
        let (stored_revision, turn, has_left) = (record.revision, head.turn, head.has_left);
        Ok(Opened { payload, stored_revision, turn, has_left })
    }

    /// Opens a record of any revision, and returns its head and its payload.
    pub(super) fn open_any(&self, key: &str, record: &Record) -> Result<(Head, Scratch), UnsealError> {
        const NO_HEAD: UnsealError = UnsealError::Malformed(Reason::new("it does not begin with a head"));
        let Unsealed { plaintext, .. } = self.sealer.open(&record.text).map_err(|error| match error {
            UnsealError::Expired { .. } => UnsealError::Ended,
            error => UnsealError::RecordUnreadable(Box::new(error)),
        })?;
        let no_head = || UnsealError::RecordUnreadable(Box::new(NO_HEAD));
        let end = memchr::memchr(b'\n', &plaintext).ok_or_else(no_head)?;
        let (head, payload) = plaintext.split_at(end);
        let head: Head = serde_json::from_slice(head).map_err(|_| no_head())?;
        if head.key != key {
            return Err(UnsealError::RecordSwapped);
        }
        Ok((head, Scratch::from(payload.get(1..).unwrap_or_default())))
    }

    /// Returns the names under which the store may have the records of a subject: one for each
    /// password, that of the one that seals first. They are keyed, so that nobody who reads the store
    /// can find a subject by guessing.
    pub(super) fn owners(&self, cookie: &str, subject: &str) -> Vec<String> {
        let macs = self.owners.authenticate(&subject_key(cookie, subject));
        macs.into_iter().map(|mac| URL_SAFE_NO_PAD.encode(mac)).collect()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.sealer.now()
    }
}
