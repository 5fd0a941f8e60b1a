//! A session that derives serde for purposes of its own.

use std::sync::Arc;

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

/// What serde says, the session says too.
#[derive(IronSession, Serialize, Deserialize, Clone, Default)]
#[session(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", default, rename = "Session", expecting = "a session")]
struct Alike {
    #[session(transient)]
    #[serde(skip)]
    user: Option<Arc<String>>,
    #[session(rename = "uid", alias = "user")]
    #[serde(rename = "uid", alias = "user", default, skip_serializing_if = "Option::is_none")]
    user_id: Option<u64>,
    #[session(with = "iron_session::with::text", default = "one")]
    #[serde(with = "iron_session::with::text", default = "one")]
    account: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cart: Vec<u64>,
}

fn one() -> u64 {
    1
}

/// Serde is for an interface that shows less.
#[derive(IronSession, Serialize, Clone)]
#[session(ignore_serde)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Unlike {
    #[serde(skip)]
    user_id: Option<u64>,
}

fn main() {
    assert_eq!(Alike::canonical("user"), Some("uid"));
    assert_eq!(Unlike::canonical("user_id"), Some("user_id"));
}
