//! Decides how a response changes the session's cookies.

use std::fmt;
use std::sync::Arc;

use super::plaintext::Plaintext;
use super::report::Report;
use super::request::RequestSession;
use super::state::{Content, State};
use crate::clock::Timestamp;
use crate::codec::{self, Change, IronSession, Metadata, Written};
use crate::cookie::{TooLarge, cookie_header_bytes};
use crate::error::{Action, Conflict, LargeMember, Place, SaveError, SealError};
use crate::limits::METADATA_NAME;
use crate::options::{OnSaveError, SessionOptions};
use crate::seal::{Sealer, Ttl};

/// The number of members that an error about size names.
const NAMED_MEMBERS: usize = 5;

/// Lists the headers and changes that the response to a request needs.
#[derive(Clone, Default)]
#[non_exhaustive]
#[must_use]
pub struct Commit {
    /// The values of the `Set-Cookie` headers. [`headers`](Self::headers) returns all headers
    /// to append.
    pub set_cookies: Vec<String>,
    /// Whether the session was used, so that the response depends on the `Cookie` header.
    pub vary_on_cookie: bool,
    /// Whether a 500 without details must replace the response.
    pub replace_response: bool,
    /// The options of a session that sets cookies, to report a response that is too long.
    pub(super) options: Option<SessionOptions>,
}

/// Shows the lengths of the lines, not the seal.
impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lens: Vec<_> = self.set_cookies.iter().map(String::len).collect();
        f.debug_struct("Commit")
            .field("set_cookies_bytes", &lens)
            .field("vary_on_cookie", &self.vary_on_cookie)
            .field("replace_response", &self.replace_response)
            .finish()
    }
}

impl<T: IronSession> RequestSession<T> {
    /// Decides how a response with this status changes the cookies. It waits for an `update`
    /// that runs on another thread. Later changes to the session are lost, and this is
    /// logged.
    ///
    /// A 5xx or a 408 commits only a `destroy()` and changes that `save()` accepted. Other
    /// changes are lost, and this is logged.
    #[track_caller]
    pub fn commit(&self, status: u16) -> Commit {
        self.commit_sealing_with(status, Sealer::seal_bytes)
    }

    /// Commits and returns `true` if the session was never used. The response then needs no
    /// headers, whatever its status. An adapter calls it if it would have to create the
    /// response first, for example from an error.
    pub fn commit_unused(&self) -> bool {
        let mut state = self.shared.state();
        let is_unused = !state.is_open() && !state.destroyed && state.conflict.is_none();
        state.committed |= is_unused;
        is_unused
    }

    #[track_caller]
    pub(crate) fn commit_sealing_with(
        &self,
        status: u16,
        seal: impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
    ) -> Commit {
        let mut commit = self.decide(status, seal, Place::caller());
        if !commit.set_cookies.is_empty() {
            let options = &self.shared.options;
            options.report_header(cookie_header_bytes(&commit.set_cookies));
            commit.options = Some(options.clone());
        }
        commit
    }

    fn decide(
        &self,
        status: u16,
        mut seal: impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
        at: Place,
    ) -> Commit {
        let options = &self.shared.options;
        let mut state =
            self.shared.lock(Action::Committed, at).unwrap_or_else(|_recorded| self.shared.state());
        if std::mem::replace(&mut state.committed, true) {
            return Commit::default();
        }
        if let Some(writer) = &state.writer {
            let conflict = Conflict::StillWriting { writer: writer.at };
            state.record(conflict);
        }
        let mut commit = Commit { vary_on_cookie: state.is_open() || state.destroyed, ..Commit::default() };
        if state.destroyed {
            commit.set_cookies = options.layout::<T>().destroy();
        }
        if let Some(conflict) = state.conflict.clone() {
            state.reports.push(Report::Conflict(conflict));
            commit.replace_response = true;
        }
        if state.destroyed || commit.replace_response || !state.is_open() {
            return commit;
        }

        let content = if saves_changes(status) {
            state.content(options)
        } else {
            if has_unsaved_changes(options, &mut state) {
                state.reports.push(Report::ChangesDropped(status));
            }
            match state.saved.clone() {
                Some(saved) => saved,
                None => return commit,
            }
        };
        let (error, wanted) = match lines(options, &mut state, &content, &mut seal) {
            // Otherwise the browser would send this unreadable cookie with every request.
            Ok(lines) if lines.is_empty() && state.has_dead_cookie() && !self.shared.by_script => {
                commit.set_cookies = options.layout::<T>().expire_sent(&state.received);
                return commit;
            }
            Ok(lines) => {
                commit.set_cookies = lines;
                return commit;
            }
            Err(failed) => failed,
        };
        // A 500 also writes the changes that `save` accepted.
        if let (Wanted::Change, Some(saved)) = (wanted, state.saved.clone()) {
            commit.set_cookies = lines(options, &mut state, &saved, &mut seal).unwrap_or_default();
        }
        // The hook may read the session.
        drop(state);
        let decision = options.report_save_error(&error);
        // A failed refresh loses no change, so the response can be sent as it is.
        commit.replace_response = wanted == Wanted::Change && decision == OnSaveError::ReplaceResponse;
        commit
    }
}

/// Returns whether a response with this status saves changes.
///
/// A handler that failed or was cancelled by a timeout did not finish its changes. A timeout
/// can be a 408 as well as a 503 or 504.
fn saves_changes(status: u16) -> bool {
    status < 500 && status != 408
}

/// Returns whether there are changes that `save` has not accepted.
pub(super) fn has_unsaved_changes<T: IronSession>(options: &SessionOptions, state: &mut State<T>) -> bool {
    let Some(content) = state.published() else { return false };
    let Some(saved) = state.saved.clone() else {
        let pending = pending(options, state, &content);
        return !matches!(pending, Ok(None | Some((_, Wanted::Refresh))));
    };
    if Arc::ptr_eq(&content.value, &saved.value) && content.lifetime == saved.lifetime {
        return content.continues != saved.continues;
    }
    let now = options.sealer().now();
    let text = |content| {
        write_at(state, content, now, is_touched(state, content)).map(|written| written.text().to_owned())
    };
    match (text(&content), text(&saved)) {
        (Ok(content), Ok(saved)) => content != saved,
        _ => true,
    }
}

/// Checks that a content can be saved.
pub(super) fn check<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<(), SaveError> {
    if let Some(reason) = state.kept(content) {
        return Err(SaveError::NewerSchema { reason });
    }
    let written = write(options, state, content)?;
    match fits::<T>(options, content, &written)? {
        Ok(()) => Ok(()),
        Err(too_large) => Err(save_error::<T>(options, too_large, &written)),
    }
}

/// Checks that a payload fits the cookies that the session may use.
fn fits<T: IronSession>(
    options: &SessionOptions,
    content: &Content<T>,
    written: &Written,
) -> Result<Result<(), TooLarge>, SealError> {
    let needed_bytes = Plaintext::choose::<T>(options, content.lifetime, written)?.seal_bytes;
    let limit_bytes = options.layout::<T>().capacity(options.max_age_secs(content.lifetime));
    let too_large = TooLarge { needed_bytes, limit_bytes };
    Ok(if needed_bytes > limit_bytes { Err(too_large) } else { Ok(()) })
}

/// The reason why a session is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// It was changed, or `save` was called.
    Change,
    /// It was only read, and its seal is old.
    Refresh,
}

fn lines<T: IronSession>(
    options: &SessionOptions,
    state: &mut State<T>,
    content: &Content<T>,
    seal: &mut impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
) -> Result<Vec<String>, (SaveError, Wanted)> {
    let Some((written, wanted)) = pending(options, state, content)? else { return Ok(Vec::new()) };
    if let Some(reason) = state.kept(content) {
        state.reports.push(Report::Kept(reason));
        return Ok(Vec::new());
    }
    seal_lines(options, state, content, &written, seal).map_err(|error| (error, wanted))
}

/// Encodes a content that must be written, and returns the reason.
fn pending<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<Option<(Written, Wanted)>, (SaveError, Wanted)> {
    // Most requests only read, and for them nothing needs to be encoded.
    if is_as_loaded(state, content) && state.saved.is_none() && !is_refresh_due(options, state, content) {
        return Ok(None);
    }
    let written = write(options, state, content).map_err(|error| (error.into(), Wanted::Change))?;
    // It replaces everything that the request brought, even if it could not be read.
    let takes_its_place = !content.continues && state.received.is_any();
    if written.changed || takes_its_place || state.saved.is_some() {
        Ok(Some((written, Wanted::Change)))
    } else if is_refresh_due(options, state, content) {
        Ok(Some((written, Wanted::Refresh)))
    } else {
        Ok(None)
    }
}

/// Returns whether the loaded session was never borrowed mutably.
fn is_as_loaded<T: IronSession>(state: &State<T>, content: &Content<T>) -> bool {
    state.loaded.as_ref().is_some_and(|loaded| {
        content.continues
            && content.lifetime == loaded.lifetime()
            && Arc::ptr_eq(&content.value, &loaded.value)
    })
}

fn seal_lines<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
    written: &Written,
    seal: &mut impl FnMut(&Sealer, &[u8], Ttl) -> Result<String, SealError>,
) -> Result<Vec<String>, SaveError> {
    let layout = options.layout::<T>();
    if written.empty {
        let lines = if state.received.is_any() { layout.destroy() } else { Vec::new() };
        return Ok(lines);
    }
    let plaintext = Plaintext::choose::<T>(options, content.lifetime, written)?;
    let token = seal(options.sealer(), plaintext.bytes(), options.seal_ttl(content.lifetime))?;
    let max_age_secs = options.max_age_secs(content.lifetime);
    layout
        .write(&token, max_age_secs, state.received.sent_chunks())
        .map_err(|too_large| save_error::<T>(options, too_large, written))
}

pub(super) fn write<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<Written, SealError> {
    let now = options.sealer().now();
    let touched = is_touched(state, content);
    let written = write_at(state, content, now, touched)?;
    // Members that the payload lacks are worth storing, but not at the price of the change.
    if written.completed && fits::<T>(options, content, &written)?.is_err() {
        return write_at(state, content, now, false);
    }
    Ok(written)
}

/// Returns whether a handler has borrowed the session mutably.
fn is_touched<T: IronSession>(state: &State<T>, content: &Content<T>) -> bool {
    state.loaded.as_ref().is_some_and(|loaded| !Arc::ptr_eq(&content.value, &loaded.value))
}

/// Encodes a content. If it was `touched`, members that the received payload lacks are added.
fn write_at<T: IronSession>(
    state: &State<T>,
    content: &Content<T>,
    now: Timestamp,
    touched: bool,
) -> Result<Written, SealError> {
    let loaded = state.loaded.as_ref();
    let received = loaded.and_then(|loaded| loaded.payload.as_ref()).filter(|_| content.continues);
    let kept = received.map_or_else(Metadata::default, codec::Payload::metadata);
    let empty = T::empty();
    let before = match (received, loaded) {
        (Some(_), Some(loaded)) => &*loaded.value,
        _ => &empty,
    };
    let metadata = Metadata { lifetime: content.lifetime, ..kept }.tagged(&T::SCHEMA);
    let cleared = content.cleared.without(before.left_out());
    let after = &*content.value;
    Ok(codec::write(&Change { received, before, after, touched, metadata, cleared, now })?)
}

/// Returns whether the seal is old enough to be written again.
fn is_refresh_due<T: IronSession>(options: &SessionOptions, state: &State<T>, content: &Content<T>) -> bool {
    // Without a session there is no seal that could be old.
    let Some(loaded) = state.loaded.as_ref().filter(|loaded| loaded.payload.is_some()) else { return false };
    options.is_refresh_due(content.lifetime, loaded.expires, options.sealer().now())
}

fn save_error<T: IronSession>(options: &SessionOptions, too_large: TooLarge, written: &Written) -> SaveError {
    let mut sizes = written.sizes();
    sizes.sort_by(|(_, a), (_, b)| b.cmp(a));
    let is_unknown = |name: &str| name != METADATA_NAME && T::canonical(name).is_none();
    let largest = sizes.into_iter().take(NAMED_MEMBERS).map(|(name, bytes)| LargeMember {
        is_unknown: is_unknown(&name),
        name,
        bytes,
    });
    SaveError::TooLarge {
        needed_bytes: too_large.needed_bytes,
        limit_bytes: too_large.limit_bytes,
        max_cookies: options.layout::<T>().max_cookies,
        largest: largest.collect(),
    }
}
