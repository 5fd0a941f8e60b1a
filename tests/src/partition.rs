//! A store that servers can be cut off from.

use std::sync::Arc;
use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::error::StoreError;
use iron_session::server_state::{LogEntry, LogPage, LogPosition, Record, Store};
use tokio::sync::watch;

/// One server's way to a store, which a test can cut.
#[derive(Clone, Debug)]
pub struct Partition<S> {
    store: S,
    is_cut: Arc<watch::Sender<bool>>,
}

impl<S: Store> Partition<S> {
    /// Connects a server to a store.
    pub fn new(store: S) -> Self {
        Self { store, is_cut: Arc::default() }
    }

    /// Cuts the way, or restores it.
    pub fn cut(&self, is_cut: bool) {
        self.is_cut.send_replace(is_cut);
    }

    fn store(&self) -> Result<&S, StoreError> {
        if *self.is_cut.borrow() { Err(StoreError::new("cut off")) } else { Ok(&self.store) }
    }
}

impl<S: Store> Store for Partition<S> {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        self.store()?.append(entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        let mut is_cut = self.is_cut.subscribe();
        // A read that waits must notice the cut as well.
        tokio::select! {
            page = self.store()?.read_log(after, wait) => page,
            _ = is_cut.wait_for(|is_cut| *is_cut) => Err(StoreError::new("cut off")),
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
