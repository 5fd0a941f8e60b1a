//! A store in the memory of one process.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time;

use super::store::{LogEntry, LogPage, LogPosition, Record, Store};
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::error::StoreError;

/// The number of entries in one page of the log.
const PAGE: usize = 1000;

/// Keeps the server state in the memory of one process, for tests and for development. It is lost
/// when the process ends, and no other process sees it.
///
/// Clones share the state, so that several servers in one test can use the same store.
///
/// # Example
///
/// ```
/// # tokio_test::block_on(async {
/// use std::time::{Duration, SystemTime};
///
/// use iron_session::server_state::{MemoryStore, Store};
///
/// let store = MemoryStore::new();
/// let until = SystemTime::now() + Duration::from_secs(60);
/// assert!(store.claim("a link", until.into()).await?);
/// assert!(!store.claim("a link", until.into()).await?);
/// # Ok::<(), iron_session::error::StoreError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: Arc<dyn Clock>,
    content: Mutex<Content>,
    /// Which of this process's stores it is, so that a position in another one is recognised.
    incarnation: u64,
    /// Wakes readers that wait for the end of the log.
    appended: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Content {
    log: BTreeMap<u64, LogEntry>,
    last: u64,
    records: HashMap<String, Record>,
    claims: HashMap<String, Timestamp>,
    /// The number of records and claims above which those that have ended are removed.
    tidy_at: usize,
}

impl MemoryStore {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// Creates an empty store that forgets by this clock.
    pub fn with_clock(clock: impl Clock) -> Self {
        static CREATED: AtomicU64 = AtomicU64::new(0);
        let shared = Shared {
            clock: Arc::new(clock),
            content: Mutex::default(),
            incarnation: CREATED.fetch_add(1, Ordering::Relaxed),
            appended: watch::Sender::new(0),
        };
        Self { shared: Arc::new(shared) }
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        let mut content = self.shared.content.lock().unwrap_or_else(PoisonError::into_inner);
        content.tidy(self.shared.clock.now());
        content
    }

    /// Reads a page of the log. A position is `incarnation:number`.
    fn page(&self, after: Option<&LogPosition>) -> LogPage {
        let incarnation = self.shared.incarnation;
        let content = self.content();
        let number = after.and_then(|after| {
            let (of, number) = after.as_str().split_once(':')?;
            let number = number.parse().ok().filter(|number| *number <= content.last)?;
            (of == incarnation.to_string()).then_some(number)
        });
        let mut rest = content.log.range(number.unwrap_or(0).saturating_add(1)..);
        let page: Vec<_> = rest.by_ref().take(PAGE).collect();
        let is_last = rest.next().is_none();
        let next = page.last().filter(|_| !is_last).map_or(content.last, |(number, _)| **number);
        LogPage {
            entries: page.into_iter().map(|(_, entry)| entry.text.clone()).collect(),
            next: LogPosition::new(format!("{incarnation}:{next}")),
            is_last,
            restarted: after.is_some() && number.is_none(),
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Content {
    /// Removes what has ended, when the content has doubled since the last time.
    fn tidy(&mut self, now: Timestamp) {
        let len = |content: &Self| content.log.len() + content.records.len() + content.claims.len();
        if len(self) <= self.tidy_at {
            return;
        }
        let is_live = |until: Option<Timestamp>| until.is_none_or(|until| until > now);
        self.log.retain(|_, entry| is_live(entry.until));
        self.records.retain(|_, record| is_live(record.until));
        self.claims.retain(|_, until| *until > now);
        self.tidy_at = len(self).saturating_mul(2).max(PAGE);
    }

    fn record(&self, key: &str, now: Timestamp) -> Option<&Record> {
        self.records.get(key).filter(|record| record.until.is_none_or(|until| until > now))
    }
}

impl Store for MemoryStore {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        let mut content = self.content();
        content.last += 1;
        let number = content.last;
        content.log.insert(number, entry);
        drop(content);
        self.shared.appended.send_replace(number);
        Ok(())
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        let mut appended = self.shared.appended.subscribe();
        let page = self.page(after);
        if !page.entries.is_empty() || page.restarted || !page.is_last {
            return Ok(page);
        }
        // An error means that the time is over, or that the store is gone.
        let _ = time::timeout(wait, appended.changed()).await;
        Ok(self.page(after))
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let now = self.shared.clock.now();
        Ok(self.content().record(key, now).cloned())
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        let now = self.shared.clock.now();
        let mut content = self.content();
        let is_expected = content.record(key, now).map(|record| record.revision) == replaces;
        if is_expected {
            content.records.insert(key.to_owned(), record);
        }
        Ok(is_expected)
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        self.content().records.remove(key);
        Ok(())
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        let now = self.shared.clock.now();
        let content = self.content();
        let is_live = |record: &Record| record.until.is_none_or(|until| until > now);
        let of_owner = |record: &Record| record.owner.as_deref() == Some(owner);
        let records = content.records.iter().filter(|(_, record)| of_owner(record) && is_live(record));
        Ok(records.map(|(key, record)| (key.clone(), record.clone())).collect())
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        let now = self.shared.clock.now();
        let mut content = self.content();
        let is_free = content.claims.get(key).is_none_or(|until| *until <= now);
        if is_free {
            content.claims.insert(key.to_owned(), until);
        }
        Ok(is_free)
    }
}
