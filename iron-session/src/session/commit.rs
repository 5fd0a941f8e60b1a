//! What an answer does to the session's cookies.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::plaintext::Plaintext;
use super::report::Report;
use super::request::RequestSession;
use super::state::{Content, Place, State};
use crate::cookie::{TooLarge, cookie_header_bytes};
use crate::error::{Conflict, SaveError, SealError};
use crate::options::{OnSaveError, SessionOptions};
use crate::payload::{self, Change, Metadata, Written};
use crate::schema::IronSession;
use crate::seal::{Sealer, Ttl};

/// How many members an error about size names.
const NAMED_MEMBERS: usize = 5;

/// What the answer to a request has to carry.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Commit {
    /// The values of the `Set-Cookie` headers to append.
    ///
    /// Unless it is empty, an answer that says nothing about caching is to say
    /// `Cache-Control: private, no-store`.
    pub set_cookies: Vec<String>,
    /// Whether the session was looked at, so that the answer depends on the
    /// `Cookie` header and must say so in `Vary`.
    pub vary_on_cookie: bool,
    /// Whether a 500 without details has to take the answer's place.
    pub replace_answer: bool,
}

/// Shows the lines' lengths, not the seal.
impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lens: Vec<_> = self.set_cookies.iter().map(String::len).collect();
        f.debug_struct("Commit")
            .field("set_cookies_bytes", &lens)
            .field("vary_on_cookie", &self.vary_on_cookie)
            .field("replace_answer", &self.replace_answer)
            .finish()
    }
}

impl<T: IronSession> RequestSession<T> {
    /// Decides what an answer with this status does to the cookies. Later
    /// changes to the session are lost, and told to the log.
    ///
    /// A 5xx answer commits nothing but a `destroy()`, and what `save()`
    /// accepted.
    #[track_caller]
    pub fn commit(&self, status: u16) -> Commit {
        self.commit_sealing_with(status, Sealer::seal_bytes)
    }

    #[track_caller]
    pub(crate) fn commit_sealing_with(
        &self,
        status: u16,
        seal: impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
    ) -> Commit {
        let commit = self.decide(status, seal, Location::caller());
        self.shared.options.report_header(cookie_header_bytes(&commit.set_cookies));
        commit
    }

    fn decide(
        &self,
        status: u16,
        mut seal: impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
        at: Place,
    ) -> Commit {
        let options = &self.shared.options;
        let mut state = self.shared.lock("committed", at).unwrap_or_else(|_recorded| self.shared.state());
        if std::mem::replace(&mut state.committed, true) {
            return Commit::default();
        }
        if let Some(writer) = &state.writer {
            let conflict = Conflict::StillWriting { writer: writer.at };
            state.record(conflict);
        }
        let mut commit = Commit { vary_on_cookie: state.is_open() || state.destroyed, ..Commit::default() };
        if state.destroyed {
            commit.set_cookies = options.shape::<T>().destroy();
        }
        if let Some(conflict) = state.conflict.clone() {
            state.reports.push(Report::Conflict(conflict));
            commit.replace_answer = true;
        }
        if state.destroyed || commit.replace_answer || !state.is_open() {
            return commit;
        }

        let is_server_error = status >= 500;
        let content = match (&state.saved, is_server_error) {
            (None, true) => return commit,
            (Some(saved), true) => saved.clone(),
            (_, false) => state.content(options),
        };
        let (error, wanted) = match lines(options, &mut state, &content, &mut seal) {
            // A cookie that nobody can read any more would come with every request.
            Ok(lines) if lines.is_empty() && state.has_dead_cookie() && !self.shared.by_script => {
                commit.set_cookies = options.shape::<T>().expire_sent(&state.received);
                return commit;
            }
            Ok(lines) => {
                commit.set_cookies = lines;
                return commit;
            }
            Err(failed) => failed,
        };
        // The 500 carries what `save` accepted, like any other.
        if let (Wanted::Change, Some(saved)) = (wanted, state.saved.clone()) {
            commit.set_cookies = lines(options, &mut state, &saved, &mut seal).unwrap_or_default();
        }
        // The hook may look at the session.
        drop(state);
        let decision = options.report_save_error(&error);
        // Where nobody changed anything, nothing is lost but time.
        commit.replace_answer = wanted == Wanted::Change && decision == OnSaveError::ReplaceAnswer;
        commit
    }
}

/// Checks that a content can be saved.
pub(super) fn check<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<(), SaveError> {
    if let Some(reason) = state.kept(content) {
        return Err(SaveError::NewerRelease { reason });
    }
    let written = write(options, state, content)?;
    let needed = Plaintext::of::<T>(options, content.lifetime, &written)?.seal_bytes;
    let limit = options.shape::<T>().capacity(options.max_age_secs(content.lifetime));
    if needed > limit {
        let too_large = TooLarge { needed_bytes: needed, limit_bytes: limit };
        return Err(save_error::<T>(options, too_large, &written));
    }
    Ok(())
}

/// Why a session is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Somebody changed it, or asked for it.
    Change,
    /// It was read only, and its seal is old.
    Refresh,
}

fn lines<T: IronSession>(
    options: &SessionOptions,
    state: &mut State<T>,
    content: &Content<T>,
    seal: &mut impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
) -> Result<Vec<String>, (SaveError, Wanted)> {
    // Most requests only read: nothing needs to be encoded to know that.
    if is_as_loaded(state, content) && state.saved.is_none() && !is_refresh_due(options, state, content) {
        return Ok(Vec::new());
    }
    let written = write(options, state, content).map_err(|error| (error.into(), Wanted::Change))?;
    let began_anew = !content.continues && state.loaded.as_ref().is_some_and(|l| l.payload.is_some());
    let wanted = if written.changed || began_anew || state.saved.is_some() {
        Wanted::Change
    } else if is_refresh_due(options, state, content) {
        Wanted::Refresh
    } else {
        return Ok(Vec::new());
    };
    if let Some(reason) = state.kept(content) {
        state.reports.push(Report::Kept(reason));
        return Ok(Vec::new());
    }
    seal_lines(options, state, content, &written, seal).map_err(|error| (error, wanted))
}

/// Tells whether nobody has written to what was loaded.
fn is_as_loaded<T: IronSession>(state: &State<T>, content: &Content<T>) -> bool {
    state.loaded.as_ref().is_some_and(|loaded| {
        let lifetime = loaded.payload.as_ref().and_then(|payload| payload.metadata().lifetime);
        content.continues && content.lifetime == lifetime && Arc::ptr_eq(&content.value, &loaded.value)
    })
}

fn seal_lines<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
    written: &Written,
    seal: &mut impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
) -> Result<Vec<String>, SaveError> {
    let shape = options.shape::<T>();
    if written.empty {
        let lines = if state.received.is_any() { shape.destroy() } else { Vec::new() };
        return Ok(lines);
    }
    let plaintext = Plaintext::of::<T>(options, content.lifetime, written)?;
    let token = seal(options.sealer(), plaintext.bytes(), options.seal_ttl(content.lifetime))?;
    let max_age_secs = options.max_age_secs(content.lifetime);
    shape
        .write(&token, max_age_secs, state.received.sent_chunks())
        .map_err(|too_large| save_error::<T>(options, too_large, written))
}

pub(super) fn write<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<Written, SealError> {
    let loaded = state.loaded.as_ref();
    let received = loaded.and_then(|loaded| loaded.payload.as_ref()).filter(|_| content.continues);
    let kept = received.map_or_else(Metadata::default, payload::Payload::metadata);
    let empty = T::empty();
    let before = match (received, loaded) {
        (Some(_), Some(loaded)) => &*loaded.value,
        _ => &empty,
    };
    let metadata = Metadata { lifetime: content.lifetime, ..kept }.tagged(&T::SCHEMA);
    let now = options.sealer().now();
    let touched = loaded.is_some_and(|loaded| !Arc::ptr_eq(&content.value, &loaded.value));
    Ok(payload::write(&Change { received, before, after: &*content.value, touched, metadata, now })?)
}

/// Tells whether the seal is old enough to be written again.
fn is_refresh_due<T: IronSession>(options: &SessionOptions, state: &State<T>, content: &Content<T>) -> bool {
    // Without a session there is no seal that could be old.
    let Some(loaded) = state.loaded.as_ref().filter(|loaded| loaded.payload.is_some()) else { return false };
    options.is_refresh_due(content.lifetime, loaded.expires, options.sealer().now())
}

fn save_error<T: IronSession>(options: &SessionOptions, too_large: TooLarge, written: &Written) -> SaveError {
    let mut largest = written.sizes();
    largest.sort_by(|(_, a), (_, b)| b.cmp(a));
    largest.truncate(NAMED_MEMBERS);
    SaveError::TooLarge {
        needed_bytes: too_large.needed_bytes,
        limit_bytes: too_large.limit_bytes,
        max_cookies: options.shape::<T>().max_cookies,
        largest,
    }
}
