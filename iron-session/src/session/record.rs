//! Keeps sessions in records of the server state, in the requests that write them.
//!
//! The commit decides, while the state is locked, what happens to the record. The response then waits for
//! the store. If another request has changed the record meanwhile, this request's changes are made
//! again to what that one has stored.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::encode;
use super::open::read_record;
use super::request::RequestSession;
use super::revocation::ends_received;
use super::state::{Content, State};
use super::verdict::{Verdict, Wanted};
use crate::codec::{self, Inherits, IronSession, SessionId, Written};
use crate::error::{SaveError, SealError, StoreError, UnsealError};
use crate::event;
use crate::options::{OnSaveError, SessionOptions};
use crate::scratch::Scratch;
use crate::seal::{SealFacts, Ttl};
use crate::server_state::{OpenedRecord, RecordContent, ServerState};

/// How often a record is written, at most, if other requests change it at the same time. Each time, one
/// of them succeeds, so this is the number of requests of one visitor that may do so at once.
const ATTEMPTS: u32 = 16;

/// How long a record stays whose session has left it: for requests that were under way.
const FAREWELL: Duration = Duration::from_secs(60);

/// What a response does to the records of its session.
pub(super) struct RecordChange<T> {
    /// The content to write, and the reason.
    save: Option<(Content<T>, Wanted)>,
    /// What happens to the record that the request has brought, if the session does not stay in it.
    leave: Option<Leave>,
}

/// How a session leaves its record.
enum Leave {
    /// The session has ended.
    Ended(SessionId),
    /// The session goes on elsewhere, and requests that are under way may still read this record.
    Moved { key: SessionId, revision: u64, payload: Scratch, issued_at: Option<u64> },
}

/// The work that the response waits for.
pub(super) type Storing = Pin<Box<dyn Future<Output = Stored> + Send>>;

/// The result of that work.
#[derive(Default)]
pub(super) struct Stored {
    pub(super) set_cookies: Vec<String>,
    pub(super) replace_response: bool,
}

/// The result of writing a record.
enum Saved {
    /// The `Set-Cookie` lines that refer to it.
    Lines(Vec<String>),
    /// Another request has ended the session.
    Ended,
}

impl<T: IronSession> RecordChange<T> {
    /// Plans what a response does that has this verdict.
    fn plan(
        options: &SessionOptions,
        state: &State<T>,
        content: &Content<T>,
        verdict: &Verdict,
    ) -> Result<Option<Self>, (SaveError, Wanted)> {
        let (written, wanted) = match verdict {
            Verdict::Write(written, wanted) => (Some(written), *wanted),
            Verdict::Destroy => (None, Wanted::Change),
            Verdict::Nothing | Verdict::Kept(_) | Verdict::ExpireSent => return Ok(None),
        };
        let failed = |error: SealError| (error.into(), wanted);
        let save = match written {
            Some(written) if encode::is_record::<T>(options, written).map_err(failed)? => {
                if let Ok(Err(misfit)) = encode::fits::<T>(options, written) {
                    return Err((encode::save_error::<T>(options, misfit, written), wanted));
                }
                Some((content.clone(), wanted))
            }
            _ => None,
        };
        let id = written.and_then(|written| written.metadata.id);
        let is_expired = written.is_none();
        // The session of a visitor does not end; see `revoke_received`.
        let ends = ends_received(content, is_expired) && !(T::SCHEMA.has_subject() && state.is_of_visitor());
        let leave = match state.stored_as() {
            Some((key, _)) if ends => Some(Leave::Ended(key)),
            Some((key, revision)) if save.is_none() || id != Some(key) => {
                let moves = written.filter(|_| id == Some(key));
                Some(Leave::moved(options, state, (key, revision), moves).map_err(failed)?)
            }
            _ => None,
        };
        Ok((save.is_some() || leave.is_some()).then_some(Self { save, leave }))
    }

    /// Plans the end of a session that was destroyed.
    pub(super) fn destroy(state: &State<T>) -> Option<Self> {
        let (key, _) = state.stored_as()?;
        Some(Self { save: None, leave: Some(Leave::Ended(key)) })
    }
}

impl Leave {
    /// Leaves the payload that was written elsewhere or, without one, the received one.
    fn moved<T: IronSession>(
        options: &SessionOptions,
        state: &State<T>,
        (key, revision): (SessionId, u64),
        written: Option<&Written>,
    ) -> Result<Self, SealError> {
        let payload = match (written, state.received_content()) {
            (Some(written), _) => Scratch::from(written.bytes()),
            (None, Some(received)) => Scratch::from(encode::write(options, state, &received)?.bytes()),
            (None, None) => Scratch::from(b"{}".as_slice()),
        };
        let received = state.loaded.as_ref().and_then(|loaded| loaded.payload.as_ref());
        let issued_at = received.and_then(|payload| payload.metadata().issued_at);
        Ok(Self::Moved { key, revision, payload, issued_at })
    }

    async fn finish(self, server_state: &ServerState) -> Result<(), SaveError> {
        match self {
            Self::Ended(key) => Ok(server_state.delete(key).await?),
            Self::Moved { key, revision, payload, issued_at } => {
                let content = RecordContent {
                    key,
                    revision: revision.saturating_add(1),
                    payload: payload.as_text(),
                    issued_at,
                    turn: None,
                    has_left: true,
                    ttl: Ttl::After(FAREWELL),
                    owner: None,
                };
                // If another request has written it meanwhile, that one's session goes on in it.
                let _is_written = server_state.store(&content, Some(revision))?.await?;
                Ok(())
            }
        }
    }
}

impl<T: IronSession> RequestSession<T> {
    /// Carries out what the commit has planned.
    pub(super) fn store(&self, change: RecordChange<T>) -> Storing {
        Box::pin(self.clone().store_all(change))
    }

    async fn store_all(self, change: RecordChange<T>) -> Stored {
        let options = &self.shared.options;
        let mut stored = Stored::default();
        let Some(server_state) = options.server_state() else { return stored };
        if let Some((content, wanted)) = change.save {
            match self.save_record(server_state, content).await {
                Ok(Saved::Lines(lines)) => stored.set_cookies = lines,
                Ok(Saved::Ended) => event::ended_meanwhile(options.cookie_name()),
                Err(error) => {
                    let decision = options.report_save_error(&error);
                    // A failed refresh loses no change.
                    stored.replace_response =
                        wanted == Wanted::Change && decision == OnSaveError::ReplaceResponse;
                    return stored;
                }
            }
        }
        if let Some(leave) = change.leave
            && let Err(error) = leave.finish(server_state).await
        {
            event::record_left_behind(options.cookie_name(), &error);
        }
        stored
    }

    /// Writes a content to its record, with a seat if its user may have only so many sessions.
    async fn save_record(&self, server_state: &ServerState, content: Content<T>) -> Result<Saved, SaveError> {
        let options = &self.shared.options;
        let seat = self.take_seat(server_state, &content).await?;
        let saved = self.overwrite_record(server_state, content, seat.as_ref().map(|seat| seat.turn)).await;
        match (seat, &saved) {
            (Some(seat), Ok(Saved::Lines(_))) => {
                if let Err(error) = server_state.settle(seat, options.ttl()).await {
                    event::record_left_behind(options.cookie_name(), &error);
                }
            }
            (Some(seat), _) => server_state.give_back(seat).await,
            (None, _) => {}
        }
        saved
    }

    /// Writes a content to its record. If another request has written the record meanwhile, makes the
    /// same changes to the session that it has stored.
    async fn overwrite_record(
        &self,
        server_state: &ServerState,
        mut content: Content<T>,
        turn: Option<u64>,
    ) -> Result<Saved, SaveError> {
        let mut replaces = None;
        let mut is_from_record = false;
        for attempt in 0..ATTEMPTS {
            let (key, (lines, put)) = {
                let state = self.shared.state();
                let written = encode::write(&self.shared.options, &state, &content)?;
                // It has one, because every session has that may be in a record.
                let Some(key) = written.metadata.id else { return Ok(Saved::Ended) };
                if attempt == 0 {
                    let received = state.stored_as().filter(|(received, _)| *received == key);
                    replaces = received.map(|(_, revision)| revision);
                    is_from_record = received.is_some();
                }
                let turn = turn.or_else(|| state.turn_of(key));
                (key, self.write_record(server_state, &state, (&content, &written), (key, replaces, turn))?)
            };
            if put.await? {
                return Ok(Saved::Lines(lines));
            }
            match server_state.load(key, 0).await? {
                Ok(record) if record.has_left && !is_from_record => {
                    // It is older than the cookie that the request has brought.
                    replaces = Some(record.stored_revision);
                }
                Ok(record) => {
                    replaces = Some(record.stored_revision);
                    match self.rebase(&mut content, key, record) {
                        Ok(()) => {}
                        Err(SaveError::Record(UnsealError::Revoked | UnsealError::Expired { .. })) => {
                            return Ok(Saved::Ended);
                        }
                        Err(error) => return Err(error),
                    }
                }
                Err(UnsealError::Ended) if is_from_record => return Ok(Saved::Ended),
                Err(UnsealError::Ended) => replaces = None,
                Err(error) => return Err(SaveError::Record(error)),
            }
        }
        Err(SaveError::Overtaken { attempts: ATTEMPTS })
    }

    /// Seals a record and the cookie that refers to it. Returns them with the future that writes the
    /// record.
    fn write_record<'a>(
        &self,
        server_state: &'a ServerState,
        state: &State<T>,
        (content, written): (&Content<T>, &Written),
        (key, replaces, turn): (SessionId, Option<u64>, Option<u64>),
    ) -> Result<(Vec<String>, impl Future<Output = Result<bool, StoreError>> + Send + use<'a, T>), SaveError>
    {
        let options = &self.shared.options;
        if let Err(misfit) = encode::fits::<T>(options, written)? {
            return Err(encode::save_error::<T>(options, misfit, written));
        }
        let validity = options.validity(written.metadata, options.sealer().now());
        let revision = replaces.unwrap_or(0).saturating_add(1);
        let subject = content.value.subject_text();
        let record = RecordContent {
            key,
            revision,
            payload: written.text(),
            issued_at: written.metadata.issued_at,
            turn,
            has_left: false,
            ttl: validity.ttl,
            owner: subject.as_deref().map(|subject| (options.cookie_name(), subject)),
        };
        let put = server_state.store(&record, replaces)?;
        let reference = written.metadata.write_reference(revision);
        let token = options.sealer().seal_bytes(reference.as_bytes(), validity.ttl)?;
        let sent = state.received.sent_chunks();
        let lines = options
            .layout::<T>()
            .write(&token, validity.max_age_secs, sent)
            .map_err(|misfit| encode::save_error::<T>(options, encode::Misfit::Cookies(misfit), written))?;
        Ok((lines, put))
    }

    /// Makes the changes of a content to the session that another request has stored.
    fn rebase(
        &self,
        content: &mut Content<T>,
        key: SessionId,
        record: OpenedRecord,
    ) -> Result<(), SaveError> {
        const UNKNOWN: SealFacts = SealFacts { expires: None, by_sealing_password: true };
        let options = &self.shared.options;
        let mut state = self.shared.state();
        let seal = state.loaded.as_ref().and_then(|loaded| loaded.seal).unwrap_or(UNKNOWN);
        let (theirs, _defaulted) =
            read_record::<T>(key, record, seal, options).map_err(|unread| SaveError::Record(unread.error))?;
        if let Some(loaded) = &state.loaded
            && content.inherits == Inherits::All
        {
            if content.lifetime == loaded.lifetime() {
                content.lifetime = theirs.lifetime();
            }
            let now = options.sealer().now();
            content.value = if Arc::ptr_eq(&content.value, &loaded.value) {
                Arc::clone(&theirs.value)
            } else {
                let rebased = codec::rebase::<T>(&loaded.value, &content.value, &theirs.value, now);
                Arc::new(rebased.map_err(SealError::from)?)
            };
        }
        state.loaded = Some(theirs);
        Ok(())
    }
}

impl<T: IronSession> State<T> {
    /// Plans what the response does to the session's record. Returns whether its cookie is written only
    /// after the record.
    pub(super) fn plan_record(
        &mut self,
        options: &SessionOptions,
        content: &Content<T>,
        verdict: &Verdict,
    ) -> Result<bool, (SaveError, Wanted)> {
        if options.storage::<T>().may_be_record() {
            self.record_change = RecordChange::plan(options, self, content, verdict)?;
        }
        Ok(self.record_change.as_ref().is_some_and(|change| change.save.is_some()))
    }

    /// Returns whether nobody is signed in to the session that the request has brought.
    fn is_of_visitor(&self) -> bool {
        self.loaded.as_ref().is_none_or(|loaded| loaded.value.subject_text().is_none())
    }

    /// Returns the turn of a session in its record.
    fn turn_of(&self, key: SessionId) -> Option<u64> {
        self.loaded.as_ref()?.record.filter(|record| record.key == key)?.turn
    }

    /// Returns the key and the revision of the record that the session was read from.
    pub(super) fn stored_as(&self) -> Option<(SessionId, u64)> {
        let record = self.loaded.as_ref()?.record?;
        Some((record.key, record.revision))
    }
}
