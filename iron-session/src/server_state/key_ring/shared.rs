//! The state that all clones of a ring share: reading it, changing it, and putting it to use.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, watch};

use super::files::Files;
use super::health::Health;
use super::reconcile::Found;
use super::ring::Ring;
use super::rules::{Step, View};
use crate::clock::Timestamp;
use crate::error::KeyRingError;
use crate::event;
use crate::seal::rotating::RotatingPasswords;

/// How often a change is tried again, because others changed the ring at the same time.
const ATTEMPTS: usize = 16;

pub(super) struct Shared {
    pub(super) files: Files,
    pub(super) poll_every: Duration,
    pub(super) passwords: RotatingPasswords,
    pub(super) held: ArcSwap<Held>,
    /// Held while the ring is read and changed, so that a server does one change at a time.
    pub(super) health: Mutex<Health>,
    /// Ends the task, when it is dropped.
    pub(super) _is_in_use: watch::Sender<()>,
}

/// The rings that this server has.
pub(super) struct Held {
    /// The newest one, to compare with the one in the store.
    pub(super) newest: Ring,
    /// The one whose passwords are in use: an older one, if those of the newest can't be used.
    pub(super) in_use: Ring,
    /// The id of the password that seals.
    pub(super) sealing: Option<u64>,
}

/// A change that somebody asked for.
#[derive(Clone, Copy)]
pub(super) enum Change {
    None,
    Rotate,
    Revoke(u64),
}

impl Shared {
    /// Reads the ring, makes a change and everything that is due, and puts the result to use. Returns
    /// the id of the password that was asked for.
    pub(super) async fn update(&self, change: Change) -> Result<Option<u64>, KeyRingError> {
        let mut health = self.health.lock().await;
        let result = self.try_update(change, &mut health).await;
        let now = self.files.clock.now();
        match &result {
            Err(
                error @ (KeyRingError::Store(_)
                | KeyRingError::Unreadable(_)
                | KeyRingError::TamperedWith { .. }),
            ) => {
                health.failed(error, now);
                // The next password may be due to seal, which needs no store.
                // Its own error was logged.
                let _ = self.put_to_use(self.held.load().newest.clone(), now, &mut health);
            }
            _ => health.succeeded(now),
        }
        result
    }

    async fn try_update(&self, change: Change, health: &mut Health) -> Result<Option<u64>, KeyRingError> {
        for _ in 0..ATTEMPTS {
            let stored = self.files.read().await?;
            let now = self.files.clock.now();
            let held = self.held.load_full();
            let replaces = stored.as_ref().map(|stored| stored.ring.revision);
            let is_outdated = stored.as_ref().is_some_and(|stored| stored.is_outdated);
            let (mut ring, found) = held.newest.reconcile(stored.map(|stored| stored.ring), now);
            if found == Found::Nothing {
                // With its old number: if another server has a newer ring, that one must win.
                if self.files.write(&ring, None).await? {
                    event::ring_published_again(ring.revision);
                }
                continue;
            }

            let view = View {
                now,
                periods: self.files.periods.unwrap_or(ring.periods),
                so_far: held.sealing,
                former_seals: self.files.former_seals(),
            };
            let (id, mut steps) = match change {
                Change::None => (None, Vec::new()),
                Change::Rotate => ring.rotate(view).map(|(id, steps)| (Some(id), steps))?,
                Change::Revoke(id) => match ring.revoke(id, view) {
                    Ok(steps) => (Some(id), steps),
                    Err(unknown) => {
                        // It may have been revoked already, and must not be in use here when the caller
                        // learns that it is unknown.
                        self.put_to_use(ring, now, health)?;
                        return Err(unknown);
                    }
                },
            };
            steps.extend(ring.advance(view)?);
            if !steps.is_empty() || is_outdated || found != Found::Current {
                ring.revision = ring.revision.max(replaces.unwrap_or(0)).saturating_add(1);
                ring.periods = view.periods;
                if !self.files.write(&ring, replaces).await? {
                    continue;
                }
                report(&steps, found, [replaces.unwrap_or(0), ring.revision]);
            }
            self.put_to_use(ring, now, health)?;
            return Ok(id);
        }
        Err(KeyRingError::Busy)
    }

    /// Gives the passwords of a ring to everybody who uses them. If they can't be used, those that are in
    /// use stay.
    fn put_to_use(&self, ring: Ring, now: Timestamp, health: &mut Health) -> Result<(), KeyRingError> {
        let held = self.held.load();
        let sealing = ring.sealing(now, held.sealing, self.files.former_seals()).map(|entry| entry.id);
        let set = self.files.set_of(&ring, sealing);
        let replaced = set.and_then(|set| self.passwords.replace(set).map_err(KeyRingError::from));
        if let (Some(id), Ok(true)) = (sealing, &replaced)
            && sealing != held.sealing
        {
            event::ring_password_seals(id);
        }
        health.replaced(replaced.as_ref().err());
        let (in_use, sealing) =
            if replaced.is_ok() { (ring.clone(), sealing) } else { (held.in_use.clone(), held.sealing) };
        self.held.store(Arc::new(Held { newest: ring, in_use, sealing }));
        replaced.map(drop).map_err(|cause| KeyRingError::NotInUse { cause: Box::new(cause) })
    }
}

/// Logs what this server wrote.
fn report(steps: &[Step], found: Found, [stored_revision, revision]: [u64; 2]) {
    match found {
        Found::Current | Found::Nothing => {}
        Found::Apart => event::ring_published_again(revision),
        Found::Older => event::ring_rolled_back(stored_revision, revision),
        Found::Successor => event::ring_succeeded(revision),
    }
    for step in steps {
        match *step {
            Step::Published { id, seals_from } => event::ring_password_published(id, seals_from),
            Step::Revoked { id } => event::ring_password_revoked(id),
            Step::Forgotten { id } => event::ring_password_forgotten(id),
            Step::Kept => {}
        }
    }
}
