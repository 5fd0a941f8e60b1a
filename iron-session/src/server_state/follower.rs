//! The task that reads the log, so that requests are judged without it.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::{self, Instant};

use super::handle::{Shared, latest_of_others};
use super::revocation::{Revocation, secs_at};
use super::store::{LogPage, LogPosition};
use crate::error::{StoreError, UnsealError};
use crate::event;

/// The shortest time between two reads of a log that has nothing new.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// How much longer a read may take before the store counts as away.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause after a read that failed: doubled each time, up to a limit.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How often a log with entries that can't be opened is read again.
const RETRY_UNREADABLE: Duration = Duration::from_secs(60);

/// The longest pause before a log that was restarted is read again.
const LONGEST_DELAY_MS: u64 = 2000;

/// Reads the log until the state is dropped.
pub(super) async fn follow(shared: Weak<Shared>) {
    let mut follower = Follower::default();
    loop {
        let Some(state) = shared.upgrade() else { return };
        follower.follow_passwords(&state);
        let (store, wait) = state.store_and_wait();
        drop(state);
        // The start waits for the first read.
        let wait = if follower.position.is_some() { wait } else { Duration::ZERO };
        let began = Instant::now();
        let read = time::timeout(wait + PATIENCE, store.read_log(follower.position.as_ref(), wait)).await;
        let Some(shared) = shared.upgrade() else { return };
        match read.unwrap_or_else(|_| Err(StoreError::timeout())) {
            Ok(page) => {
                let is_early = page.entries.is_empty() && began.elapsed() < wait.min(SHORTEST_WAIT);
                follower.apply(&shared, page, began).await;
                if is_early {
                    // A store that does not wait must not be asked without a pause.
                    time::sleep(SHORTEST_WAIT).await;
                }
            }
            Err(error) => follower.wait(&shared, &error).await,
        }
    }
}

#[derive(Default)]
struct Follower {
    position: Option<LogPosition>,
    /// The pause after the last read, if that failed.
    pause: Duration,
    /// The ids of the passwords, and which of them this server had at the last read.
    password_ids: HashSet<String>,
    /// When an entry was found whose password this server lacks.
    unreadable_since: Option<Instant>,
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
        self.pause = Duration::ZERO;
        if page.restarted {
            self.rebuild();
            // All servers notice it at the same time, so each waits for a time of its own, and finds what the
            // ones before have appended.
            let random = RandomState::new().build_hasher().finish();
            time::sleep(Duration::from_millis(random % LONGEST_DELAY_MS)).await;
            return;
        }
        let now = secs_at(shared.sealer.now());
        let latest = latest_of_others(shared.sealer.now());
        for entry in &page.entries {
            match Revocation::open(entry, &shared.sealer) {
                Ok(Some(revocation)) => {
                    shared.was_found(&revocation);
                    // A server whose clock is far ahead must not lock users out of all others.
                    shared.revocations.add(revocation.limited(latest), now);
                    if let Some(rebuilt) = &mut self.rebuilt {
                        rebuilt.insert(revocation);
                    }
                }
                Ok(None) => event::unreadable_revocation(&shared.repeated, shared.sealer.now(), None),
                Err(UnsealError::Expired { .. }) => {}
                Err(error) => {
                    self.unreadable_since.get_or_insert_with(Instant::now);
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

    /// Begins to read the log again from its start, to find what it has lost.
    fn rebuild(&mut self) {
        self.rebuilt = Some(HashSet::new());
        self.position = None;
    }

    /// Reads the log again from its start if other passwords open other entries of it.
    ///
    /// Without a password that was removed, a server that starts can't read what was revoked under it, so
    /// that is appended again. A password that this server lacks may arrive later than the first entry under
    /// it.
    fn follow_passwords(&mut self, shared: &Shared) {
        let ids: HashSet<_> = shared.sealer.passwords().ids().map(|id| id.as_str().to_owned()).collect();
        if !self.password_ids.is_subset(&ids) {
            self.rebuild();
        }
        let is_overdue = |since: Instant| ids != self.password_ids || since.elapsed() > RETRY_UNREADABLE;
        if self.unreadable_since.is_some_and(is_overdue) {
            self.unreadable_since = None;
            self.position = None;
        }
        self.password_ids = ids;
    }

    async fn wait(&mut self, shared: &Shared, error: &StoreError) {
        if self.away_since.is_none() {
            self.away_since = Some(Instant::now());
            event::store_away(error);
        }
        shared.notice_staleness();
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        time::sleep(self.pause).await;
    }
}

/// Appends what this server knows and the log has lost, so that a revocation survives as long as one
/// server knows it.
fn heal(shared: &Arc<Shared>, found: &HashSet<Revocation>) {
    let mut lost = shared.revocations.live(secs_at(shared.sealer.now()));
    lost.retain(|revocation| !found.contains(revocation));
    if !lost.is_empty() {
        event::log_restarted(lost.len());
        shared.restore(lost);
    }
}
