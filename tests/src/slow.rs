//! A store that answers late, so that requests overlap.

use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::error::StoreError;
use iron_session::server_state::{LogEntry, LogPage, LogPosition, Record, Store};

/// Lets every other task run before each call that concerns a record. So requests that write at the same
/// time meet in every round: one of them succeeds, and all others must try again.
#[derive(Clone, Debug)]
pub struct Slow<S>(pub S);

async fn wait() {
    for _ in 0..32 {
        tokio::task::yield_now().await;
    }
}

impl<S: Store> Store for Slow<S> {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        self.0.append(entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        self.0.read_log(after, wait).await
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        wait().await;
        self.0.record(key).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        wait().await;
        self.0.put_record(key, replaces, record).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        wait().await;
        self.0.delete_record(key).await
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        self.0.records_of(owner).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.0.claim(key, until).await
    }
}
