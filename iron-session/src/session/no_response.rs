//! A request that gets no response: nothing can carry its cookies.

use std::panic::Location;
use std::sync::PoisonError;

use super::commit;
use super::report::Report;
use super::request::{RequestSession, Shared};
use super::state::State;
use crate::schema::IronSession;

impl<T: IronSession> RequestSession<T> {
    /// Ends a request whose service failed with an error in place of a response, and
    /// logs what is lost by it: a `destroy()`, what `save()` accepted, or changes.
    ///
    /// Where the error can become a response here, make one and
    /// [`commit`](Self::commit) in its stead.
    #[track_caller]
    pub fn end_without_response(&self) {
        let at = Location::caller();
        let mut state = self.shared.lock("committed", at).unwrap_or_else(|_recorded| self.shared.state());
        if std::mem::replace(&mut state.committed, true) {
            return;
        }
        if let Some(conflict) = state.conflict.clone() {
            state.reports.push(Report::Conflict(conflict));
        } else if let Some(lost) = state.promised() {
            state.reports.push(Report::NoResponse(lost));
        } else if commit::has_unsaved_changes(&self.shared.options, &mut state) {
            state.reports.push(Report::NoResponseForChanges);
        }
    }
}

impl<T> State<T> {
    /// Returns what the application was told that would be done.
    fn promised(&self) -> Option<&'static str> {
        if self.destroyed { Some("`destroy()`") } else { self.saved.as_ref().map(|_| "`save()`") }
    }
}

/// A request that is dropped on its way (a browser that went away, a timeout outside the
/// layer) is logged where the application was told otherwise. Mere changes are not: the
/// handler had not finished, and browsers go away all the time.
impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let (false, Some(lost)) = (state.committed, state.promised()) {
            crate::event::dropped_request(self.options.cookie_name(), lost);
        }
    }
}
