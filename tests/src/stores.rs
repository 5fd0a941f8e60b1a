//! The stores on which every conversation about records runs.

use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::error::StoreError;
use iron_session::server_state::{
    FileStore, LogEntry, LogPage, LogPosition, MemoryStore, Record, RedisStore, Store,
};

use crate::directory::Directory;
use crate::redis::Redis;

/// A kind of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// In memory.
    Memory,
    /// In one file.
    File,
    /// On a real Redis.
    Redis,
}

/// A new store, which ends with its test.
#[derive(Debug)]
pub struct StoreOf {
    /// The store.
    pub store: AnyStore,
    /// Its Redis, if it is on one.
    pub redis: Option<Redis>,
    /// The folder of its file, if it is one.
    pub directory: Option<Directory>,
}

impl StoreKind {
    /// Creates an empty store of this kind.
    pub fn create(self) -> StoreOf {
        match self {
            Self::Memory => {
                StoreOf { store: AnyStore::Memory(MemoryStore::new()), redis: None, directory: None }
            }
            Self::File => {
                let directory = Directory::new("records");
                let store = FileStore::open(directory.path().join("state.redb")).unwrap();
                StoreOf { store: AnyStore::File(store), redis: None, directory: Some(directory) }
            }
            Self::Redis => {
                let redis = Redis::start("records");
                let store = RedisStore::new(&redis.url()).unwrap();
                StoreOf { store: AnyStore::Redis(store), redis: Some(redis), directory: None }
            }
        }
    }
}

/// A store of any kind. Clones are the same store.
#[derive(Clone, Debug)]
pub enum AnyStore {
    /// In memory.
    Memory(MemoryStore),
    /// In one file.
    File(FileStore),
    /// On Redis.
    Redis(RedisStore),
}

/// Calls a method of the store inside.
macro_rules! call {
    ($store:expr, $method:ident($($argument:expr),*)) => {
        match $store {
            Self::Memory(store) => store.$method($($argument),*).await,
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

/// Makes a test of each conversation on each framework and each store.
///
/// A conversation is an `async fn(Framework, StoreKind)`.
#[macro_export]
macro_rules! on_every_store {
    ($($conversation:ident),+ $(,)?) => {
        mod axum {
            $crate::on_every_store! { @framework Axum: $($conversation),+ }
        }

        mod actix {
            $crate::on_every_store! { @framework Actix: $($conversation),+ }
        }

        mod poem {
            $crate::on_every_store! { @framework Poem: $($conversation),+ }
        }

        mod salvo {
            $crate::on_every_store! { @framework Salvo: $($conversation),+ }
        }

        mod rocket {
            $crate::on_every_store! { @framework Rocket: $($conversation),+ }
        }
    };
    (@framework $framework:ident: $($conversation:ident),+) => {
        mod memory {
            $crate::on_every_store! { @store $framework Memory: $($conversation),+ }
        }

        mod file {
            $crate::on_every_store! { @store $framework File: $($conversation),+ }
        }

        mod redis {
            $crate::on_every_store! { @store $framework Redis: $($conversation),+ }
        }
    };
    (@store $framework:ident $store:ident: $($conversation:ident),+) => {
        $(
            #[test]
            fn $conversation() {
                $crate::Framework::$framework.run(|framework| {
                    super::super::$conversation(framework, $crate::stores::StoreKind::$store)
                });
            }
        )+
    };
}
