//! What the model plays with: clocks that differ, servers, and a store that can lose its content.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use iron_session::clock::{Clock, Timestamp};
use iron_session::error::StoreError;
use iron_session::server_state::{LogEntry, LogPage, LogPosition, MemoryStore, Record, ServerState, Store};
use iron_session::{IronSession, SessionOptions};
use iron_session_tests::Partition;
use iron_session_tests::fixtures::{COOKIE, NOW_MS, passwords};
use tokio::sync::watch;
use tokio::time::Instant;

#[derive(IronSession, Clone)]
#[session(revocable)]
pub(super) struct Account {
    #[session(subject)]
    pub(super) user: Option<u8>,
    pub(super) theme: Option<String>,
}

/// The time of the world, which tokio's paused clock moves on, and which can skip days.
#[derive(Clone, Debug)]
pub(super) struct WorldTime {
    started: Instant,
    skipped_ms: Arc<AtomicU64>,
}

impl WorldTime {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), skipped_ms: Arc::default() }
    }

    pub(super) fn now(&self) -> Timestamp {
        let skipped = Duration::from_millis(self.skipped_ms.load(Ordering::Relaxed));
        Timestamp::from_unix_ms(NOW_MS).saturating_add(self.started.elapsed()).saturating_add(skipped)
    }

    pub(super) fn skip(&self, duration: Duration) {
        self.skipped_ms.fetch_add(u64::try_from(duration.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

/// A clock that is ahead of the world's time.
#[derive(Clone, Debug)]
pub(super) struct AheadClock {
    time: WorldTime,
    ahead_ms: Arc<AtomicU64>,
}

impl AheadClock {
    pub(super) fn new(time: &WorldTime) -> Self {
        Self { time: time.clone(), ahead_ms: Arc::default() }
    }

    pub(super) fn set_ahead(&self, ahead: Duration) {
        self.ahead_ms.store(u64::try_from(ahead.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        self.time.now().saturating_add(Duration::from_millis(self.ahead_ms.load(Ordering::Relaxed)))
    }
}

/// A server with its own clock, and its own way to the store.
pub(super) struct Server {
    pub(super) clock: AheadClock,
    pub(super) way: Partition<LossyStore>,
    pub(super) state: ServerState,
    pub(super) options: SessionOptions,
}

impl Server {
    pub(super) async fn start(clock: AheadClock, way: Partition<LossyStore>) -> Self {
        let state =
            ServerState::builder(way.clone(), passwords()).clock(clock.clone()).start().await.unwrap();
        let options = SessionOptions::builder(COOKIE, passwords()).clock(clock.clone());
        let options = options.server_state(state.clone()).build().unwrap();
        Self { clock, way, state, options }
    }

    /// Loses what only this process knows.
    pub(super) async fn restart(&mut self) {
        let started = Self::start(self.clock.clone(), self.way.clone()).await;
        *self = started;
    }
}

/// A store whose database is replaced now and then.
#[derive(Clone, Debug)]
pub(super) struct LossyStore {
    pub(super) clock: AheadClock,
    content: Arc<Mutex<Content>>,
    /// Wakes readers that wait for the former database.
    replaced: Arc<watch::Sender<()>>,
}

#[derive(Debug)]
struct Content {
    database: MemoryStore,
    log: Vec<LogEntry>,
}

impl LossyStore {
    pub(super) fn new(clock: AheadClock) -> Self {
        let content = Content { database: MemoryStore::with_clock(clock.clone()), log: Vec::new() };
        Self { clock, content: Arc::new(Mutex::new(content)), replaced: Arc::default() }
    }

    /// Replaces the database by another one that holds only some of the entries.
    pub(super) async fn replace(&self, is_kept: impl Fn(usize, &LogEntry) -> bool) {
        let database = MemoryStore::with_clock(self.clock.clone());
        let log = self.content.lock().unwrap().log.clone();
        let kept = log.into_iter().enumerate().filter(|(index, entry)| is_kept(*index, entry));
        let log: Vec<_> = kept.map(|(_, entry)| entry).collect();
        for entry in &log {
            database.append(entry.clone()).await.unwrap();
        }
        *self.content.lock().unwrap() = Content { database, log };
        self.replaced.send_replace(());
    }

    /// Replaces the database by one that has forgotten everything that has ended.
    pub(super) async fn forget_ended(&self) {
        let now = self.clock.now();
        self.replace(|_, entry| entry.until.is_none_or(|until| until > now)).await;
    }

    fn database(&self) -> MemoryStore {
        self.content.lock().unwrap().database.clone()
    }
}

impl Store for LossyStore {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        self.content.lock().unwrap().log.push(entry.clone());
        self.database().append(entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        let mut replaced = self.replaced.subscribe();
        let database = self.database();
        tokio::select! {
            page = database.read_log(after, wait) => page,
            _ = replaced.changed() => Err(StoreError::new("the connection was closed")),
        }
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.database().record(key).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        self.database().put_record(key, replaces, record).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        self.database().delete_record(key).await
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        self.database().records_of(owner).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.database().claim(key, until).await
    }
}
