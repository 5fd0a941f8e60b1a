//! Errors of the server state.

use std::error::Error;

use super::Cause;

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
