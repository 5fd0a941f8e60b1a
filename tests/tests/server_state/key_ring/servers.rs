//! Servers with clocks of their own, and links to one store that can be cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use iron_session::clock::{Clock as _, ManualClock, Timestamp};
use iron_session::error::{KeyRingError, StoreError, UnsealError};
use iron_session::server_state::{
    KeyRing, KeyRingBuilder, LogEntry, LogPage, LogPosition, MemoryStore, Record, RingPassword,
    RingPasswordState, Store,
};
use iron_session::{Passwords, Sealer};
use iron_session_tests::fixtures::{NOW_MS, OTHER_PASSWORD, PASSWORD};

pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the sessions of these tests last.
pub(super) const SESSION: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// The key of the ring's record.
pub(super) const KEY: &str = "keyring";

/// Random numbers from a seed.
#[derive(Debug)]
pub(super) struct Dice(AtomicU64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Returns a number below `end`: splitmix64.
    pub(super) fn below(&self, end: u64) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// A server's link to the store.
#[derive(Clone, Debug)]
pub(super) struct Link {
    store: MemoryStore,
    is_cut: Arc<AtomicBool>,
    is_silent: Arc<AtomicBool>,
    /// Lets other tasks run in between, a random number of times.
    dice: Option<Arc<Dice>>,
}

impl Link {
    pub(super) fn new(store: &MemoryStore) -> Self {
        Self { store: store.clone(), is_cut: Arc::default(), is_silent: Arc::default(), dice: None }
    }

    /// A link whose calls take a random time.
    pub(super) fn slow(store: &MemoryStore, dice: &Arc<Dice>) -> Self {
        Self { dice: Some(Arc::clone(dice)), ..Self::new(store) }
    }

    pub(super) fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::Relaxed);
    }

    /// Lets calls wait for ever, as on a connection whose other end is gone.
    pub(super) fn silence(&self, is_silent: bool) {
        self.is_silent.store(is_silent, Ordering::Relaxed);
    }

    async fn pass(&self) -> Result<&MemoryStore, StoreError> {
        for _ in 0..self.dice.as_ref().map_or(0, |dice| dice.below(4)) {
            tokio::task::yield_now().await;
        }
        if self.is_cut.load(Ordering::Relaxed) {
            return Err(StoreError::new("the link is cut"));
        }
        if self.is_silent.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        Ok(&self.store)
    }
}

impl Store for Link {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        self.pass().await?.append(entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        self.pass().await?.read_log(after, wait).await
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.pass().await?.record(key).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        self.pass().await?.put_record(key, replaces, record).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        self.pass().await?.delete_record(key).await
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        self.pass().await?.records_of(owner).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.pass().await?.claim(key, until).await
    }
}

pub(super) fn master() -> Passwords {
    Passwords::new(PASSWORD).unwrap()
}

pub(super) fn clock_ahead(by: Duration) -> ManualClock {
    ManualClock::at(Timestamp::from_unix_ms(NOW_MS).saturating_add(by))
}

/// A ring with this clock, whose sessions last 14 days. Its task sleeps for longer than a test takes.
pub(super) fn builder(link: &Link, clock: &ManualClock) -> KeyRingBuilder {
    KeyRing::builder(link.clone(), master()).seals_last(SESSION).poll_every(HOUR).clock(clock.clone())
}

/// A server: its link, its clock, and its ring.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) link: Link,
    pub(super) clock: ManualClock,
    pub(super) ring: KeyRing,
    sealer: Sealer,
}

impl Server {
    /// Starts a server whose clock is right.
    pub(super) async fn start(store: &MemoryStore) -> Self {
        let (link, clock) = (Link::new(store), clock_ahead(Duration::ZERO));
        Self::start_with(builder(&link, &clock), link, clock).await.unwrap()
    }

    /// Starts a server when others with a right clock have run for some time. If it creates a ring, its ids
    /// are above 5000, so that they never meet those of a ring that [`start`](Self::start) created.
    pub(super) async fn start_later(store: &MemoryStore, by: Duration) -> Self {
        let (link, clock) = (Link::new(store), clock_ahead(by));
        let former = Passwords::builder().retired("5000", OTHER_PASSWORD).build().unwrap();
        Self::start_with(builder(&link, &clock).former(former), link, clock).await.unwrap()
    }

    pub(super) async fn start_with(
        builder: KeyRingBuilder,
        link: Link,
        clock: ManualClock,
    ) -> Result<Self, KeyRingError> {
        let ring = builder.start().await?;
        let sealer = Sealer::new(ring.passwords()).with_clock(clock.clone()).with_ttl(SESSION);
        Ok(Self { link, clock, ring, sealer })
    }

    /// Waits, and reads the ring then.
    pub(super) async fn wait(&self, duration: Duration) {
        self.clock.advance(duration);
        self.ring.refresh().await.unwrap();
    }

    /// Seals a session, and returns it.
    pub(super) fn seal(&self) -> String {
        self.sealer.seal(&7).unwrap()
    }

    pub(super) fn open(&self, seal: &str) -> Result<u32, UnsealError> {
        self.sealer.unseal(seal)
    }

    pub(super) fn knows(&self, id: u64) -> bool {
        self.ring.passwords().current().ids().any(|found| found.as_str() == id.to_string())
    }

    /// Returns the ids in this state.
    pub(super) fn ids(&self, state: RingPasswordState) -> Vec<u64> {
        let list = self.ring.list();
        list.iter().filter(|password| password.state() == state).map(RingPassword::id).collect()
    }

    /// Returns the id that seals.
    pub(super) fn sealing(&self) -> u64 {
        let [id] = self.ids(RingPasswordState::Seals)[..] else { panic!("{:?}", self.ring.list()) };
        assert_eq!(id, id_of(&self.seal()));
        id
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Returns the id in a seal.
pub(super) fn id_of(seal: &str) -> u64 {
    seal.split('*').nth(1).unwrap().parse().unwrap()
}

/// Checks that every server opens what every server seals.
#[track_caller]
pub(super) fn assert_agree(servers: &[&Server]) {
    for seal in servers.iter().map(|server| server.seal()) {
        for server in servers {
            assert_eq!(server.open(&seal).unwrap(), 7, "{:?}", server.ring.list());
        }
    }
}
