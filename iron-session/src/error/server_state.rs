//! Errors of the server state.

use std::error::Error;

use super::{Cause, SealError, UnsealError};

/// Why a store did not confirm what was asked of it: it could not be reached, or its answer made no
/// sense.
///
/// A [`Store`](crate::server_state::Store) creates it from the error of its database.
#[derive(Debug, thiserror::Error)]
#[error("the store of the server state failed")]
pub struct StoreError(#[source] Cause);

impl StoreError {
    /// Creates an error from the error of a database, or from a text.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }

    pub(crate) fn timeout() -> Self {
        Self::new("it did not respond in time")
    }
}

/// Why a [`ServerState`](crate::server_state::ServerState) did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerStateError {
    /// The calling code runs outside a tokio runtime.
    #[error(
        "no tokio runtime is running, and the task that follows the log needs one; start the server state \
         in the program's asynchronous `main`"
    )]
    NoRuntime,
    /// No password may seal.
    #[error(
        "none of the passwords may seal, so no revocation could be written; choose one with \
         `PasswordsBuilder::seal_with`"
    )]
    NoSealingPassword,
}

/// Why a seal was not unsealed by [`unseal_once`](crate::server_state::ServerState::unseal_once).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// It does not open.
    #[error("the seal did not open")]
    Unseal(#[from] UnsealError),
    /// It was unsealed before.
    #[error("the seal was used before; make a new one")]
    Used,
    /// It has no expiry.
    #[error("the seal never expires, so the store would have to remember it for ever; give its sealer a ttl")]
    NeverExpires,
    /// The store did not respond.
    #[error("it is unknown whether the seal was used before")]
    Store(#[from] StoreError),
}

/// Why nobody was signed in by [`Session::try_sign_in`](crate::Session::try_sign_in).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The user has as many sessions as
    /// [`max_sessions`](crate::SessionOptionsBuilder::max_sessions) allows.
    #[error(
        "the user has {limit} session(s) already, which is the limit; ask the user to sign out in another browser, \
         or end one of `ServerState::sessions_of` with `ServerState::revoke_session`"
    )]
    #[non_exhaustive]
    TooManySessions {
        /// The limit.
        limit: usize,
    },
    /// The store did not respond, so the user's sessions could not be counted.
    #[error("the user's sessions could not be counted; try again later")]
    Store(#[from] StoreError),
    /// The record that reserves a seat can't be sealed.
    #[error("the session's seat could not be reserved")]
    Seal(#[from] SealError),
}

/// Why a revocation is not known to have reached the other servers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RevokeError {
    /// The store has not confirmed it in time. The revocation is in force on this server, and is
    /// tried again in the background until this process ends.
    #[error(
        "the store has not confirmed the revocation; it is in force on this server, and reaches the others when \
         the store responds"
    )]
    Unconfirmed,
    /// The session has no id, or this server can't read it.
    #[error(
        "the request's session has no id that could be revoked, so copies of its cookie stay valid until their \
         seal expires; revoke its subject"
    )]
    NoId,
    /// The options of the session have no server state.
    #[error(
        "the session's options have no server state, so copies of its cookie stay valid until their seal expires; \
         set `SessionOptionsBuilder::server_state`"
    )]
    NoServerState,
    /// The subject can't be written as JSON.
    #[error("the subject can't be written as JSON")]
    Subject(#[source] Cause),
}

/// Why a file could not be opened as a [`FileStore`](crate::server_state::FileStore).
#[cfg(feature = "file-store")]
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileStoreError {
    /// The file is open already, in this process or in another one.
    #[error(
        "the file `{path}` is open already: within one process, clone the store; for several processes, use a \
         store that they can share"
    )]
    #[non_exhaustive]
    InUse {
        /// The file's path.
        path: String,
    },
    /// The file can't be read or written, is damaged, or is no database of this kind.
    #[error("the file `{path}` can't be used for the server state")]
    #[non_exhaustive]
    Unusable {
        /// The file's path.
        path: String,
        /// Why.
        #[source]
        cause: Cause,
    },
}

/// Why a [`RedisStore`](crate::server_state::RedisStore) could not be created. It shows no part of the
/// URL, which may hold a password.
#[cfg(feature = "redis-store")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedisStoreError {
    /// The URL is not that of a Redis.
    #[error(
        "the URL is not that of a Redis; it looks like `redis://user:password@host:6379/0`, `rediss://…` or \
         `unix:///run/redis.sock`, with special characters of the password percent-encoded"
    )]
    Url,
    /// The URL asks for TLS, which this build can't speak.
    #[error("the URL of Redis asks for TLS; enable the feature `redis-tls`")]
    TlsDisabled,
}
