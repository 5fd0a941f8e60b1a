//! What iron-session said about the seal that it tried, and whether this crate says
//! what is documented beside it.

use serde_json::Value;

use crate::file;
use crate::json::{self, Object};
use crate::ours::{NUMBER_TOO_LARGE, Outcome};
use crate::reading::{METADATA, METHODS};
use crate::seals;

/// A payload nested deeper is no session.
pub(crate) const MAX_DEPTH: usize = 128;

/// What iron-session said about the candidate that it tried.
pub(crate) enum Verdict {
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

    /// Compares with what this crate makes of the candidate.
    pub(crate) fn check(&self, outcome: &Outcome, token: &str) -> Result<(), String> {
        let reasons: &[&str] = match self {
            Self::NotAsked => return Ok(()),
            _ if !seals::is_spelled_as_written(token) => &["malformed", "forged", "unknown_password"],
            Self::NoSession => &["undecodable", NUMBER_TOO_LARGE],
            // It looks at the expiry first, so what it calls expired may be wrong in
            // other ways as well.
            Self::Refused(reason) if reason == "expired" => {
                &["expired", "forged", "malformed", "unknown_password"]
            }
            Self::Refused(reason) if reason == "unknown-password" => &["unknown_password"],
            Self::Refused(_) => &["malformed", "forged", "undecodable", NUMBER_TOO_LARGE, "unsupported"],
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
