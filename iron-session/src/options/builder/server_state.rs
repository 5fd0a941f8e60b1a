//! What the servers know together.

use super::SessionOptionsBuilder;
use crate::server_state::ServerState;

impl SessionOptionsBuilder {
    /// Judges sessions by the revocations of a server state. A session type needs
    /// `#[session(revocable)]` for it; see [`Session::revoke`](crate::Session::revoke).
    ///
    /// Default: none. A session then ends when its seal expires or its passwords are removed.
    pub fn server_state(mut self, state: ServerState) -> Self {
        self.server_state = Some(state);
        self
    }
}
