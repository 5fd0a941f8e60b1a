//! Reports about a locked session: to the log, and to the hook for cookies that do not open.
//!
//! A hook, or a subscriber of `tracing`, may read the session. So reports are collected while
//! the state is locked, and made when it is unlocked.

use crate::error::{Conflict, DecodeError, Place, UnsealError};
use crate::event;
use crate::options::SessionOptions;

/// An event to report.
pub(super) enum Report {
    /// A cookie could not be opened.
    Unreadable(UnsealError),
    /// The browser sent several sessions.
    SeveralSessions,
    /// A member could not be read and its default is used.
    Defaulted(DecodeError),
    /// A change was lost, because the cookie was written by a newer release.
    Kept(&'static str),
    /// Changes were lost, because a response with this status saves none.
    ChangesDropped(u16),
    /// The service failed with an error. This names the lost action.
    NoResponse(&'static str),
    /// The service failed with an error, which lost unsaved changes.
    NoResponseForChanges,
    /// Several handles conflicted.
    Conflict(Conflict),
    /// A handle was written to after the response had left.
    TooLate(Place),
}

/// Reports that were collected. They are made when this is dropped.
pub(super) struct Reports<'a> {
    options: &'a SessionOptions,
    collected: Vec<Report>,
}

impl<'a> Reports<'a> {
    pub(super) fn new(options: &'a SessionOptions) -> Self {
        Self { options, collected: Vec::new() }
    }

    pub(super) fn collect(&mut self, reports: &mut Vec<Report>) {
        self.collected = std::mem::take(reports);
    }
}

impl Drop for Reports<'_> {
    fn drop(&mut self) {
        let cookie = self.options.cookie_name();
        for report in self.collected.drain(..) {
            match report {
                Report::Unreadable(error) => self.options.report_unseal_error(&error),
                Report::SeveralSessions => self.options.report_several_sessions(),
                Report::Defaulted(error) => self.options.report_defaulted(&error),
                Report::Kept(reason) => event::kept(cookie, reason),
                Report::ChangesDropped(status) => event::changes_dropped(cookie, status),
                Report::NoResponse(lost) => event::no_response(cookie, lost),
                Report::NoResponseForChanges => event::no_response_for_changes(cookie),
                Report::Conflict(conflict) => event::conflict(cookie, &conflict),
                Report::TooLate(at) => event::too_late(cookie, at),
            }
        }
    }
}
