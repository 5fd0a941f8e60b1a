//! Errors of the key ring.

use super::{PasswordError, Reason, SealError, StoreError, UnsealError};

/// Why a [`KeyRing`](crate::server_state::KeyRing) could not be started, read or changed.
///
/// After an error, a running server keeps the passwords that it has.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingError {
    /// The store with the ring could not be reached, or did not respond within five seconds.
    #[error(
        "the key ring could not be read or written, and without it no session can be opened; check that the \
         store is running and that its address is right"
    )]
    Store(#[from] StoreError),
    /// The store holds no ring, and this program may not create one.
    #[error(
        "the store holds no key ring; check the store's address, or start a server, which creates the ring"
    )]
    Missing,
    /// The record in the store does not open with the master secret.
    #[error(
        "the key ring in the store does not open with this master secret; use the one that the servers have; if \
         it is lost, delete the record `keyring` from the store, which ends all sessions"
    )]
    Unreadable(#[source] UnsealError),
    /// The record in the store is authentic, but not the one that was written there.
    #[error(
        "the key ring in the store was tampered with, because {what}; find out who can write to the store; a \
         server that is still running repairs the ring if you delete the record `keyring`"
    )]
    #[non_exhaustive]
    TamperedWith {
        /// How that shows.
        what: Reason,
    },
    /// A duration does not suit the others.
    #[error("the key ring can't work with these durations: {what}")]
    #[non_exhaustive]
    Durations {
        /// Which one, and what to do.
        what: Reason,
    },
    /// The ring has a password with the id of one of the former passwords.
    #[error(
        "both the key ring and the former passwords have a password `{id}`; remove it from the \
         former passwords; those are for servers that had passwords before the ring, and none is added later"
    )]
    #[non_exhaustive]
    FormerId {
        /// The id.
        id: String,
    },
    /// A former password has an id that leaves no higher ones for the ring.
    #[error(
        "the former password `{id}` has too high an id: the ring continues above it, and needs ids of at most 15 \
         digits; leave it out, which ends its sessions"
    )]
    #[non_exhaustive]
    FormerIdTooHigh {
        /// The id.
        id: String,
    },
    /// The ring has no password with this id that could be revoked.
    #[error("the key ring has no password `{id}`; list the ring for the ids that it has")]
    #[non_exhaustive]
    UnknownId {
        /// The id.
        id: u64,
    },
    /// Others changed the ring at the same time, again and again.
    #[error("the key ring was changed by others at the same time, again and again; try again")]
    Busy,
    /// The ring in the store is up to date, but this server goes on with the passwords that it had.
    #[error(
        "this server can't use the passwords that are in the key ring now, and goes on with those that it has, \
         even if one of them was revoked; restart it"
    )]
    #[non_exhaustive]
    NotInUse {
        /// Why.
        #[source]
        cause: Box<KeyRingError>,
    },
    /// There is no runtime of tokio for the task that keeps the ring up to date, or for a call of the store.
    #[error("the key ring needs the runtime of tokio; start and call it inside `#[tokio::main]` or a task")]
    NoRuntime,
    /// A new password, or the set of all passwords, is rejected.
    #[error("the passwords of the key ring can't be used; see the cause, and start the server again")]
    Passwords(#[from] PasswordError),
    /// The ring could not be sealed.
    #[error("the key ring could not be sealed with the master secret; see the cause, and try again")]
    Seal(#[from] SealError),
}
