//! The revocations that are in force, in memory, where each request is judged.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use arc_swap::ArcSwap;

use super::filter::Filter;
use super::revocation::{FOREVER, Key, Revocation, Target, UnixSecs, start_of, subject_key, subject_start};

/// The parts of the list. A change locks one of them, and so does a request.
const SHARDS: usize = 64;

/// The number of revocations in a part below which it is not searched for those that have ended.
const TIDY_FROM: usize = 64;

/// The number of revocations for which the filter has room at first.
const FIRST_ROOM: usize = 1024;

/// Everything that is revoked.
pub(super) struct Revocations {
    shards: [RwLock<Shard>; SHARDS],
    /// Tells of most keys that they are in no shard.
    filter: ArcSwap<Filter>,
    /// The number of keys that the filter was given. It is locked while the filter changes.
    filtered: Mutex<usize>,
    /// The number of subjects in all shards. If there are none, no request writes its subject as JSON.
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
pub(super) struct Facts<'a, S> {
    /// The name of its cookie.
    pub(super) cookie: &'a str,
    pub(super) id: Option<Key>,
    /// When it was issued; 0 if it does not say.
    pub(super) issued_at: u64,
    /// Writes the JSON text of its subject, if it has one.
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
                drop(shard);
                self.let_pass(&id);
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
                drop(shard);
                self.let_pass(&subject);
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
    pub(super) fn end_of(&self, facts: Facts<'_, impl FnOnce() -> Option<String>>) -> Option<UnixSecs> {
        let ends = |before: &UnixSecs| facts.issued_at < u64::from(*before);
        let all = Some(Before::unpack(self.all.load(Ordering::Acquire)).before).filter(ends);
        let filter = self.filter.load();
        let has_id = |id: &Key| filter.may_contain(start_of(id)) && self.read(id).sessions.contains_key(id);
        all.or_else(|| facts.id.as_ref().is_some_and(has_id).then_some(FOREVER))
            .or_else(|| self.issued_before(&filter, facts.cookie, facts.subject).filter(ends))
    }

    /// Returns the time before which the sessions of a subject are revoked, if any are, given the name of
    /// their cookie and the JSON text of the subject.
    fn issued_before(
        &self,
        filter: &Filter,
        cookie: &str,
        subject: impl FnOnce() -> Option<String>,
    ) -> Option<UnixSecs> {
        if self.subjects.load(Ordering::Acquire) == 0 {
            return None;
        }
        let subject = subject()?;
        if !filter.may_contain(subject_start(&subject)) {
            return None;
        }
        let key = subject_key(cookie, &subject);
        Some(self.read(&key).subjects.get(&key)?.before)
    }

    /// Returns the earliest time at which a new session of a subject can be issued so that it is not
    /// revoked.
    pub(super) fn earliest(&self, cookie: &str, subject: impl FnOnce() -> Option<String>) -> UnixSecs {
        let all = Before::unpack(self.all.load(Ordering::Acquire));
        self.issued_before(&self.filter.load(), cookie, subject).unwrap_or_default().max(all.before)
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
        let len = |shard: &RwLock<Shard>| shard.read().unwrap_or_else(PoisonError::into_inner).len();
        self.shards.iter().map(len).sum()
    }

    /// Inserts a key into the filter, or all keys into a larger one.
    fn let_pass(&self, key: &Key) {
        let mut filtered = self.filtered.lock().unwrap_or_else(PoisonError::into_inner);
        if *filtered >= self.filter.load().room() {
            let len = self.len();
            let larger = Filter::with_room_for(len.saturating_mul(2).max(FIRST_ROOM));
            for shard in &self.shards {
                let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
                let keys = shard.sessions.keys().chain(shard.subjects.keys());
                keys.for_each(|key| larger.insert(start_of(key)));
            }
            self.filter.store(Arc::new(larger));
            *filtered = len;
        }
        self.filter.load().insert(start_of(key));
        *filtered += 1;
    }

    /// Removes what has ended, when the shard has doubled since the last time: in small steps, because
    /// requests wait meanwhile.
    fn tidy(&self, shard: &mut Shard, now: UnixSecs) {
        if shard.len() <= shard.tidy_at.max(TIDY_FROM) {
            return;
        }
        let is_live = |until: UnixSecs| until > now || until == FOREVER;
        let subjects = shard.subjects.len();
        shard.sessions.retain(|_, until| is_live(*until));
        shard.subjects.retain(|_, subject| is_live(subject.until));
        self.subjects.fetch_sub(subjects - shard.subjects.len(), Ordering::AcqRel);
        shard.tidy_at = shard.len().saturating_mul(2);
    }

    fn shard(&self, key: &Key) -> &RwLock<Shard> {
        // The filter uses the other end of this number.
        let index = usize::try_from(start_of(key)).unwrap_or_default() % SHARDS;
        let [any, ..] = &self.shards;
        self.shards.get(index).unwrap_or(any)
    }

    // No code of this crate panics while a shard is locked.

    fn read(&self, key: &Key) -> RwLockReadGuard<'_, Shard> {
        self.shard(key).read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, key: &Key) -> RwLockWriteGuard<'_, Shard> {
        self.shard(key).write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn len(&self) -> usize {
        self.sessions.len() + self.subjects.len()
    }
}

impl Default for Revocations {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| RwLock::default()),
            filter: ArcSwap::default(),
            filtered: Mutex::default(),
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
