//! Events that a cookie causes with every request: one is logged a minute, with the
//! number of those that were not.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;

/// How long no other event of the same kind is logged.
const PAUSE: Duration = Duration::from_secs(60);

/// The events of one cookie's options or of one guard, by their kind.
///
/// Only events are counted, so a request whose cookie is good never takes the lock.
#[derive(Default)]
pub(crate) struct Repeated(Mutex<Vec<Series>>);

struct Series {
    kind: &'static str,
    logged: Timestamp,
    not_logged: u64,
}

/// The events of a kind that were not logged since the last one that was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NotLogged {
    /// Their number; `None` if there were none.
    pub(crate) count: Option<u64>,
    /// When the last one was logged.
    pub(crate) since: Option<Timestamp>,
}

impl Repeated {
    /// Counts an event. Returns `None` if it must not be logged.
    pub(crate) fn count(&self, kind: &'static str, now: Timestamp) -> Option<NotLogged> {
        // The kinds are a handful of names in our own code.
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(series) = kinds.iter_mut().find(|series| series.kind == kind) else {
            kinds.push(Series { kind, logged: now, not_logged: 0 });
            return Some(NotLogged::default());
        };
        // A clock that was set back must not keep the log silent.
        let is_paused = now >= series.logged && now < series.logged.saturating_add(PAUSE);
        if is_paused {
            series.not_logged = series.not_logged.saturating_add(1);
            return None;
        }
        let count = Some(series.not_logged).filter(|count| *count > 0);
        let not_logged = NotLogged { count, since: count.map(|_| series.logged) };
        *series = Series { kind, logged: now, not_logged: 0 };
        Some(not_logged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_is_logged() {
        let (repeated, at) = (Repeated::default(), Timestamp::from_unix_ms);
        assert_eq!(repeated.count("expired", at(100_000)), Some(NotLogged::default()));
        assert_eq!(repeated.count("expired", at(100_000)), None);
        let earlier = repeated.count("expired", at(99_999));
        assert_eq!(earlier, Some(NotLogged { count: Some(1), since: Some(at(100_000)) }));
    }
}
