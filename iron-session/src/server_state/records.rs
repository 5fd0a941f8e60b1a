//! The records of sessions: what requests and applications ask for.

use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use tokio::time;

use super::handle::ServerState;
use super::record::{Content, Head, Opened};
use super::seats::SEAT;
use crate::clock::Timestamp;
use crate::codec::SessionId;
use crate::error::{SealError, StoreError, UnsealError};
use crate::scratch::Scratch;

/// How long a request waits for the store.
const PATIENCE: Duration = Duration::from_secs(5);

/// A session that is kept in the store; see [`ServerState::sessions_of`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredSession {
    /// Its id, which [`ServerState::revoke_session`] takes.
    pub id: SessionId,
    /// When it was issued, in whole seconds.
    pub issued_at: Option<Timestamp>,
    /// When it was last written, in whole seconds: at its last change or refresh.
    pub written_at: Timestamp,
}

impl ServerState {
    /// Lists the sessions of a subject that are kept in the store, the one that was written last first.
    /// Sessions that were revoked are left out, and so are those that are in their cookies: of an
    /// `overflow` struct, only the large ones are in the store.
    ///
    /// `cookie_name` is that of the sessions, and `subject` is the value of their field
    /// `#[session(subject)]`. To end one, call [`revoke_session`](Self::revoke_session).
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store did not respond, or if the subject can't be written as JSON.
    pub async fn sessions_of(
        &self,
        cookie_name: &str,
        subject: &(impl Serialize + ?Sized),
    ) -> Result<Vec<StoredSession>, StoreError> {
        let subject = serde_json::to_string(subject).map_err(StoreError::new)?;
        let listed = self.stored(cookie_name, &subject).await?;
        Ok(listed.into_iter().map(|(session, _)| session).collect())
    }
}

/// A record of a subject, whose session has not ended.
pub(super) struct Listed {
    pub(super) id: SessionId,
    pub(super) head: Head,
    /// The session's payload.
    payload: Scratch,
    pub(super) until: Option<Timestamp>,
    /// Whether it only holds the seat of a session that is being signed in.
    pub(super) is_seat: bool,
}

impl ServerState {
    /// Lists the records of a subject, given its JSON text.
    pub(super) async fn listed(&self, cookie: &str, subject: &str) -> Result<Vec<Listed>, StoreError> {
        let shared = &self.shared;
        let mut found = Vec::new();
        for owner in shared.records.owners(cookie, subject) {
            for (key, record) in in_time(shared.store.records_of(&owner)).await? {
                let (id, is_seat) = match key.strip_suffix(SEAT) {
                    Some(id) => (id.parse(), true),
                    None => (key.parse(), false),
                };
                // Whatever does not open is not one of ours.
                let (Ok((head, payload)), Ok(id)) = (shared.records.open_any(&key, &record), id) else {
                    continue;
                };
                let has_ended = record.until.is_some_and(|until| until <= shared.records.now());
                let subject = || Some(subject.to_owned());
                let revoked = self.is_revoked(cookie, Some(id), head.issued_at, subject);
                if !has_ended && !head.has_left() && revoked.is_none() {
                    found.push(Listed { id, head, payload, until: record.until, is_seat });
                }
            }
        }
        Ok(found)
    }
}

// What sessions ask of it.
impl ServerState {
    /// Lists the sessions of a subject, given its JSON text, with their payloads, the one that was written
    /// last first.
    pub(crate) async fn stored(
        &self,
        cookie: &str,
        subject: &str,
    ) -> Result<Vec<(StoredSession, Scratch)>, StoreError> {
        let at = |secs: u64| Timestamp::from_unix_ms(secs.saturating_mul(1000));
        let listed = self.listed(cookie, subject).await?.into_iter().filter(|listed| !listed.is_seat);
        let stored = listed.map(|Listed { id, head, payload, .. }| {
            let (issued_at, written_at) = (head.issued_at.map(at), at(head.written_at));
            (StoredSession { id, issued_at, written_at }, payload)
        });
        let mut stored: Vec<_> = stored.collect();
        stored.sort_by_key(|(session, _)| std::cmp::Reverse(session.written_at));
        Ok(stored)
    }

    /// Loads the record of a session whose cookie was written with this revision.
    ///
    /// The inner error tells why there is no session in it.
    pub(crate) async fn load(
        &self,
        key: SessionId,
        revision: u64,
    ) -> Result<Result<Opened, UnsealError>, StoreError> {
        let Some(record) = in_time(self.shared.store.record(key.as_str())).await? else {
            return Ok(Err(UnsealError::Ended));
        };
        // A store need not forget at once.
        if record.until.is_some_and(|until| until <= self.shared.records.now()) {
            return Ok(Err(UnsealError::Ended));
        }
        Ok(self.shared.records.open(key, revision, &record))
    }

    /// Writes a record if the stored one has the revision `replaces`. Returns whether it was written.
    pub(crate) fn store<'a>(
        &'a self,
        content: &Content<'_>,
        replaces: Option<u64>,
    ) -> Result<impl Future<Output = Result<bool, StoreError>> + Send + use<'a>, SealError> {
        let (key, record) = (content.key, self.shared.records.seal(content)?);
        Ok(async move { in_time(self.shared.store.put_record(key.as_str(), replaces, record)).await })
    }

    /// Deletes the record of a session that has ended.
    pub(crate) async fn delete(&self, key: SessionId) -> Result<(), StoreError> {
        in_time(self.shared.store.delete_record(key.as_str())).await
    }
}

pub(super) async fn in_time<R>(answer: impl Future<Output = Result<R, StoreError>>) -> Result<R, StoreError> {
    time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(StoreError::timeout()))
}
