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
