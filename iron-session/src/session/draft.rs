//! The unpublished changes of one handle.

use std::sync::Arc;

use super::issue::Issue;
use super::shared::Shared;
use super::state::{Content, HandleId};
use crate::codec::{Inherits, IronSession, Lifetime};
use crate::error::Place;
use crate::schema::left_out::LeftOut;

#[derive(Clone)]
pub(super) struct Draft<T> {
    pub(super) value: T,
    pub(super) lifetime: Option<Lifetime>,
    pub(super) inherits: Inherits,
    pub(super) restarted: Option<Arc<Issue>>,
    pub(super) cleared: LeftOut,
    /// The place where it was created.
    at: Place,
    /// Created by a conflicting write, so it is never published.
    pub(super) scratch: bool,
}

impl<T: IronSession> Draft<T> {
    pub(super) fn from_content(content: &Content<T>, at: Place) -> Self {
        Self {
            value: T::clone(&content.value),
            lifetime: content.lifetime,
            inherits: content.inherits,
            restarted: content.restarted.clone(),
            cleared: content.cleared,
            at,
            scratch: false,
        }
    }

    pub(super) fn scratch(content: &Content<T>, at: Place) -> Self {
        Self { scratch: true, ..Self::from_content(content, at) }
    }

    /// Empties it. Nothing of the received session stays.
    pub(super) fn clear(&mut self) {
        self.value = T::empty();
        self.inherits = Inherits::Nothing;
    }

    /// Starts a new session, in which only the kept fields of this one stay.
    pub(super) fn restart(&mut self, issue: Arc<Issue>) {
        let mut before = std::mem::replace(&mut self.value, T::empty());
        self.value.swap_kept(&mut before);
        if self.inherits == Inherits::All {
            self.inherits = Inherits::Kept;
        }
        self.lifetime = None;
        self.restarted = Some(issue);
    }

    pub(super) fn into_content(self) -> Content<T> {
        let Self { value, lifetime, inherits, restarted, mut cleared, .. } = self;
        cleared.add(value.left_out());
        Content { value: Arc::new(value), lifetime, inherits, restarted, cleared }
    }
}

/// Unlocks the state when a closure passed to `update` ends, also if it panics.
pub(super) struct UpdateGuard<'a, T: IronSession> {
    pub(super) shared: &'a Shared<T>,
    pub(super) id: HandleId,
    /// The handle's own changes; `None` once they are published.
    pub(super) draft: &'a mut Option<Draft<T>>,
}

impl<T: IronSession> Drop for UpdateGuard<'_, T> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        self.shared.end_writing(&mut state);
        if let Some(own) = &self.draft {
            self.shared.begin_writing(&mut state, self.id, own.at, own.restarted.clone());
        }
    }
}
