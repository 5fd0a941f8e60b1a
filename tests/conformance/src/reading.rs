//! What a request's cookies are documented to read as.
//!
//! iron-session's own answer says what the candidate that it tried holds. Of the
//! candidates that it did not try, each is judged alone: what is documented of them
//! is the order and the number in which they are tried, and which of them counts.

use serde_json::Value;

use crate::file;
use crate::header;
use crate::json::{self, Object};
use crate::ours::{Ours, Outcome};
use crate::seals;

/// The name of the member that holds metadata, which a session does not show.
pub(crate) const METADATA: &str = "$";

/// Members that iron-session's own methods shadow when it reads.
pub(crate) const METHODS: [&str; 3] = ["save", "destroy", "updateConfig"];

/// Reasons that say that a cookie once was a session. A whole cookie of which
/// that is true ends the search before the chunks.
const ONCE_A_SESSION: [&str; 3] = ["expired", "newer_schema", "unsupported"];

/// A payload nested deeper is no session.
pub(crate) const MAX_DEPTH: usize = 128;

pub(crate) struct Read {
    pub(crate) session: Object,
    /// The payload's text; `None` where no cookie opened.
    pub(crate) received: Option<String>,
    /// Whether candidates were tried, and none opened.
    pub(crate) is_refused: bool,
    /// iron-session's session, metadata left out; `None` if it is no object.
    pub(crate) theirs: Option<Object>,
}

impl Read {
    /// The metadata that was received.
    pub(crate) fn metadata(&self) -> Option<Value> {
        json::parse(self.received.as_deref()?).ok()?.get_mut(METADATA).map(Value::take)
    }
}

/// Reads what is documented, and checks what iron-session says about it.
pub(crate) fn documented(ours: &Ours, name: &str, request: &file::Request) -> Result<Read, String> {
    let verdict = Verdict::of(&request.read)?;
    let theirs = match &verdict {
        Verdict::Opened(value) => value.as_object().cloned().map(without_metadata),
        _ => Some(Object::new()),
    };
    let tried_by_them = header::iron_sessions_candidate(&request.cookie, name);
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

/// What iron-session said about the candidate that it tried.
enum Verdict {
    /// It holds this.
    Opened(Value),
    /// It does not open, for this reason.
    Refused(String),
    /// It opens, but holds nothing that could be a session.
    NoSession,
    /// It was not looked at: iron-session does not take the options.
    NotAsked,
}

impl Verdict {
    fn of(read: &file::Read) -> Result<Self, String> {
        Ok(match read {
            file::Read { throws: Some(error), .. } if error.contains("Bad usage") => Self::NotAsked,
            file::Read { throws: Some(_), .. } => Self::NoSession,
            file::Read { reason: Some(reason), .. } => Self::Refused(reason.clone()),
            file::Read { session_json, .. } => {
                Self::Opened(json::parse(session_json.as_deref().unwrap_or("{}"))?)
            }
        })
    }

    /// Compares with what this crate makes of the candidate.
    fn check(&self, outcome: &Outcome, token: &str) -> Result<(), String> {
        let reasons: &[&str] = match self {
            Self::NotAsked => return Ok(()),
            _ if !seals::is_spelled_as_written(token) => &["malformed", "forged", "unknown_password"],
            Self::NoSession => &["undecodable"],
            // It looks at the expiry first, so what it calls expired may be wrong in
            // other ways as well.
            Self::Refused(reason) if reason == "expired" => {
                &["expired", "forged", "malformed", "unknown_password"]
            }
            Self::Refused(reason) if reason == "unknown-password" => &["unknown_password"],
            Self::Refused(_) => &["malformed", "forged", "undecodable", "unsupported"],
            Self::Opened(value) if !value.is_object() || json::depth(&value.to_string()) > MAX_DEPTH => {
                &["undecodable"]
            }
            Self::Opened(value) if is_newer(value) => &["newer_schema"],
            // `JSON.stringify` writes `Infinity` as `null`.
            Self::Opened(value) if outcome.reason == Some("undecodable") && holds_null(value) => {
                &["undecodable"]
            }
            Self::Opened(value) => {
                let visible = |object: &Object| {
                    let names = object.iter().filter(|(name, _)| *name != METADATA);
                    let shown = names.filter(|(name, _)| !METHODS.contains(&name.as_str()));
                    Value::Object(shown.map(|(name, value)| (name.clone(), value.clone())).collect())
                };
                let theirs = value.as_object().map(visible).unwrap_or_default();
                return match outcome.reason {
                    Some(reason) => Err(format!("refused as {reason}, iron-session read {theirs}")),
                    None if json::same(&visible(&outcome.session), &theirs) => Ok(()),
                    None => Err(format!("read as {:?}, iron-session read {theirs}", outcome.session)),
                };
            }
        };
        match outcome.reason {
            Some(reason) if reasons.contains(&reason) => Ok(()),
            found => Err(format!("reading ended as {found:?}, documented as one of {reasons:?}")),
        }
    }
}

/// Tells whether the metadata says that a newer schema is needed than the first.
fn is_newer(value: &Value) -> bool {
    let number = |name| value.get(METADATA)?.get(name)?.as_u64();
    number("v").is_some_and(|version| version > 1) && number("r").is_none_or(|oldest| oldest > 1)
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}
