//! What the servers know together.

use super::SessionOptionsBuilder;
use crate::options::{MaxSessions, OnMaxSessions};
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

    /// Allows each user so many sessions at once: usually one per browser. It counts the sessions of
    /// one cookie and one value of the field `#[session(subject)]`, on all servers, so the session type
    /// needs `#[session(storage = "server")]` and such a field.
    ///
    /// Default: no limit.
    ///
    /// Sessions are counted at a sign-in: when a session is written with a subject that it did not have
    /// before. A session that was destroyed, was revoked or has expired is not counted, nor is one that
    /// the new session replaces in its browser. So a user who has only deleted the cookie keeps a
    /// session until it expires: with [`OnMaxSessions::RefuseNew`], choose a short
    /// [`idle_timeout`](Self::idle_timeout).
    ///
    /// A sign-in reads and writes some more records of the store, and fails if the store does not respond.
    /// Other requests cost nothing.
    ///
    /// # Sign-ins at the same time
    ///
    /// - [`EndOldest`](OnMaxSessions::EndOldest): once all of them have been responded to, the latest
    ///   `limit` sessions are left, on every server as soon as it knows the revocations of the others.
    /// - [`RefuseNew`](OnMaxSessions::RefuseNew): at no time are there more than `limit` sessions. Two
    ///   sign-ins that meet on the last seat may both be refused.
    ///
    /// # Example
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use iron_session::options::OnMaxSessions;
    /// # use iron_session::server_state::{MemoryStore, ServerState};
    /// use iron_session::{Passwords, SessionOptions};
    ///
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let state = ServerState::start(MemoryStore::new(), passwords.clone()).await?;
    /// let options = SessionOptions::builder("app_session", passwords)
    ///     .server_state(state)
    ///     .max_sessions(3, OnMaxSessions::EndOldest)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias("concurrency", "devices", "maximumSessions", "maxSessionsPreventsLogin"))]
    pub fn max_sessions(mut self, limit: usize, on_max: OnMaxSessions) -> Self {
        self.max_sessions = Some(MaxSessions { limit, on_max });
        self
    }
}
