//! Appends revocations to the log, and tries again until the store has confirmed them.

use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time;

use super::handle::Shared;
use super::revocation::{Revocation, secs_at};
use crate::error::{RevokeError, StoreError};

/// How long one append may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause after an append that failed: doubled each time, up to a limit.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A revocation that is in force on this server, and that the store has not confirmed.
pub(super) struct Unconfirmed {
    revocation: Revocation,
    /// Who waits for it.
    waiting: Option<oneshot::Sender<()>>,
    _open: Open,
}

/// Counts an append until it is dropped.
struct Open(watch::Sender<usize>);

impl Open {
    fn new(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Waits until the store has confirmed a revocation.
pub(crate) struct Confirmation(oneshot::Receiver<()>);

impl Confirmation {
    /// Waits for up to this time. The revocation is appended in any case, as soon as the store
    /// responds.
    pub(crate) async fn within(self, limit: Duration) -> Result<(), RevokeError> {
        match time::timeout(limit, self.0).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(RevokeError::Unconfirmed),
        }
    }
}

impl Shared {
    /// Puts a revocation into force on this server at once, and begins to append it to the log.
    pub(super) fn begin(self: &Arc<Self>, revocation: Revocation) -> Confirmation {
        self.revocations.add(revocation, secs_at(self.sealer.now()));
        let (confirmed, confirmation) = oneshot::channel();
        let unconfirmed = Unconfirmed { revocation, waiting: Some(confirmed), _open: Open::new(&self.open) };
        let mut pending = Pending { shared: Arc::clone(self), unconfirmed: Some(unconfirmed) };
        // They run side by side, because one may wait for a disk or a network.
        self.runtime.spawn(async move {
            if pending.shared.append(revocation).await.is_ok()
                && let Some(unconfirmed) = pending.unconfirmed.take()
            {
                unconfirmed.confirm();
            }
        });
        Confirmation(confirmation)
    }

    /// Appends revocations that the log has lost. Another server may do it first.
    pub(super) fn restore(&self, lost: Vec<Revocation>) {
        self.lost().extend(lost);
        self.queue(None);
    }

    /// Notes that the log holds a revocation, so that it need not be restored.
    pub(super) fn was_found(&self, revocation: &Revocation) {
        self.lost().remove(revocation);
    }

    /// Returns whether no lost revocation waits to be restored.
    pub(super) fn has_lost_nothing(&self) -> bool {
        self.lost().is_empty()
    }

    fn next_lost(&self) -> Option<(Revocation, Open)> {
        // Before it is removed, so that it is missing nowhere meanwhile.
        let open = Open::new(&self.open);
        let mut lost = self.lost();
        // A set has another order in each process, so servers that restore the same log share the work.
        let next = lost.iter().next().copied()?;
        lost.remove(&next);
        drop(lost);
        Some((next, open))
    }

    fn lost(&self) -> MutexGuard<'_, HashSet<Revocation>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a revocation, or wakes the task that restores lost ones.
    fn queue(&self, unconfirmed: Option<Unconfirmed>) {
        // The queue lives as long as the state.
        let _ = self.unconfirmed.send(unconfirmed);
    }

    async fn append(&self, revocation: Revocation) -> Result<(), StoreError> {
        let entry = revocation.seal(&self.sealer).map_err(StoreError::new)?;
        let appended = self.store.append(entry);
        time::timeout(PATIENCE, appended).await.unwrap_or_else(|_| Err(StoreError::timeout()))
    }
}

/// A revocation that is being appended. If that fails, or its task ends early, it is queued.
struct Pending {
    shared: Arc<Shared>,
    unconfirmed: Option<Unconfirmed>,
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(unconfirmed) = self.unconfirmed.take() {
            self.shared.queue(Some(unconfirmed));
        }
    }
}

impl Unconfirmed {
    fn confirm(self) {
        if let Some(waiting) = self.waiting {
            // Who waited may have given up.
            let _ = waiting.send(());
        }
    }
}

/// Appends what could not be appended at once, and what the log has lost, one after the other. What a
/// request waits for comes first.
pub(super) async fn append_all(
    shared: Weak<Shared>,
    mut queue: mpsc::UnboundedReceiver<Option<Unconfirmed>>,
) {
    while let Some(unconfirmed) = queue.recv().await {
        if let Some(Unconfirmed { revocation, .. }) = unconfirmed {
            append_until_confirmed(&shared, revocation).await;
        }
        if let Some(unconfirmed) = unconfirmed {
            unconfirmed.confirm();
        }
        let Some(lost) = shared.upgrade().map(|shared| shared.next_lost()) else { return };
        if let Some((revocation, _open)) = lost {
            append_until_confirmed(&shared, revocation).await;
            if let Some(shared) = shared.upgrade() {
                shared.queue(None);
            }
        }
    }
}

async fn append_until_confirmed(shared: &Weak<Shared>, revocation: Revocation) {
    let mut pause = FIRST_PAUSE;
    let mut since = None;
    while let Some(shared) = shared.upgrade() {
        let now = secs_at(shared.sealer.now());
        // While it waits, the other servers seal the sessions again.
        let revocation = revocation.kept_longer(now.saturating_sub(*since.get_or_insert(now)));
        shared.revocations.add(revocation, now);
        if revocation.has_ended(now) || shared.append(revocation).await.is_ok() {
            return;
        }
        drop(shared);
        time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
