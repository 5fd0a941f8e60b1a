//! A file or Redis, as the address says.

use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::error::StoreError;
use iron_session::server_state::{FileStore, LogEntry, LogPage, LogPosition, Record, RedisStore, Store};

/// A store of any kind.
#[derive(Clone)]
pub(crate) enum AnyStore {
    File(FileStore),
    Redis(RedisStore),
}

/// Calls a method of the store inside.
macro_rules! call {
    ($store:expr, $method:ident($($argument:expr),*)) => {
        match $store {
            Self::File(store) => store.$method($($argument),*).await,
            Self::Redis(store) => store.$method($($argument),*).await,
        }
    };
}

impl Store for AnyStore {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        call!(self, append(entry))
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        call!(self, read_log(after, wait))
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        call!(self, record(key))
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        call!(self, put_record(key, replaces, record))
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        call!(self, delete_record(key))
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        call!(self, records_of(owner))
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        call!(self, claim(key, until))
    }
}
