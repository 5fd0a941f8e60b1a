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

/// Reasons that prove that a cookie was once a session. If a whole cookie has one of them, the
/// search ends before the chunks.
const ONCE_A_SESSION: [&str; 3] = ["expired", "newer_schema", "unsupported"];

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
pub(crate) fn documented(ours: &Ours, name: &str, request: &file::Request) -> Result<Read, String> {
    let verdict = Verdict::of(&request.read)?;
    let theirs = match &verdict {
        Verdict::Opened(value) => value.as_object().cloned().map(without_metadata),
        _ => Some(Object::new()),
    };
    let tried_by_them = header::iron_sessions_candidate(&request.cookie, name);
    if tried_by_them.is_none() && !theirs.as_ref().is_some_and(Object::is_empty) {
        return Err(format!("iron-session read {theirs:?}, but there is no cookie"));
    }
    let (mut is_refused, mut once_a_session) = (false, false);
    for candidate in header::candidates(&request.cookie, name) {
        if once_a_session && !candidate.is_whole {
            break;
        }
        let outcome = ours.read(&candidate.header)?;
        if tried_by_them.as_ref().is_some_and(|theirs| theirs.token == candidate.token) {
            verdict.check(&outcome, &candidate.token)?;
        }
        match outcome.reason {
            None => {
                let received = ours.text(&candidate.token);
                return Ok(Read { session: outcome.session, received, is_refused: false, theirs });
            }
            Some(reason) => once_a_session |= candidate.is_whole && ONCE_A_SESSION.contains(&reason),
        }
        is_refused = true;
    }
    Ok(Read { session: Object::new(), received: None, is_refused, theirs })
}

fn without_metadata(mut object: Object) -> Object {
    object.remove(METADATA);
    object
}
