//! The records of sessions: what requests and applications ask for.

use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use tokio::time;

use super::handle::ServerState;
use super::record::{Content, Opened};
use crate::clock::Timestamp;
use crate::codec::SessionId;
use crate::error::{SealError, StoreError, UnsealError};

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
        let shared = &self.shared;
        let mut found = Vec::new();
        for owner in shared.records.owners(cookie_name, &subject) {
            for (key, record) in in_time(shared.store.records_of(&owner)).await? {
                // Whatever does not open is not one of ours.
                let (Ok((head, _)), Ok(id)) = (shared.records.open_any(&key, &record), key.parse()) else {
                    continue;
                };
                let subject = || Some(subject.clone());
                let revoked = self.is_revoked(cookie_name, Some(id), head.issued_at, subject);
                if revoked.is_none() && !head.has_left() {
                    let at = |secs: u64| Timestamp::from_unix_ms(secs.saturating_mul(1000));
                    let (issued_at, written_at) = (head.issued_at.map(at), at(head.written_at));
                    found.push(StoredSession { id, issued_at, written_at });
                }
            }
        }
        found.sort_by_key(|session| std::cmp::Reverse(session.written_at));
        Ok(found)
    }
}

// What sessions ask of it.
impl ServerState {
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

async fn in_time<R>(answer: impl Future<Output = Result<R, StoreError>>) -> Result<R, StoreError> {
    time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(StoreError::timeout()))
}
