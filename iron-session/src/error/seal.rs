//! Errors of sealing and unsealing.

use std::fmt::Display;
use std::time::Duration;

use super::reason::Reason;
use super::text::ForeignError;
use super::{Cause, DecodeError, EncodeError};
use crate::clock::Timestamp;

/// Why a value could not be sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// No password of the set may seal.
    #[error(
        "no password can be used to seal: all are retired or have an id that is not a number; use a numeric id, \
         or choose a password with `PasswordsBuilder::seal_with`"
    )]
    NoSealingPassword,
    /// The value can't be written as JSON that every reader accepts.
    #[error("the payload could not be encoded")]
    Payload(#[from] EncodeError),
    /// The operating system gave no random bytes.
    #[error("the system's random number generator failed")]
    Randomness(#[source] Cause),
    /// The password gave no keys for the seal's salts.
    #[error("no keys could be derived for the seal; this is a bug in iron-session, please report it")]
    NoKeys,
}

impl SealError {
    /// Keeps the generator's error as text, so that its crate is not part of the public interface.
    pub(crate) fn randomness(error: getrandom::Error) -> Self {
        Self::Randomness(Box::new(ForeignError::new(&error)))
    }
}

/// Why a seal did not open. Events and hooks get this reason.
///
/// # Security
///
/// Use it for logs and metrics. Responses must not differ by reason, because that helps an
/// attacker.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnsealError {
    /// The text is not a token. Says what is wrong with it, for people.
    #[error("not a seal: {0}")]
    Malformed(Reason),
    /// One of the cookies that hold the parts of the session is missing.
    #[error(
        "chunk {index} of the session is missing (the cookie whose name ends with `.{index}`): something \
         between the browser and this server drops cookies or truncates long headers; raise its limits, or \
         store less in the session"
    )]
    #[non_exhaustive]
    MissingChunk {
        /// The number in the name of the first missing chunk: counted from 0, and from 1 with the
        /// [profile](crate::Profile) of h3.
        index: usize,
    },
    /// The token names a password id that is not in the set.
    #[error(
        "sealed with password id `{id}`, which is not in the set; add that password to this \
         server (when you rotate, add the new one to every server before any of them seals with it)"
    )]
    #[non_exhaustive]
    UnknownPassword {
        /// The id, escaped, and cut to 32 characters.
        id: String,
    },
    /// The MAC does not match: the seal was made with another password, or its text was changed.
    #[error(
        "the MAC does not match: the seal was made with another password, or its text was changed; \
         if it happens often, check that all servers have the same passwords"
    )]
    Forged,
    /// The token names one of the passwords, for another [purpose](crate::Sealer::with_purpose)
    /// than the reader's.
    #[error(
        "sealed for another purpose: password id `{id}` names {purpose}; unseal it with the purpose that it was sealed for"
    )]
    #[non_exhaustive]
    OtherPurpose {
        /// The id, escaped, and cut to 32 characters.
        id: String,
        /// How the purposes differ; an id may also have an underscore of its own.
        purpose: Reason,
    },
    /// The seal was authentic, but its time has passed.
    #[error("the seal expired at {}; if that is too early, raise the ttl, or the absolute timeout of the session", .expired_at.to_rfc3339())]
    #[non_exhaustive]
    Expired {
        /// When it expired. It was accepted for 60 s longer.
        expired_at: Timestamp,
    },
    /// The seal has not expired, but it is older than the reader accepts; see
    /// [`Sealer::unseal_within`](crate::Sealer::unseal_within).
    #[error("the seal was made at {}, more than {max_age:?} ago; make a new one", .sealed_at.to_rfc3339())]
    #[non_exhaustive]
    TooOld {
        /// When it was made.
        sealed_at: Timestamp,
        /// The age that was accepted.
        max_age: Duration,
    },
    /// The reader asked for the seal's age, which can't be computed.
    #[error(
        "it is unknown when the seal was made, because it was not made with the ttl of this sealer, or \
         that is unlimited; seal and unseal with the same ttl"
    )]
    UnknownAge,
    /// The session is authentic, but it was revoked; see
    /// [`ServerState`](crate::SessionOptionsBuilder#method.server_state).
    #[error("the session was revoked")]
    Revoked,
    /// The session is in a record of the server state, but this server keeps sessions in cookies.
    #[error(
        "the session is in a record, which this server does not read; give the struct \
         `#[session(storage = \"overflow\")]` or `\"server\"`, and the options the server state"
    )]
    InRecord,
    /// The session has ended: its record is not in the store any more.
    #[error("the session has ended: the store has no record of it")]
    Ended,
    /// The session's record does not open.
    #[error(
        "the session's record does not open; if it happens often, check that the server states of all servers \
         have the same passwords, and who can write to the store"
    )]
    RecordUnreadable(#[source] Box<UnsealError>),
    /// The record in the store is that of another session.
    #[error("the session's record is that of another session; check who can write to the store")]
    RecordSwapped,
    /// The record in the store is older than the session's cookie.
    #[error(
        "the session's record has revision {found}, but the cookie was written with revision {expected}; if the \
         store was not restored from a backup, check who can write to it"
    )]
    #[non_exhaustive]
    RecordRolledBack {
        /// The record's revision.
        found: u64,
        /// The revision that the cookie names.
        expected: u64,
    },
    /// The seal is authentic, but its content is not what this type reads.
    #[error("the payload could not be decoded")]
    Undecodable(#[from] DecodeError),
    /// A newer release wrote it, and did not declare that this one may read it.
    #[error(
        "written with schema version {found}, which this server (version {known}) can't read; update this server"
    )]
    #[non_exhaustive]
    NewerSchema {
        /// The version in the payload.
        found: u32,
        /// The version of the type that was to read it.
        known: u32,
    },
    /// An older release wrote it with a version that this one no longer reads.
    #[error(
        "written with schema version {found}, but this server only reads version {oldest} and later; \
         to read it, keep the older struct and name it with `#[session(previous = …)]`"
    )]
    #[non_exhaustive]
    OlderSchema {
        /// The version in the payload, or the version of payloads without one.
        found: u32,
        /// The oldest version that can be read.
        oldest: u32,
    },
    /// A session of an older version could not be converted to the next one.
    #[error("the session could not be migrated from schema version {from} to {to}")]
    #[non_exhaustive]
    Migration {
        /// The version before the step that failed.
        from: u32,
        /// The version after it.
        to: u32,
        /// The text of the `TryFrom`'s error, escaped and cut.
        #[source]
        cause: Cause,
    },
    /// The payload is in a compressed form that this build can't read.
    #[error(
        "the compressed form {form:#04x} is not supported by this build; enable the feature `compress`, \
         or update this server if a newer one wrote it"
    )]
    #[non_exhaustive]
    Unsupported {
        /// The payload's first byte.
        form: u8,
    },
}

impl UnsealError {
    /// Keeps the error of a `TryFrom` as text, which is all that it has to provide.
    pub(crate) fn migration(from: u32, to: u32, error: &dyn Display) -> Self {
        Self::Migration { from, to, cause: Box::new(ForeignError::new(error)) }
    }

    /// Returns the reason as one word, for metrics and log fields.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::error::UnsealError;
    /// assert_eq!(UnsealError::Forged.reason(), "forged");
    /// ```
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::MissingChunk { .. } => "missing_chunk",
            Self::UnknownPassword { .. } => "unknown_password",
            Self::Forged => "forged",
            Self::OtherPurpose { .. } => "other_purpose",
            Self::Expired { .. } => "expired",
            Self::TooOld { .. } => "too_old",
            Self::UnknownAge => "unknown_age",
            Self::Revoked => "revoked",
            Self::InRecord => "in_record",
            Self::Ended => "ended",
            Self::RecordUnreadable(_) => "record_unreadable",
            Self::RecordSwapped => "record_swapped",
            Self::RecordRolledBack { .. } => "record_rolled_back",
            Self::Undecodable(_) => "undecodable",
            Self::NewerSchema { .. } => "newer_schema",
            Self::OlderSchema { .. } => "older_schema",
            Self::Migration { .. } => "migration",
            Self::Unsupported { .. } => "unsupported",
        }
    }

    /// Tells whether a newer release can read the payload and this one can't. Such a session
    /// must not be overwritten by accident.
    pub(crate) fn is_of_newer_release(&self) -> bool {
        matches!(self, Self::NewerSchema { .. } | Self::Unsupported { .. } | Self::InRecord)
    }
}
