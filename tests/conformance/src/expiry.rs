//! The expiry in a seal.

use crate::file::{MaxAge, Options};

/// How the expiry that iron-session seals relates to the one that is sealed here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    Same,
    /// None, since the cookie goes with the browser; or one that JavaScript rounds.
    Other,
    /// A fraction of a millisecond, which nobody reads.
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
