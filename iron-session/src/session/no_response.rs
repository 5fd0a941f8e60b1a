//! A request that gets no response: nothing can carry its cookies.

use std::sync::PoisonError;

use super::report::Report;
use super::request::RequestSession;
use super::shared::Shared;
use super::state::State;
use super::verdict;
use crate::codec::IronSession;
use crate::error::{Action, Place};

impl<T: IronSession> RequestSession<T> {
    /// Ends a request whose service failed with an error instead of a response, and logs what
    /// this loses: a `destroy()`, changes that `save()` accepted, or other changes.
    ///
    /// If the error can be turned into a response here, do that and call
    /// [`commit`](Self::commit) instead.
    #[track_caller]
    pub fn end_without_response(&self) {
        let at = Place::caller();
        let mut state =
            self.shared.lock(Action::Committed, at).unwrap_or_else(|_recorded| self.shared.state());
        if std::mem::replace(&mut state.committed, true) {
            return;
        }
        if let Some(conflict) = state.conflict.clone() {
            state.reports.push(Report::Conflict(conflict));
        } else if let Some(lost) = state.promised() {
            state.reports.push(Report::NoResponse(lost));
        } else if verdict::has_unsaved_changes(&self.shared.options, &mut state) {
            state.reports.push(Report::NoResponseForChanges);
        }
    }
}

impl<T> State<T> {
    /// Returns the action that was already confirmed to the application.
    fn promised(&self) -> Option<&'static str> {
        if self.destroyed { Some("`destroy()`") } else { self.saved.as_ref().map(|_| "`save()`") }
    }
}

/// Logs a request that is dropped (the browser disconnected, or a timeout outside the layer)
/// if the application was already told that its session is saved or destroyed. Other changes
/// are not logged: the handler had not finished, and browsers disconnect all the time.
impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let (false, Some(lost)) = (state.committed, state.promised()) {
            crate::event::dropped_request(self.options.cookie_name(), lost);
        }
    }
}
