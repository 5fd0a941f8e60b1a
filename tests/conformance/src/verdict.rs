//! iron-session's result for the seal that it tried, compared with the documented result of
//! this library.

use serde_json::Value;

use crate::file;
use crate::json::{self, Object};
use crate::ours::{NUMBER_TOO_LARGE, Outcome};
use crate::reading::{METADATA, METHODS};
use crate::seals;

/// A payload with a deeper nesting is not a session.
pub(crate) const MAX_DEPTH: usize = 128;

/// iron-session's result for its candidate.
pub(crate) enum Verdict {
    /// It holds this value.
    Opened(Value),
    /// It does not open, for this reason.
    Refused(String),
    /// It opens, but its value can't be a session.
    NoSession,
    /// It was not tried: iron-session rejects the options.
    NotAsked,
}

impl Verdict {
    pub(crate) fn of(read: &file::Read) -> Result<Self, String> {
        Ok(match read {
            file::Read { throws: Some(error), .. } if error.contains("Bad usage") => Self::NotAsked,
            file::Read { throws: Some(_), .. } => Self::NoSession,
            file::Read { reason: Some(reason), .. } => Self::Refused(reason.clone()),
            file::Read { session_json, .. } => {
                Self::Opened(json::parse(session_json.as_deref().unwrap_or("{}"))?)
            }
        })
    }

    /// Compares it with this library's result for the candidate.
    pub(crate) fn check(&self, outcome: &Outcome, token: &str) -> Result<(), String> {
        let reasons: &[&str] = match self {
            Self::NotAsked => return Ok(()),
            _ if !seals::is_spelled_as_written(token) => {
                &["malformed", "missing_chunk", "forged", "unknown_password"]
            }
            Self::NoSession => &["undecodable", NUMBER_TOO_LARGE],
            // iron-session checks the expiry first, so a seal that it calls expired
            // may have other faults too.
            Self::Refused(reason) if reason == "expired" => {
                &["expired", "forged", "malformed", "unknown_password"]
            }
            Self::Refused(reason) if reason == "unknown-password" => &["unknown_password"],
            Self::Refused(_) => {
                &["malformed", "missing_chunk", "forged", "undecodable", NUMBER_TOO_LARGE, "unsupported"]
            }
            Self::Opened(value) if !value.is_object() || json::depth(&value.to_string()) > MAX_DEPTH => {
                &["undecodable", NUMBER_TOO_LARGE]
            }
            Self::Opened(value) if is_newer(value) => &["newer_schema"],
            // `JSON.stringify` writes `Infinity` as `null`.
            Self::Opened(value) if outcome.reason == Some(NUMBER_TOO_LARGE) && holds_null(value) => {
                return Ok(());
            }
            Self::Opened(value) => {
                let visible = |object: &Object| {
                    let names = object.iter().filter(|(name, _)| *name != METADATA);
                    let shown = names.filter(|(name, _)| !METHODS.contains(&name.as_str()));
                    Value::Object(shown.map(|(name, value)| (name.clone(), value.clone())).collect())
                };
                let theirs = value.as_object().map(visible).unwrap_or_default();
                return match outcome.reason {
                    Some(reason) => Err(format!("rejected as {reason}, iron-session read {theirs}")),
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

/// Tells whether the metadata requires a schema newer than the first.
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
