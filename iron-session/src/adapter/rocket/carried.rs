//! What this crate keeps in Rocket's request-local state.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rocket::http::Status;
use rocket::request::Request;

use crate::error::AccessError;
use crate::session::RequestSessions;

#[derive(Default)]
pub(super) struct Carried {
    pub(super) sessions: RequestSessions,
    /// Why no handler may run.
    pub(super) refused: Option<Status>,
    /// What a guard has decided. Its response needs headers, and a catcher does not know them.
    pub(super) denied: Option<Denied>,
}

pub(super) struct Denied {
    pub(super) status: Status,
    pub(super) location: Option<String>,
}

impl From<&AccessError> for Denied {
    fn from(error: &AccessError) -> Self {
        Self { status: Status::new(error.status()), location: error.location().map(str::to_owned) }
    }
}

/// Locks a request's state. Rocket's own has no extensions that could be changed: a value is set once.
pub(super) fn carried<'a>(request: &'a Request<'_>) -> MutexGuard<'a, Carried> {
    request.local_cache(Mutex::<Carried>::default).lock().unwrap_or_else(PoisonError::into_inner)
}
