//! What the servers know together.

use super::SessionOptionsBuilder;
use crate::schema::Storage;
use crate::server_state::ServerState;

impl SessionOptionsBuilder {
    /// Judges sessions by the revocations of a server state. A struct needs `#[session(revocable)]` for
    /// it; see [`Session::revoke`](crate::Session::revoke). [`Untyped`](crate::Untyped) sessions need
    /// nothing: with a server state, each of them has an id and a time of issue.
    ///
    /// Default: none. A session then ends when its seal expires or its passwords are removed.
    pub fn server_state(mut self, state: ServerState) -> Self {
        self.server_state = Some(state);
        self
    }

    /// Sets where [`Untyped`](crate::Untyped) sessions are kept. A record then holds up to 64 kB of JSON.
    /// Default: in their cookies.
    ///
    /// It has no effect on a struct. There, use `#[session(storage = "overflow")]`, so that the
    /// compiler knows that there is no limit. An `Untyped` session has no subject, so it is not in the list
    /// of a subject's sessions.
    ///
    /// It needs a [`server_state`](Self::server_state).
    pub fn storage(mut self, storage: Storage) -> Self {
        self.storage = storage;
        self
    }
}
