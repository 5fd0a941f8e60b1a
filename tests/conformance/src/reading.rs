//! Derives the documented result of reading a request's cookies.
//!
//! iron-session's result says what its candidate holds. The candidates that it did not try are
//! judged one by one. The documentation defines in which order candidates are tried, how many
//! of them, and which one is used.

use serde_json::Value;

use crate::file;
use crate::header;
use crate::json::{self, Object};
use crate::ours::Ours;
use crate::verdict::Verdict;

/// The name of the member with the metadata, which a session does not show.
pub(crate) const METADATA: &str = "$";

/// Members that iron-session's methods hide when it reads.
pub(crate) const METHODS: [&str; 3] = ["save", "destroy", "updateConfig"];

/// Reasons of a cookie that holds a session, although this server does not read it.
const UNREAD_SESSIONS: [&str; 2] = ["newer_schema", "unsupported"];

/// Reasons why a value after the first one is ignored.
const IGNORED: [&str; 2] = ["malformed", "unknown_password"];

pub(crate) struct Read {
    pub(crate) session: Object,
    /// The text of the payload; `None` if no cookie opened.
    pub(crate) received: Option<String>,
    /// Whether candidates were tried and none opened.
    pub(crate) is_refused: bool,
    /// iron-session's session without metadata; `None` if it is not an object.
    pub(crate) theirs: Option<Object>,
}

impl Read {
    /// The received metadata.
    pub(crate) fn metadata(&self) -> Option<Value> {
        json::parse(self.received.as_deref()?).ok()?.get_mut(METADATA).map(Value::take)
    }
}

/// Derives the documented result, and checks it against iron-session's.
pub(crate) fn documented(ours: &Ours, case: &file::Options, request: &file::Request) -> Result<Read, String> {
    let name = case.cookie_name.as_str();
    let verdict = Verdict::of(&request.read)?;
    let theirs = match &verdict {
        Verdict::Opened(value) => value.as_object().cloned().map(without_metadata),
        _ => Some(Object::new()),
    };
    let tried_by_them = header::iron_sessions_candidate(&request.cookie, name);
    if tried_by_them.is_none() && !theirs.as_ref().is_some_and(Object::is_empty) {
        return Err(format!("iron-session read {theirs:?}, but there is no cookie"));
    }
    let could_open = |token: &str| {
        let reason = ours.read(&format!("{name}={token}"))?.reason;
        Ok(!reason.is_some_and(|reason| IGNORED.contains(&reason)))
    };
    let mut is_refused = false;
    let mut latest: Option<(SealedAt, Read)> = None;
    for candidate in header::candidates(&request.cookie, name, could_open)? {
        let outcome = ours.read(&candidate.header)?;
        if tried_by_them.as_ref().is_some_and(|theirs| theirs.token == candidate.token) {
            verdict.check(&outcome, &candidate.token)?;
        }
        let theirs = theirs.clone();
        let read = match outcome.reason {
            None => {
                let received = ours.text(&candidate.token);
                Read { session: outcome.session, received, is_refused: false, theirs }
            }
            Some(reason) if UNREAD_SESSIONS.contains(&reason) => {
                Read { session: Object::new(), received: None, is_refused: true, theirs }
            }
            Some(_) => {
                is_refused = true;
                continue;
            }
        };
        let sealed_at = SealedAt::of(&candidate.token, &read, case, request.now_ms);
        if latest.as_ref().is_none_or(|(latest, _)| sealed_at > *latest) {
            latest = Some((sealed_at, read));
        }
    }
    Ok(match latest {
        Some((_, read)) => read,
        None => Read { session: Object::new(), received: None, is_refused, theirs },
    })
}

/// When a seal was made, as far as it tells: whether under the options as they are, and
/// the time.
#[derive(PartialEq, PartialOrd)]
struct SealedAt(bool, f64);

impl SealedAt {
    fn of(token: &str, read: &Read, case: &file::Options, now_ms: f64) -> Self {
        const DEFAULT_TTL_SECS: f64 = 14.0 * 24.0 * 3600.0;
        const SKEW_MS: f64 = 60_000.0;
        let expires_ms: Option<f64> = token.split('*').nth(5).and_then(|digits| digits.parse().ok());
        let own = read.metadata().and_then(|metadata| metadata.get("t")?.as_f64()).filter(|secs| *secs > 0.0);
        let ttl_secs = own.or(case.ttl).unwrap_or(DEFAULT_TTL_SECS);
        match expires_ms {
            None => Self(ttl_secs == 0.0, 0.0),
            Some(expires_ms) if ttl_secs == 0.0 => Self(false, expires_ms),
            Some(expires_ms) => {
                let sealed_ms = expires_ms - ttl_secs * 1e3;
                Self(sealed_ms <= now_ms + SKEW_MS, sealed_ms)
            }
        }
    }
}

fn without_metadata(mut object: Object) -> Object {
    object.remove(METADATA);
    object
}
