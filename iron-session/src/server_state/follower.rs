//! The task that reads the log, so that requests are judged without it.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::{self, Instant};

use super::handle::Shared;
use super::revocation::{Revocation, secs_at};
use super::store::{LogPage, LogPosition};
use crate::error::{StoreError, UnsealError};
use crate::event;

/// How much longer a read may take before the store counts as away.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause after a read that failed: doubled each time, up to a limit.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause before a log that was restarted is read again: see [`Follower::rebuild`].
const LONGEST_DELAY_MS: u64 = 2000;

/// Reads the log until the state is dropped.
pub(super) async fn follow(shared: Weak<Shared>) {
    let mut follower = Follower { position: None, pause: FIRST_PAUSE, away_since: None, rebuilt: None };
    loop {
        let Some((store, wait)) = shared.upgrade().map(|shared| shared.store_and_wait()) else { return };
        // The start waits for the first read.
        let wait = if follower.position.is_some() { wait } else { Duration::ZERO };
        let began = Instant::now();
        let read = time::timeout(wait + PATIENCE, store.read_log(follower.position.as_ref(), wait)).await;
        let Some(shared) = shared.upgrade() else { return };
        match read.unwrap_or_else(|_| Err(StoreError::timeout())) {
            Ok(page) => follower.apply(&shared, page, began).await,
            Err(error) => follower.wait(&shared, &error).await,
        }
    }
}

struct Follower {
    position: Option<LogPosition>,
    pause: Duration,
    /// Since when the store has not responded.
    away_since: Option<Instant>,
    /// The revocations that a log holds which was read again from its start, because it could not be
    /// continued.
    rebuilt: Option<HashSet<Revocation>>,
}

impl Follower {
    async fn apply(&mut self, shared: &Arc<Shared>, page: LogPage, began: Instant) {
        if let Some(since) = self.away_since.take() {
            event::store_back(since.elapsed());
        }
        self.pause = FIRST_PAUSE;
        if page.restarted {
            self.rebuild().await;
            return;
        }
        let now = secs_at(shared.sealer.now());
        for entry in &page.entries {
            match Revocation::open(entry, &shared.sealer) {
                Ok(Some(revocation)) => {
                    shared.revocations.add(revocation, now);
                    if let Some(rebuilt) = &mut self.rebuilt {
                        rebuilt.insert(revocation);
                    }
                }
                Ok(None) => event::unreadable_revocation(&shared.repeated, shared.sealer.now(), None),
                Err(UnsealError::Expired { .. }) => {}
                Err(error) => {
                    event::unreadable_revocation(&shared.repeated, shared.sealer.now(), Some(&error));
                }
            }
        }
        self.position = Some(page.next);
        if page.is_last {
            if let Some(rebuilt) = self.rebuilt.take() {
                heal(shared, &rebuilt);
            }
            shared.was_read(began);
        }
    }

    /// Begins to read a log again from its start. All servers notice at the same time that it was
    /// restarted, so each waits for a time of its own, and finds what the ones before have appended.
    async fn rebuild(&mut self) {
        self.rebuilt = Some(HashSet::new());
        self.position = None;
        let random = RandomState::new().build_hasher().finish();
        time::sleep(Duration::from_millis(random % LONGEST_DELAY_MS)).await;
    }

    async fn wait(&mut self, shared: &Shared, error: &StoreError) {
        if self.away_since.is_none() {
            self.away_since = Some(Instant::now());
            event::store_away(error);
        }
        shared.notice_staleness();
        time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

/// Appends what this server knows and the log has lost, so that a revocation survives as long as one
/// server knows it.
fn heal(shared: &Arc<Shared>, found: &HashSet<Revocation>) {
    let mut lost = shared.revocations.live(secs_at(shared.sealer.now()));
    lost.retain(|revocation| !found.contains(revocation));
    if !lost.is_empty() {
        event::log_restarted(lost.len());
        for revocation in lost {
            shared.append_later(revocation);
        }
    }
}
