//! The expiry in a seal.

use std::time::Duration;

use iron_session::clock::Clock as _;

use crate::file::{self, MaxAge, Options};

const DEFAULT_TTL: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Checks that a new seal expires after the ttl, or after the session's own lifetime, in
/// seconds. A cookie that lasts until the browser closes keeps the ttl.
pub(crate) fn check(
    token: &str,
    case: &Options,
    now_ms: f64,
    own_lifetime: Option<u64>,
) -> Result<(), String> {
    let ttl = match (own_lifetime, case.ttl) {
        (Some(secs @ 1..), _) => Some(Duration::from_secs(secs)),
        (_, Some(0.0)) => None,
        (_, ttl) => Some(ttl.map_or(DEFAULT_TTL, Duration::from_secs_f64)),
    };
    let now = file::clock(now_ms).now();
    let documented = ttl.map(|ttl| now.saturating_add(ttl).to_string()).unwrap_or_default();
    let found = token.split('*').nth(5);
    if found == Some(documented.as_str()) {
        return Ok(());
    }
    Err(format!("the seal expires at {found:?}, documented as {documented:?}"))
}

/// The relation between iron-session's expiry and ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    Same,
    /// iron-session has none, because the cookie lasts until the browser closes; or it has
    /// one that JavaScript rounds.
    Other,
    /// It has a fraction of a millisecond, which no library can read.
    Unreadable,
}

impl Expiry {
    pub(crate) fn of(case: &Options, now_ms: f64) -> Self {
        const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
        let ttl_ms = case.ttl.map_or(0.0, |secs| secs * 1e3);
        if case.cookie.max_age == MaxAge::Undefined {
            Self::Other
        } else if case.ttl == Some(0.0) {
            Self::Same
        } else if (now_ms + ttl_ms).fract() != 0.0 {
            Self::Unreadable
        } else if now_ms + ttl_ms > MAX_SAFE_INTEGER {
            Self::Other
        } else {
            Self::Same
        }
    }
}
