//! Appends revocations to the log, and tries again until the store has confirmed them.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
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
    /// Who waits for it; dropped when it is confirmed.
    waiting: Option<oneshot::Sender<()>>,
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
        let unconfirmed = Unconfirmed { revocation, waiting: Some(confirmed) };
        let shared = Arc::clone(self);
        match Handle::try_current() {
            // They run side by side, because one may wait for a disk or a network.
            Ok(runtime) => drop(runtime.spawn(async move {
                match shared.append(revocation).await {
                    Ok(()) => unconfirmed.confirm(),
                    Err(_) => shared.queue(unconfirmed),
                }
            })),
            Err(_) => self.queue(unconfirmed),
        }
        Confirmation(confirmation)
    }

    /// Appends a revocation after all others that the store has not confirmed.
    pub(super) fn append_later(&self, revocation: Revocation) {
        self.queue(Unconfirmed { revocation, waiting: None });
    }

    fn queue(&self, unconfirmed: Unconfirmed) {
        // The queue lives as long as the state.
        let _ = self.unconfirmed.send(unconfirmed);
    }

    async fn append(&self, revocation: Revocation) -> Result<(), StoreError> {
        let entry = revocation.seal(&self.sealer).map_err(StoreError::new)?;
        let appended = self.store.append(entry);
        time::timeout(PATIENCE, appended).await.unwrap_or_else(|_| Err(StoreError::timeout()))
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

/// Appends what could not be appended at once, one after the other.
pub(super) async fn append_all(shared: Weak<Shared>, mut queue: mpsc::UnboundedReceiver<Unconfirmed>) {
    let mut pause = FIRST_PAUSE;
    while let Some(unconfirmed) = queue.recv().await {
        loop {
            let Some(shared) = shared.upgrade() else { return };
            if unconfirmed.revocation.has_ended(secs_at(shared.sealer.now())) {
                break;
            }
            match shared.append(unconfirmed.revocation).await {
                Ok(()) => {
                    pause = FIRST_PAUSE;
                    break;
                }
                Err(_) => drop(shared),
            }
            time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        unconfirmed.confirm();
    }
}
