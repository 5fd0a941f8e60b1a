//! Why a request's session is empty although the browser sent a cookie.

use crate::error::UnsealError;

/// Why the request's cookie could not be read; see [`Meta::unreadable`](super::Meta::unreadable).
///
/// # Security
///
/// Show users only whether their session has [`Expired`](Self::Expired). The other reasons are for
/// logs and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// The session has ended: its seal has expired, or the absolute timeout has passed.
    Expired,
    /// The session was revoked: somebody signed out everywhere, or a copy of the cookie was used after
    /// the session had ended.
    Revoked,
    /// The session is in a record of the server state, and this server keeps sessions in cookies.
    InRecord,
    /// The session has ended: its record was deleted, or has expired.
    Ended,
    /// The session's record does not open.
    RecordUnreadable,
    /// The record in the store is that of another session.
    RecordSwapped,
    /// The record in the store is older than the cookie.
    RecordRolledBack,
    /// The value is no seal.
    Malformed,
    /// One of the cookies that hold the parts of the session is missing.
    MissingChunk,
    /// No password has the id in the seal.
    UnknownPassword,
    /// Another password made the seal, or it was changed.
    Forged,
    /// The seal was made for another purpose.
    OtherPurpose,
    /// The content is not what the session type reads.
    Undecodable,
    /// A newer release wrote it.
    NewerSchema,
    /// A release wrote it that this one can't read any more.
    OlderSchema,
    /// The conversion from an older version failed.
    Migration,
    /// The payload has a form that this build can't read.
    Unsupported,
}

impl Unreadable {
    pub(super) fn new(error: &UnsealError) -> Self {
        match error {
            // The last two are errors of a `Sealer`, which no session has.
            UnsealError::Expired { .. } | UnsealError::TooOld { .. } | UnsealError::UnknownAge => {
                Self::Expired
            }
            UnsealError::Revoked => Self::Revoked,
            UnsealError::InRecord => Self::InRecord,
            UnsealError::Ended => Self::Ended,
            UnsealError::RecordUnreadable(_) => Self::RecordUnreadable,
            UnsealError::RecordSwapped => Self::RecordSwapped,
            UnsealError::RecordRolledBack { .. } => Self::RecordRolledBack,
            UnsealError::Malformed(_) => Self::Malformed,
            UnsealError::MissingChunk { .. } => Self::MissingChunk,
            UnsealError::UnknownPassword { .. } => Self::UnknownPassword,
            UnsealError::Forged => Self::Forged,
            UnsealError::OtherPurpose { .. } => Self::OtherPurpose,
            UnsealError::Undecodable(_) => Self::Undecodable,
            UnsealError::NewerSchema { .. } => Self::NewerSchema,
            UnsealError::OlderSchema { .. } => Self::OlderSchema,
            UnsealError::Migration { .. } => Self::Migration,
            UnsealError::Unsupported { .. } => Self::Unsupported,
        }
    }

    /// Returns the reason as one word: the one in the event and in
    /// [`UnsealError::reason`](crate::error::UnsealError::reason).
    pub fn reason(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::InRecord => "in_record",
            Self::Ended => "ended",
            Self::RecordUnreadable => "record_unreadable",
            Self::RecordSwapped => "record_swapped",
            Self::RecordRolledBack => "record_rolled_back",
            Self::Malformed => "malformed",
            Self::MissingChunk => "missing_chunk",
            Self::UnknownPassword => "unknown_password",
            Self::Forged => "forged",
            Self::OtherPurpose => "other_purpose",
            Self::Undecodable => "undecodable",
            Self::NewerSchema => "newer_schema",
            Self::OlderSchema => "older_schema",
            Self::Migration => "migration",
            Self::Unsupported => "unsupported",
        }
    }
}
