//! Decides the effect of a response on the session's cookies, before anything is sealed.

use std::sync::Arc;

use super::encode;
use super::issue;
use super::state::{Content, State};
use crate::codec::{Inherits, IronSession, Written};
use crate::error::SealError;
use crate::options::SessionOptions;

/// The effect of a response on the session's cookies.
pub(super) enum Verdict {
    /// It leaves them as they are.
    Nothing,
    /// It leaves them as they are, and a change is lost: a newer release reads the session,
    /// for this reason.
    Kept(&'static str),
    /// It expires the cookies that the request sent, because no server can read them.
    ExpireSent,
    /// It expires every cookie that the session can have.
    Destroy,
    /// It writes a session.
    Write(Written, Wanted),
}

/// The reason why a session is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It was changed, or `save` was called.
    Change,
    /// It was only read, and its seal is old.
    Refresh,
}

/// Judges what a response does that may write this content.
///
/// # Errors
///
/// [`SealError`] if the content was changed and can't be encoded.
pub(super) fn judge<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
    by_script: bool,
) -> Result<Verdict, SealError> {
    let Some((written, wanted)) = pending(options, state, content)? else {
        // Otherwise the browser would send this unreadable cookie with every request.
        let is_expired = state.has_dead_cookie() && !by_script;
        return Ok(if is_expired { Verdict::ExpireSent } else { Verdict::Nothing });
    };
    Ok(match state.kept(content) {
        Some(reason) => Verdict::Kept(reason),
        None if !written.empty => Verdict::Write(written, wanted),
        None if state.received.is_any() => Verdict::Destroy,
        None => Verdict::Nothing,
    })
}

/// Returns whether a response with this status saves changes.
///
/// A handler that failed or was cancelled by a timeout did not finish its changes. A timeout
/// can be a 408 as well as a 503 or 504.
pub(super) fn saves_changes(status: u16) -> bool {
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
        return content.inherits != saved.inherits;
    }
    let now = options.sealer().now();
    let text = |content| {
        encode::write_at(options, state, content, now, encode::is_touched(state, content))
            .map(|written| written.text().to_owned())
    };
    match (text(&content), text(&saved)) {
        (Ok(content), Ok(saved)) => content != saved,
        _ => true,
    }
}

/// Encodes a content that must be written, and returns the reason.
fn pending<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<Option<(Written, Wanted)>, SealError> {
    // Most requests only read, and for them nothing needs to be encoded.
    if is_as_loaded(state, content) && state.saved.is_none() && !is_refresh_due(options, state, content) {
        return Ok(None);
    }
    let written = encode::write(options, state, content)?;
    // It replaces everything that the request brought, even if it could not be read.
    let takes_its_place = content.inherits != Inherits::All && state.received.is_any();
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
        content.inherits == Inherits::All
            && content.lifetime == loaded.lifetime()
            && Arc::ptr_eq(&content.value, &loaded.value)
    })
}

/// Returns whether the session must be written although it was only read: its seal is old, or it
/// lacks an id or a time of issue.
fn is_refresh_due<T: IronSession>(options: &SessionOptions, state: &State<T>, content: &Content<T>) -> bool {
    // Without a session there is no seal that could be old.
    let Some(seal) = state.loaded.as_ref().and_then(|loaded| loaded.seal) else { return false };
    let metadata = encode::received_metadata(state, content);
    let is_old = || options.may_refresh() && options.is_refresh_due(metadata, seal, options.sealer().now());
    state.is_activity && (issue::is_incomplete::<T>(metadata, options) || is_old())
}
