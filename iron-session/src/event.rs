//! Logs events for operators through `tracing`, if the feature is enabled.
//!
//! INFO events are normal, WARN events are caused by a browser or a deployment, and ERROR events
//! are mistakes of the application.

/// The target of all events. Users' filters contain it, so it must not be the path of a private
/// module.
#[cfg(feature = "tracing")]
const TARGET: &str = "iron_session";

#[cfg(feature = "tracing")]
mod repeated;

#[cfg(feature = "tracing")]
pub(crate) use repeated::Repeated;

#[cfg(feature = "server-state")]
use std::time::Duration;
use std::time::SystemTime;

use crate::clock::Timestamp;
#[cfg(feature = "__extractors")]
use crate::error::CsrfError;
use crate::error::{Conflict, CrossOriginError, DecodeError, ExtractError, Place, SaveError, UnsealError};
#[cfg(feature = "server-state")]
use crate::error::{KeyRingError, StoreError};

/// Counts nothing, because nothing is logged.
#[cfg(not(feature = "tracing"))]
#[derive(Default)]
pub(crate) struct Repeated {}

/// The passwords of a running server were replaced.
pub(crate) fn passwords_replaced(
    [ids, former_ids]: [&str; 2],
    [sealing_id, former_sealing_id]: [Option<&str>; 2],
) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: TARGET, ids, sealing_id, former_ids, former_sealing_id, "passwords replaced");
    #[cfg(not(feature = "tracing"))]
    let _ = (ids, former_ids, sealing_id, former_sealing_id);
}

/// A new password is in the key ring.
#[cfg(feature = "server-state")]
pub(crate) fn ring_password_published(id: u64, seals_from: Timestamp) {
    #[cfg(feature = "tracing")]
    tracing::info!(
        target: TARGET,
        id,
        seals_from = seals_from.to_rfc3339(),
        "password published in the key ring"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (id, seals_from);
}

/// This server seals with another password of the key ring from now on.
#[cfg(feature = "server-state")]
pub(crate) fn ring_password_seals(id: u64) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: TARGET, id, "password of the key ring seals now");
    #[cfg(not(feature = "tracing"))]
    let _ = id;
}

/// The last seal under a password has ended.
#[cfg(feature = "server-state")]
pub(crate) fn ring_password_forgotten(id: u64) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: TARGET, id, "password of the key ring forgotten");
    #[cfg(not(feature = "tracing"))]
    let _ = id;
}

/// Somebody revoked a password.
#[cfg(feature = "server-state")]
pub(crate) fn ring_password_revoked(id: u64) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: TARGET, id, "password of the key ring revoked, so every session under it has ended");
    #[cfg(not(feature = "tracing"))]
    let _ = id;
}

/// The store with the key ring did not respond; logged once until it does.
#[cfg(feature = "server-state")]
pub(crate) fn ring_store_away(error: &KeyRingError) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        error = error as &(dyn std::error::Error + 'static),
        "the store with the key ring can't be reached, so the passwords stay as they are"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// The key ring can be read again.
#[cfg(feature = "server-state")]
pub(crate) fn ring_back(since: Timestamp) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: TARGET, since = since.to_rfc3339(), "the key ring can be read again");
    #[cfg(not(feature = "tracing"))]
    let _ = since;
}

/// The key ring could not be read for half of the activation delay; logged once.
#[cfg(feature = "server-state")]
pub(crate) fn ring_overdue(since: Timestamp, error: &KeyRingError) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: TARGET,
        since = since.to_rfc3339(),
        error = error as &(dyn std::error::Error + 'static),
        "the key ring could not be read for more than half of the activation delay; make it readable before \
         other servers seal with a password that this one does not have"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (since, error);
}

/// The record with the key ring does not open, or was changed; logged once until it is good.
#[cfg(feature = "server-state")]
pub(crate) fn ring_refused(error: &KeyRingError) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: TARGET,
        error = error as &(dyn std::error::Error + 'static),
        "the key ring in the store was refused, so the passwords stay as they are"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// The store had an older key ring than this server.
#[cfg(feature = "server-state")]
pub(crate) fn ring_rolled_back(stored_revision: u64, revision: u64) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: TARGET,
        stored_revision,
        revision,
        "the store had an older key ring, so the newer one was published again; the store lost writes or was \
         restored from a backup, or somebody tampers with it"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (stored_revision, revision);
}

/// This server took another ring, because it could not read that one in time to join the two.
#[cfg(feature = "server-state")]
pub(crate) fn ring_succeeded(revision: u64) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: TARGET,
        revision,
        "the key ring of this server was replaced by one that was created later, so every session under its \
         passwords has ended"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = revision;
}

/// The store had no key ring, or one that another server created because there was none.
#[cfg(feature = "server-state")]
pub(crate) fn ring_published_again(revision: u64) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        revision,
        "the store had lost the key ring, so it was published again; use a store that keeps its data"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = revision;
}

/// A password of the key ring can't be put to use; logged once until it can.
#[cfg(feature = "server-state")]
pub(crate) fn ring_passwords_refused(error: &KeyRingError) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: TARGET,
        error = error as &(dyn std::error::Error + 'static),
        "the passwords of the key ring can't be used, so this server keeps those that it has; restart it"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// Options were built whose cookies expire at a fixed date.
pub(crate) fn fixed_expires(cookie: &str, expires: SystemTime) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        expires = Timestamp::from(expires).to_rfc3339(),
        "`expires` is a fixed date: clients that ignore `Max-Age` delete every cookie that is set after it; \
         remove `expires`, and use `ttl` or `max_age`"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, expires);
}

/// A cookie could not be opened; the request got an empty session.
///
/// A browser sends the same cookie with every request, so each reason is logged at most once a
/// minute.
pub(crate) fn unreadable(log: &Repeated, now: Timestamp, cookie: &str, error: &UnsealError) {
    #[cfg(feature = "tracing")]
    if let Some(not_logged) = log.count(error.reason(), now) {
        /// `tracing` needs a level that is known at compile time.
        macro_rules! at {
            ($level:ident) => {
                tracing::$level!(
                    target: TARGET,
                    cookie,
                    reason = error.reason(),
                    error = error as &(dyn std::error::Error + 'static),
                    repeats = not_logged.count,
                    since = not_logged.since.map(Timestamp::to_rfc3339),
                    "session cookie not readable"
                )
            };
        }
        if matches!(error, UnsealError::Expired { .. } | UnsealError::Revoked | UnsealError::Ended) {
            at!(info);
        } else {
            at!(warn);
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (log, now, cookie, error);
}

/// A member does not fit its field, so the field has its default.
///
/// This happens with every request, so it is logged at most once a minute.
pub(crate) fn defaulted(log: &Repeated, now: Timestamp, cookie: &str, error: &DecodeError) {
    #[cfg(feature = "tracing")]
    if let Some(not_logged) = log.count("defaulted", now) {
        tracing::warn!(
            target: TARGET,
            cookie,
            error = error as &(dyn std::error::Error + 'static),
            repeats = not_logged.count,
            since = not_logged.since.map(Timestamp::to_rfc3339),
            "session member not readable, using its default"
        );
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (log, now, cookie, error);
}

/// A request got an empty session because only another release or build can read its cookie, and
/// changed it. The cookie is not overwritten.
pub(crate) fn kept(cookie: &str, reason: &'static str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: TARGET, cookie, reason, "session change discarded: only another release or build of this server can read the cookie, so it was not overwritten");
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, reason);
}

/// Changes were discarded because the response's status does not save them.
pub(crate) fn changes_dropped(cookie: &str, status: u16) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        status,
        "session changes discarded: a response with this status does not save them; \
         call `save()` to keep them"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, status);
}

/// A service failed with an error, after the session was destroyed or saved.
pub(crate) fn no_response(cookie: &str, lost: &'static str) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: TARGET,
        cookie,
        lost,
        "the service failed without a response, so the session's cookies were not sent; \
         turn its errors into responses inside the session layer"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, lost);
}

/// A service failed with an error, after the session was changed.
pub(crate) fn no_response_for_changes(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        "session changes discarded: the service failed without a response; \
         turn its errors into responses inside the session layer"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = cookie;
}

/// A request was dropped before its response, after the session was destroyed or saved.
pub(crate) fn dropped_request(cookie: &str, lost: &'static str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        lost,
        "the request was dropped before its response, so the session's cookies were not sent; \
         if a timeout dropped it, put the timeout inside the session layer"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, lost);
}

/// A session could not be saved; the browser keeps the one it had.
pub(crate) fn not_saved(cookie: &str, error: &SaveError) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: TARGET, cookie, error = error as &(dyn std::error::Error + 'static), "session not saved");
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, error);
}

/// A cookie was sent without `Secure`.
pub(crate) fn insecure_cookie(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        "the session's cookie was sent without `Secure`, so anybody on the network can take over the session; \
         in production, remove `insecure_development` and `insecure_development_over_http`; logged once"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = cookie;
}

/// The session makes a `Cookie` header that is too long for some proxies.
pub(crate) fn long_header(cookie: &str, header_bytes: usize, limit_bytes: usize) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        header_bytes,
        limit_bytes,
        "the session's cookies exceed the default header limit of common proxies; raise their limit for a \
         header line, or store less in the session; logged once"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, header_bytes, limit_bytes);
}

/// The session makes a response whose headers are too long for some proxies.
pub(crate) fn long_response(cookie: &str, header_bytes: usize, limit_bytes: usize) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        header_bytes,
        limit_bytes,
        "a response that sets the session's cookies exceeds nginx's default header limit, so nginx would send \
         a 502; set `proxy_buffer_size 32k`, `proxy_buffers 8 32k` and `proxy_busy_buffers_size 64k` in \
         nginx, or store less in the session; logged once"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, header_bytes, limit_bytes);
}

/// A browser has several sessions under the cookie's name.
pub(crate) fn several_sessions(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        "the browser sent several sessions, and the one that was sealed last is used; the cookie's `Domain`, \
         `Path` or `Partitioned` attribute has changed, or another server sets a different one; \
         expire the old cookie with `SessionOptionsBuilder::also_expire`; logged once"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = cookie;
}

/// The application misused its handles.
pub(crate) fn conflict(cookie: &str, conflict: &Conflict) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: TARGET,
        cookie,
        error = conflict as &(dyn std::error::Error + 'static),
        "session handles in conflict; nothing was saved"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, conflict);
}

/// A handle was written to after the response was returned.
pub(crate) fn too_late(cookie: &str, at: Place) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: TARGET, cookie, %at, "session change discarded: it was made after the response was returned");
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, at);
}

/// A handler could not get its session.
pub(crate) fn no_session(error: &ExtractError) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: TARGET, error = error as &(dyn std::error::Error + 'static), "no session for the handler");
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// A request without its session's CSRF token was refused.
///
/// Another site can make browsers send any number of them, so one event is logged a minute.
#[cfg(feature = "__extractors")]
pub(crate) fn csrf_refused(log: &Repeated, now: Timestamp, cookie: &str, error: CsrfError) {
    #[cfg(feature = "tracing")]
    if let Some(not_logged) = log.count(error.reason(), now) {
        tracing::warn!(
            target: TARGET,
            cookie,
            reason = error.reason(),
            error = &error as &(dyn std::error::Error + 'static),
            repeats = not_logged.count,
            since = not_logged.since.map(Timestamp::to_rfc3339),
            "request without the session's CSRF token refused"
        );
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (log, now, cookie, error);
}

/// A guard refused a request that a page of another origin caused.
///
/// Another site can make browsers send any number of them, so one event is logged a minute.
pub(crate) fn cross_origin(log: &Repeated, now: Timestamp, error: &CrossOriginError) {
    #[cfg(feature = "tracing")]
    if let Some(not_logged) = log.count(error.reason(), now) {
        tracing::warn!(
            target: TARGET,
            reason = error.reason(),
            error = error as &(dyn std::error::Error + 'static),
            repeats = not_logged.count,
            since = not_logged.since.map(Timestamp::to_rfc3339),
            "cross-origin request refused"
        );
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (log, now, error);
}

/// The store of the server state does not respond. Logged once, until it responds again.
#[cfg(feature = "server-state")]
pub(crate) fn store_away(error: &StoreError) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        error = error as &(dyn std::error::Error + 'static),
        "the store of the server state does not respond"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// The store of the server state responds again.
#[cfg(feature = "server-state")]
pub(crate) fn store_back(away: Duration) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: TARGET, away_secs = away.as_secs(), "the store of the server state responds again");
    #[cfg(not(feature = "tracing"))]
    let _ = away;
}

/// The list of revocations is older than it may be. Logged once, until it is current again.
#[cfg(feature = "server-state")]
pub(crate) fn revocations_stale(age: Option<Duration>, accepts_stale: bool) {
    #[cfg(feature = "tracing")]
    {
        let age_secs = age.map(|age| age.as_secs());
        if accepts_stale {
            tracing::error!(target: TARGET, age_secs, "the list of revocations is stale, so revoked sessions may be accepted");
        } else {
            tracing::error!(target: TARGET, age_secs, "the list of revocations is stale, so revocable sessions are refused");
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (age, accepts_stale);
}

/// The list of revocations is current again.
#[cfg(feature = "server-state")]
pub(crate) fn revocations_current(revocations: usize) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: TARGET, revocations, "the list of revocations is current again");
    #[cfg(not(feature = "tracing"))]
    let _ = revocations;
}

/// The log of revocations was emptied or replaced, and this server appends what it knows.
#[cfg(feature = "server-state")]
pub(crate) fn log_restarted(appended: usize) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        appended,
        "the store has lost revocations that this server knows; they are appended again"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = appended;
}

/// An entry of the log can't be read: it is of a later release, or was sealed with a password that this
/// server does not have.
#[cfg(feature = "server-state")]
pub(crate) fn unreadable_revocation(log: &Repeated, now: Timestamp, error: Option<&UnsealError>) {
    #[cfg(feature = "tracing")]
    if let Some(not_logged) = log.count("revocation", now) {
        tracing::error!(
            target: TARGET,
            error = error.map(|error| error as &(dyn std::error::Error + 'static)),
            repeats = not_logged.count,
            since = not_logged.since.map(Timestamp::to_rfc3339),
            "revocation not readable, so the sessions that it ends are accepted; \
             give every server the same passwords and release"
        );
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (log, now, error);
}

/// A response was sent before the store had confirmed that its session is revoked.
#[cfg(feature = "server-state")]
pub(crate) fn revocation_unconfirmed(log: &Repeated, now: Timestamp, cookie: &str) {
    #[cfg(feature = "tracing")]
    if let Some(not_logged) = log.count("unconfirmed", now) {
        tracing::error!(
            target: TARGET,
            cookie,
            repeats = not_logged.count,
            since = not_logged.since.map(Timestamp::to_rfc3339),
            "the store has not confirmed that the session is revoked; it is refused on this server, and on the \
             others when the store responds"
        );
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (log, now, cookie);
}

/// A request was refused, because the record of its session could not be loaded. Every request is, so
/// it is logged at most once a minute.
#[cfg(feature = "server-state")]
pub(crate) fn record_not_loaded(log: &Repeated, now: Timestamp, cookie: &str, error: &StoreError) {
    #[cfg(feature = "tracing")]
    if let Some(not_logged) = log.count("record", now) {
        tracing::error!(
            target: TARGET,
            cookie,
            error = error as &(dyn std::error::Error + 'static),
            repeats = not_logged.count,
            since = not_logged.since.map(Timestamp::to_rfc3339),
            "the session's record could not be loaded, so the request was refused"
        );
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (log, now, cookie, error);
}

/// A change was lost, because another request has ended the session meanwhile.
#[cfg(feature = "server-state")]
pub(crate) fn ended_meanwhile(cookie: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: TARGET, cookie, "session changes discarded: another request has ended the session");
    #[cfg(not(feature = "tracing"))]
    let _ = cookie;
}

/// The record of a session that has ended, or that has moved to its cookie, is still in the store.
#[cfg(feature = "server-state")]
pub(crate) fn record_left_behind(cookie: &str, error: &(dyn std::error::Error + 'static)) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        cookie,
        error,
        "the store still has the record of a session that has left it; it stays there until it expires"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (cookie, error);
}
