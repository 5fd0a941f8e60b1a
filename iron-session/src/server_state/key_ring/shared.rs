//! The state that all clones of a ring share: reading it, changing it, and putting it to use.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, watch};

use super::health::Health;
use super::periods::Periods;
use super::reconcile::Found;
use super::ring::Ring;
use super::rules::{Step, View};
use super::{KEY, PURPOSE};
use crate::clock::{Clock, Timestamp};
use crate::error::{KeyRingError, Reason};
use crate::event;
use crate::seal::passwords::Passwords;
use crate::seal::rotating::RotatingPasswords;
use crate::seal::{Sealer, Token};
use crate::server_state::dyn_store::DynStore;
use crate::server_state::store::Record;

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

/// Everything that is needed to read and to write a ring.
pub(super) struct Files {
    pub(super) store: Box<dyn DynStore>,
    pub(super) sealer: Sealer,
    pub(super) clock: Arc<dyn Clock>,
    /// `None` for a tool, which goes by those in the ring.
    pub(super) periods: Option<Periods>,
    pub(super) former: Option<Passwords>,
}

/// The ring that this server has, and the password that it seals with.
pub(super) struct Held {
    pub(super) ring: Ring,
    pub(super) sealing: Option<u64>,
}

/// A change that somebody asked for.
#[derive(Clone, Copy)]
pub(super) enum Change {
    None,
    Rotate,
    Revoke(u64),
}

/// A ring as it was in the store.
pub(super) struct Stored {
    pub(super) ring: Ring,
    /// Whether it is sealed under an older master secret than the one that seals now.
    pub(super) is_outdated: bool,
}

impl Files {
    pub(super) fn former_seals(&self) -> bool {
        self.former.as_ref().is_some_and(|former| former.sealing_id().is_some())
    }

    pub(super) async fn read(&self) -> Result<Option<Stored>, KeyRingError> {
        let Some(record) = self.store.record(KEY).await? else { return Ok(None) };
        let ring = Ring::unseal(&record.text, &self.sealer).map_err(KeyRingError::Unreadable)?;
        if ring.revision != record.revision {
            let what = Reason::new("its number is not the one that is sealed inside it");
            return Err(KeyRingError::TamperedWith { what });
        }
        Ok(Some(Stored { is_outdated: self.is_outdated(&record.text), ring }))
    }

    /// Writes a ring in place of the one with the revision `replaces`. Returns `false` if another one
    /// is there.
    pub(super) async fn write(&self, ring: &Ring, replaces: Option<u64>) -> Result<bool, KeyRingError> {
        let text = ring.seal(&self.sealer)?;
        let record = Record { text, revision: ring.revision, owner: None, until: None };
        Ok(self.store.put_record(KEY, replaces, record).await?)
    }

    /// Only a higher id counts: while the master secret is rotated, two servers that seal with
    /// different ids must not write the ring in turns.
    fn is_outdated(&self, text: &str) -> bool {
        let suffix = format!("_{PURPOSE}");
        let number = |id: &str| id.strip_suffix(suffix.as_str())?.parse::<u64>().ok();
        let passwords = self.sealer.passwords();
        let sealing = passwords.sealing_id().and_then(|id| number(id.as_str()));
        let sealed = Token::parse(text).ok().and_then(|token| number(token.id));
        matches!((sealed, sealing), (Some(sealed), Some(sealing)) if sealed < sealing)
    }

    /// Builds the set of all passwords. Without a sealing password of the ring, the former one seals.
    pub(super) fn set_of(&self, ring: &Ring, sealing: Option<u64>) -> Result<Passwords, KeyRingError> {
        let mut builder = Passwords::builder();
        let former_sealing = self.former.as_ref().and_then(|former| former.sealing_id());
        for (id, password) in self.former.iter().flat_map(Passwords::entries) {
            if id.as_str().parse().is_ok_and(|id| ring.find(id).is_some()) {
                return Err(KeyRingError::FormerId { id: id.to_string() });
            }
            builder = if sealing.is_none() && former_sealing == Some(id) {
                builder.password(id.as_str(), password.clone()).seal_with(id.as_str())
            } else {
                // The others were accepted when the set was built, some of them as retired.
                builder.retired(id.as_str(), password.clone())
            };
        }
        for entry in &ring.entries {
            if let Some(password) = &entry.password {
                builder = builder.password(entry.id.to_string(), password.clone());
            }
        }
        if let Some(id) = sealing {
            builder = builder.seal_with(id.to_string());
        }
        Ok(builder.build()?)
    }
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
                self.put_to_use(self.held.load().ring.clone(), now, &mut health);
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
            let (mut ring, found) = held.ring.reconcile(stored.map(|stored| stored.ring), now);
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
                Change::Revoke(id) => (Some(id), ring.revoke(id, view)?),
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
            self.put_to_use(ring, now, health);
            return Ok(id);
        }
        Err(KeyRingError::Busy)
    }

    /// Gives the passwords of a ring to everybody who uses them.
    fn put_to_use(&self, ring: Ring, now: Timestamp, health: &mut Health) {
        let so_far = self.held.load().sealing;
        let sealing = ring.sealing(now, so_far, self.files.former_seals()).map(|entry| entry.id);
        let set = self.files.set_of(&ring, sealing);
        let replaced = set.and_then(|set| self.passwords.replace(set).map_err(KeyRingError::from));
        if let (Some(id), Ok(true)) = (sealing, &replaced)
            && sealing != so_far
        {
            event::ring_password_seals(id);
        }
        health.replaced(replaced.as_ref().err());
        self.held.store(Arc::new(Held { ring, sealing }));
    }
}

/// Logs what this server wrote.
fn report(steps: &[Step], found: Found, [stored_revision, revision]: [u64; 2]) {
    match found {
        Found::Current | Found::Nothing => {}
        Found::Apart => event::ring_published_again(revision),
        Found::RolledBack => event::ring_rolled_back(stored_revision, revision),
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
