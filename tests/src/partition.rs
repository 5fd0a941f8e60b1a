//! A store that servers can be cut off from.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::error::StoreError;
use iron_session::server_state::{LogEntry, LogPage, LogPosition, Record, Store};

/// One server's way to a store, which a test can cut.
#[derive(Clone, Debug)]
pub struct Partition<S> {
    store: S,
    is_cut: Arc<AtomicBool>,
}

impl<S: Store> Partition<S> {
    /// Connects a server to a store.
    pub fn new(store: S) -> Self {
        Self { store, is_cut: Arc::default() }
    }

    /// Cuts the way, or restores it.
    pub fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::SeqCst);
    }

    fn store(&self) -> Result<&S, StoreError> {
        if self.is_cut.load(Ordering::SeqCst) { Err(StoreError::new("cut off")) } else { Ok(&self.store) }
    }
}

impl<S: Store> Store for Partition<S> {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        self.store()?.append(entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        // A read that waits must notice the cut as well.
        let mut left = wait;
        loop {
            let step = left.min(Duration::from_millis(10));
            let page = self.store()?.read_log(after, step).await?;
            left -= step;
            self.store()?;
            if left.is_zero() || !page.entries.is_empty() || page.restarted || !page.is_last {
                return Ok(page);
            }
        }
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.store()?.record(key).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        self.store()?.put_record(key, replaces, record).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        self.store()?.delete_record(key).await
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        self.store()?.records_of(owner).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.store()?.claim(key, until).await
    }
}
