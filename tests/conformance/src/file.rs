//! Reads files of cases.

use std::collections::BTreeMap;
use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::json;

/// A case, or the reason why it can't be read.
pub(crate) enum Case {
    Seal(Box<Seal>),
    Conversation(Box<Conversation>),
    Unreadable { name: String, why: String },
}

/// A seal, and the result from each library.
#[derive(Deserialize)]
pub(crate) struct Seal {
    pub(crate) name: String,
    pub(crate) class: String,
    #[serde(default, rename = "seal")]
    pub(crate) token: String,
    pub(crate) passwords: Passwords,
    /// The clock; any time before 1970 counts as 1970.
    pub(crate) now_ms: f64,
    /// The plaintext, if it is known and is UTF-8.
    pub(crate) plaintext: Option<String>,
    /// The value, as `JSON.stringify` writes it, from the libraries that accept the seal.
    pub(crate) value_json: Option<String>,
    pub(crate) expect: Expect,
}

#[derive(Deserialize)]
pub(crate) struct Expect {
    pub(crate) v9: Outcome,
    pub(crate) v8: Outcome,
    pub(crate) hapi: Outcome,
}

#[derive(Deserialize)]
pub(crate) struct Outcome {
    pub(crate) ok: bool,
    /// iron-session 9's reason for rejecting the seal.
    pub(crate) reason: Option<String>,
    /// The value from this library, if it differs.
    pub(crate) value_json: Option<String>,
}

/// The passwords, as given to each library.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Passwords {
    String(String),
    Map(BTreeMap<String, Secret>),
    BufferHex(String),
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
pub(crate) enum Secret {
    Text(String),
    Buffer { hex: String },
    Split { encryption: Box<Secret>, integrity: Box<Secret> },
}

/// A conversation of a browser with iron-session 9.
#[derive(Deserialize)]
pub(crate) struct Conversation {
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) options: Options,
    pub(crate) requests: Vec<Request>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Options {
    pub(crate) cookie_name: String,
    pub(crate) passwords: Passwords,
    #[serde(default)]
    pub(crate) chunk: bool,
    /// Seconds; 0 is unlimited.
    pub(crate) ttl: Option<f64>,
    #[serde(default, rename = "cookieOptions")]
    pub(crate) cookie: CookieOptions,
}

#[derive(Deserialize, Clone, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CookieOptions {
    pub(crate) domain: Option<String>,
    pub(crate) path: Option<String>,
    #[serde(default, deserialize_with = "said")]
    pub(crate) same_site: Option<Value>,
    pub(crate) secure: Option<bool>,
    pub(crate) http_only: Option<bool>,
    pub(crate) partitioned: Option<bool>,
    pub(crate) priority: Option<Value>,
    #[serde(default)]
    pub(crate) max_age: MaxAge,
    /// ISO 8601, in UTC.
    pub(crate) expires: Option<String>,
}

/// Distinguishes `null` (JavaScript's explicit `undefined`) from a missing member.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize, Clone, Copy, Default, PartialEq)]
#[serde(from = "Option<f64>")]
pub(crate) enum MaxAge {
    /// Missing.
    #[default]
    FollowsTtl,
    /// `null`: JavaScript's explicit `undefined`.
    Undefined,
    Secs(f64),
}

impl From<Option<f64>> for MaxAge {
    fn from(secs: Option<f64>) -> Self {
        secs.map_or(Self::Undefined, Self::Secs)
    }
}

#[derive(Deserialize)]
pub(crate) struct Request {
    pub(crate) now_ms: f64,
    /// The `Cookie` header.
    pub(crate) cookie: String,
    pub(crate) read: Read,
    pub(crate) steps: Vec<Step>,
    /// Options for this request only; they override those of the conversation.
    pub(crate) options: Option<serde_json::Map<String, Value>>,
}

#[derive(Deserialize)]
pub(crate) struct Read {
    pub(crate) session_json: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) throws: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Step {
    pub(crate) op: Op,
    pub(crate) data_json: Option<String>,
    #[serde(default)]
    pub(crate) set_cookie: Vec<String>,
    pub(crate) throws: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    Set,
    Merge,
    Save,
    Destroy,
}

/// Reads a file of seals or of conversations.
pub(crate) fn read(path: &str) -> Result<Vec<Case>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let mut file = json::parse(&text)?;
    match file.get_mut("cases").map(Value::take) {
        Some(Value::Array(cases)) => Ok(cases.into_iter().map(read_case).collect()),
        _ => Err("no list of `cases`".to_owned()),
    }
}

fn read_case(mut case: Value) -> Case {
    let name = case.get("name").and_then(Value::as_str).unwrap_or("a case without a name").to_owned();
    let case = if case.get("requests").is_some() {
        merge_options(&mut case);
        from_value(case).map(|conversation| Case::Conversation(Box::new(conversation)))
    } else {
        from_value(case).map(|seal| Case::Seal(Box::new(seal)))
    };
    case.unwrap_or_else(|why| Case::Unreadable { name, why })
}

/// Fills the options of each request with those of the conversation.
fn merge_options(conversation: &mut Value) {
    let Some(general) = conversation.get("options").and_then(Value::as_object).cloned() else { return };
    let requests = conversation.get_mut("requests").and_then(Value::as_array_mut);
    for request in requests.into_iter().flatten() {
        if let Some(own) = request.get_mut("options").and_then(Value::as_object_mut) {
            for (name, value) in &general {
                own.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
    }
}

pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Returns the clock of a case.
pub(crate) fn clock(now_ms: f64) -> ManualClock {
    ManualClock::at(Timestamp::from_unix_ms(Duration::try_from_secs_f64(now_ms / 1e3).map_or(0, |since| {
        // Rounded, because a tenth of a millisecond has no exact `f64`.
        u64::try_from((since + Duration::from_micros(500)).as_millis()).unwrap_or(u64::MAX)
    })))
}
