//! When sessions end, and the time that is left.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use iron_session::Session;
use iron_session::clock::{Clock as _, SystemClock, Timestamp};
use iron_session::session::{Meta, Unreadable};
use serde::Serialize;

use crate::session::{AppSession, Notice};

/// The timeouts of all sessions. They are short, so that you can watch them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timeouts {
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { idle: Duration::from_secs(10 * 60), absolute: Duration::from_secs(60 * 60) }
    }
}

/// The time until a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimeLeft {
    /// If there is no other visit.
    pub(crate) idle_ms: u64,
    /// In any case.
    pub(crate) absolute_ms: u64,
}

impl TimeLeft {
    /// Returns the time that is left of the session that a request brought. `None` if it brought
    /// none, or if it is over.
    pub(crate) fn of(meta: &Meta<AppSession>, timeouts: Timeouts) -> Option<Self> {
        let now = SystemClock.now();
        let until = |end: Timestamp| end.as_unix_ms().saturating_sub(now.as_unix_ms());
        let idle_ms = until(meta.expires_at()?);
        let absolute_ms = until(meta.issued_at()?.saturating_add(timeouts.absolute));
        (idle_ms > 0).then_some(Self { idle_ms, absolute_ms })
    }
}

pub(crate) fn notice() -> Notice {
    Notice::problem("Your session has expired. Please sign in again.")
}

/// A middleware that tells a user on the next page that the session has ended.
///
/// The library accepts a session for a minute after its end, because the clocks of servers differ.
/// This shop has one server, and has shown the user a countdown, so it ends the session on time.
pub(crate) async fn tell_of_the_end(
    mut session: Session<AppSession>,
    request: Request,
    next: Next,
) -> Response {
    let meta = session.meta();
    let is_over = meta.expires_at().is_some_and(|end| end <= SystemClock.now());
    if is_over || meta.unreadable() == Some(Unreadable::Expired) {
        // Nothing of it stays, not even the time of its issue.
        session.clear();
        session.restart();
        session.set_notice(notice());
    }
    drop(session);
    next.run(request).await
}

/// Writes a duration for people: in hours, minutes or seconds, whichever is exact.
pub(crate) fn in_words(duration: Duration) -> String {
    let secs = duration.as_secs();
    let (number, unit) = match secs {
        secs if secs % 3600 == 0 => (secs / 3600, "hour"),
        secs if secs % 60 == 0 => (secs / 60, "minute"),
        secs => (secs, "second"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_in_its_largest_unit() {
        let words = |secs| in_words(Duration::from_secs(secs));
        assert_eq!([3600, 600, 90, 1].map(words), ["1 hour", "10 minutes", "90 seconds", "1 second"]);
    }
}
