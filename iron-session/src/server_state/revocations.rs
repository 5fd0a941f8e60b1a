//! The revocations that are in force, in memory, where each request is judged.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::revocation::{FOREVER, Key, Revocation, Target, UnixSecs};

/// The parts of the list. A change locks one of them, and so does a request.
const SHARDS: usize = 64;

/// The number of revocations in a part below which it is not searched for those that have ended.
const TIDY_FROM: usize = 64;

/// Everything that is revoked.
pub(super) struct Revocations {
    shards: [RwLock<Shard>; SHARDS],
    /// The number of subjects in all shards. Most requests need not compute the key of theirs.
    subjects: AtomicUsize,
    /// `before` and `until` of the revocation of every session, in one number.
    all: AtomicU64,
    /// The latest time before which any session is revoked.
    latest: AtomicU32,
}

#[derive(Default)]
struct Shard {
    /// The ids of sessions, with the time until which each is kept.
    sessions: HashMap<Key, UnixSecs>,
    subjects: HashMap<Key, Before>,
    /// The number of revocations at which those that have ended are removed.
    tidy_at: usize,
}

/// Ends the sessions that were issued before a time.
#[derive(Clone, Copy, Default)]
struct Before {
    before: UnixSecs,
    until: UnixSecs,
}

/// What a session says of itself.
pub(super) struct Facts<S> {
    pub(super) id: Option<Key>,
    /// When it was issued; 0 if it does not say.
    pub(super) issued_at: u64,
    /// Computes the key of its subject, if it has one.
    pub(super) subject: S,
}

impl Revocations {
    /// Adds a revocation.
    pub(super) fn add(&self, Revocation { target, until }: Revocation, now: UnixSecs) {
        match target {
            Target::Session(id) => {
                let mut shard = self.write(&id);
                let kept = shard.sessions.entry(id).or_default();
                *kept = until.max(*kept);
                self.tidy(&mut shard, now);
            }
            Target::Subject(subject, before) => {
                self.latest.fetch_max(before, Ordering::AcqRel);
                let mut shard = self.write(&subject);
                match shard.subjects.entry(subject) {
                    Entry::Occupied(mut kept) => kept.get_mut().extend(before, until),
                    Entry::Vacant(free) => {
                        free.insert(Before { before, until });
                        self.subjects.fetch_add(1, Ordering::Release);
                    }
                }
                self.tidy(&mut shard, now);
            }
            Target::All(before) => {
                self.latest.fetch_max(before, Ordering::AcqRel);
                let _ = self.all.fetch_update(Ordering::AcqRel, Ordering::Acquire, |packed| {
                    let mut all = Before::unpack(packed);
                    all.extend(before, until);
                    Some(all.pack())
                });
            }
        }
    }

    /// Returns what has ended a session: the time before which it was issued, or [`FOREVER`] if it is
    /// revoked by its id.
    pub(super) fn end_of(&self, facts: Facts<impl FnOnce() -> Option<Key>>) -> Option<UnixSecs> {
        let ends = |before: &UnixSecs| facts.issued_at < u64::from(*before);
        let all = Some(Before::unpack(self.all.load(Ordering::Acquire)).before).filter(ends);
        let is_ended = || facts.id.is_some_and(|id| self.read(&id).sessions.contains_key(&id));
        all.or_else(|| is_ended().then_some(FOREVER))
            .or_else(|| self.issued_before(facts.subject).filter(ends))
    }

    /// Returns the time before which the sessions of a subject are revoked, if any are.
    fn issued_before(&self, subject: impl FnOnce() -> Option<Key>) -> Option<UnixSecs> {
        if self.subjects.load(Ordering::Acquire) == 0 {
            return None;
        }
        let subject = subject()?;
        Some(self.read(&subject).subjects.get(&subject)?.before)
    }

    /// Returns the earliest time at which a new session of a subject can be issued so that it is not
    /// revoked.
    pub(super) fn earliest(&self, subject: impl FnOnce() -> Option<Key>) -> UnixSecs {
        let all = Before::unpack(self.all.load(Ordering::Acquire));
        self.issued_before(subject).unwrap_or_default().max(all.before)
    }

    /// Returns the latest time before which any session is revoked: no new session of this server is
    /// dated later, unless its clock is.
    pub(super) fn latest(&self) -> UnixSecs {
        self.latest.load(Ordering::Acquire)
    }

    /// Returns every revocation that has not ended.
    pub(super) fn live(&self, now: UnixSecs) -> Vec<Revocation> {
        let mut live = Vec::new();
        let all = Before::unpack(self.all.load(Ordering::Acquire));
        if all.before > 0 {
            live.push(Revocation { target: Target::All(all.before), until: all.until });
        }
        for shard in &self.shards {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            live.extend(
                shard
                    .sessions
                    .iter()
                    .map(|(id, until)| Revocation { target: Target::Session(*id), until: *until }),
            );
            live.extend(shard.subjects.iter().map(|(subject, Before { before, until })| Revocation {
                target: Target::Subject(*subject, *before),
                until: *until,
            }));
        }
        live.retain(|revocation| !revocation.has_ended(now));
        live
    }

    /// Returns the number of revocations that are kept.
    pub(super) fn len(&self) -> usize {
        let len = |shard: &RwLock<Shard>| {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            shard.sessions.len() + shard.subjects.len()
        };
        self.shards.iter().map(len).sum()
    }

    /// Removes what has ended, when the shard has doubled since the last time: in small steps, because
    /// requests wait meanwhile.
    fn tidy(&self, shard: &mut Shard, now: UnixSecs) {
        let len = shard.sessions.len() + shard.subjects.len();
        if len <= shard.tidy_at.max(TIDY_FROM) {
            return;
        }
        let is_live = |until: UnixSecs| until > now || until == FOREVER;
        let subjects = shard.subjects.len();
        shard.sessions.retain(|_, until| is_live(*until));
        shard.subjects.retain(|_, subject| is_live(subject.until));
        self.subjects.fetch_sub(subjects - shard.subjects.len(), Ordering::AcqRel);
        shard.tidy_at = (shard.sessions.len() + shard.subjects.len()).saturating_mul(2);
    }

    fn shard(&self, key: &Key) -> &RwLock<Shard> {
        // The bits of an id are random, and those of a subject's key are a hash.
        let [first, ..] = key;
        let [any, ..] = &self.shards;
        self.shards.get(usize::from(*first) % SHARDS).unwrap_or(any)
    }

    // No code of this crate panics while a shard is locked.

    fn read(&self, key: &Key) -> RwLockReadGuard<'_, Shard> {
        self.shard(key).read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, key: &Key) -> RwLockWriteGuard<'_, Shard> {
        self.shard(key).write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Revocations {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| RwLock::default()),
            subjects: AtomicUsize::new(0),
            all: AtomicU64::new(0),
            latest: AtomicU32::new(0),
        }
    }
}

impl Before {
    fn extend(&mut self, before: UnixSecs, until: UnixSecs) {
        self.before = self.before.max(before);
        self.until = self.until.max(until);
    }

    fn pack(self) -> u64 {
        u64::from(self.before) << 32 | u64::from(self.until)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the halves of the number")]
    fn unpack(packed: u64) -> Self {
        Self { before: (packed >> 32) as UnixSecs, until: packed as UnixSecs }
    }
}
