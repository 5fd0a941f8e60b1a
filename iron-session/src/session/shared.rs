//! The lock around the state, and the protocol by which handles take turns.
//!
//! At most one handle at a time may hold unpublished changes. Before a handle writes, it claims
//! that right, and the claim fails if the write would mix with another handle's changes. A
//! closure passed to `update` claims it for a moment, and other threads wait until it returns.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::issue::Issue;
use super::report::{Report, Reports};
use super::state::{Content, HandleId, State, Writer};
use crate::codec::IronSession;
use crate::error::{Action, Conflict, Place};
use crate::options::SessionOptions;

/// The state that all handles of a request share.
pub(super) struct Shared<T> {
    pub(super) options: SessionOptions,
    pub(super) state: Mutex<State<T>>,
    /// Wakes threads that wait for a closure passed to `update` on another thread.
    update_ended: Condvar,
    /// The handle with unpublished changes, or 0. Each read checks it.
    writing: AtomicU64,
    /// Whether a script of a page made the request.
    pub(super) by_script: bool,
}

/// The reason why a handle claims the right to write.
#[derive(Clone, Copy)]
pub(super) enum Claim {
    /// Until the handle publishes. The handle has read this generation of the state, if any.
    Write { read: Option<u64> },
    /// For a closure, which sees the latest state.
    Update,
}

impl<T> Shared<T> {
    pub(super) fn new(options: SessionOptions) -> Self {
        Self {
            options,
            state: Mutex::default(),
            update_ended: Condvar::new(),
            writing: AtomicU64::new(0),
            by_script: false,
        }
    }

    /// Locks the state. No code of this crate panics while it is locked.
    pub(super) fn state(&self) -> Locked<'_, T> {
        Locked::new(self.state.lock().unwrap_or_else(PoisonError::into_inner), &self.options)
    }
}

impl<T: IronSession> Shared<T> {
    /// Locks the state when no closure passed to `update` is running.
    ///
    /// If another thread runs one, this waits for it. If this thread runs one, that closure
    /// called this function, and waiting would never end: this is an application error.
    pub(super) fn lock(&self, action: Action, at: Place) -> Result<Locked<'_, T>, Conflict> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(thread) = state.writer.as_ref().and_then(|writer| writer.updating) {
            if thread == thread::current().id() {
                let conflict = Conflict::InsideUpdate { action, at };
                state.record(conflict.clone());
                return Err(conflict);
            }
            state.waiting += 1;
            state = self.update_ended.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        Ok(Locked::new(state, &self.options))
    }

    /// Locks the state as [`lock`](Self::lock) does, after the cookie was opened and the
    /// resulting events were reported.
    ///
    /// A hook or subscriber may read the session, which would conflict with a claim that was
    /// made before.
    fn lock_open(&self, action: Action, at: Place) -> Result<Locked<'_, T>, Conflict> {
        let mut state = self.lock(action, at)?;
        state.content(&self.options);
        if state.reports.is_empty() {
            return Ok(state);
        }
        drop(state);
        self.lock(action, at)
    }

    /// Claims the right to write for a handle, and returns the published content. Returns it
    /// as an error if the write is not allowed.
    pub(super) fn claim(&self, claim: Claim, handle: HandleId, at: Place) -> Result<Content<T>, Content<T>> {
        let action = match claim {
            Claim::Write { .. } => Action::WrittenTo,
            Claim::Update => Action::Updated,
        };
        let mut state = match self.lock_open(action, at) {
            Ok(state) => state,
            Err(_recorded) => return Err(self.state().content(&self.options)),
        };
        let content = state.content(&self.options);
        let conflict = if state.committed {
            state.reports.push(Report::TooLate(at));
            return Err(content);
        } else if state.destroyed {
            Conflict::Destroyed { at }
        } else if let Some(writer) = state.blocking_writer(handle) {
            Conflict::Unpublished { action, at, writer: writer.at }
        } else {
            match claim {
                Claim::Write { read: Some(generation) } if generation != state.generation => {
                    Conflict::Stale { at, changed: state.changed.unwrap_or(at) }
                }
                Claim::Write { .. } => {
                    self.begin_writing(&mut state, handle, at, None);
                    return Ok(content);
                }
                Claim::Update => {
                    self.begin_update(&mut state, handle, at);
                    return Ok(content);
                }
            }
        };
        state.record(conflict);
        Err(content)
    }

    /// Returns, without locking, whether another handle has unpublished changes.
    pub(super) fn is_written_by_other(&self, handle: HandleId) -> bool {
        let writing = self.writing.load(Ordering::Acquire);
        writing != 0 && writing != handle
    }

    pub(super) fn begin_writing(
        &self,
        state: &mut State<T>,
        handle: HandleId,
        at: Place,
        restarted: Option<Arc<Issue>>,
    ) {
        state.writer = Some(Writer { handle, at, updating: None, restarted });
        self.writing.store(handle, Ordering::Release);
    }

    fn begin_update(&self, state: &mut State<T>, handle: HandleId, at: Place) {
        // This handle may have restarted the session before.
        let restarted = state.writer.take().and_then(|writer| writer.restarted);
        state.writer = Some(Writer { handle, at, updating: Some(thread::current().id()), restarted });
        self.writing.store(0, Ordering::Release);
    }

    pub(super) fn end_writing(&self, state: &mut State<T>) {
        state.writer = None;
        self.writing.store(0, Ordering::Release);
        // Waking is a system call, even if no thread waits.
        if state.waiting > 0 {
            self.update_ended.notify_all();
        }
    }
}

/// The locked state. When it is dropped, it is unlocked first, and then the collected reports
/// are made, because fields are dropped in their order.
pub(super) struct Locked<'a, T> {
    state: MutexGuard<'a, State<T>>,
    deferred: Reports<'a>,
}

impl<'a, T> Locked<'a, T> {
    fn new(state: MutexGuard<'a, State<T>>, options: &'a SessionOptions) -> Self {
        Self { state, deferred: Reports::new(options) }
    }
}

impl<T> Deref for Locked<'_, T> {
    type Target = State<T>;

    fn deref(&self) -> &State<T> {
        &self.state
    }
}

impl<T> DerefMut for Locked<'_, T> {
    fn deref_mut(&mut self) -> &mut State<T> {
        &mut self.state
    }
}

impl<T> Drop for Locked<'_, T> {
    fn drop(&mut self) {
        self.deferred.collect(&mut self.state.reports);
    }
}
