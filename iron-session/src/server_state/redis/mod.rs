//! A store on Redis, for any number of servers.

mod connections;
mod keys;
mod log;
mod position;
mod records;
mod scripts;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use self::connections::Connections;
use self::keys::Keys;
use super::store::{LogEntry, LogPage, LogPosition, Record, Store};
use crate::clock::Timestamp;
use crate::error::{RedisStoreError, StoreError};

/// Keeps the server state on Redis 6.2 or newer.
///
/// It connects when it is first used, and again after it lost the connection, so a server starts while
/// Redis is away. A call gives up after five seconds. Reading the log keeps a second connection, which
/// waits for the next entry. Clones share the connections.
///
/// If Redis was emptied, replaced, or restored from a backup, or if it lost entries in a failover, a
/// reader notices it and starts the log again.
///
/// # What Redis must be told
///
/// - `maxmemory-policy noeviction`. With another policy, a full Redis deletes logouts and the marks of
///   used links. With this one, it refuses writes, and the application gets an error.
/// - `appendonly yes`, if logouts must outlive a restart of Redis. With the default
///   `appendfsync everysec`, a computer that loses power loses up to a second. `always` loses nothing.
/// - With replicas, `min-replicas-to-write 1`. Redis confirms a write before its replicas have it, so
///   a failover can lose the last ones. This setting also stops a former primary that has lost its
///   replicas from going on alone.
/// - The address of the primary. A replica accepts no writes.
/// - The right time. Redis removes what has ended by its own clock, and entries of the log a minute
///   later.
///
/// Redis Cluster can't be used: the store does not follow its redirections. A cluster would not divide
/// the load either, because the scripts need several keys at once, so all of them must be on one node. For
/// a Redis that survives the loss of a node, use replicas with a failover, and an address that leads to the
/// primary. The keys begin with the prefix in braces, `{iron-session:}`, so that a proxy before a cluster
/// keeps them on one node.
///
/// # Security
///
/// Everything is sealed or hashed. But whoever may write to Redis can delete logouts and the marks of
/// used links. Give the application a user of its own.
///
/// If others can change what the network carries, use TLS: the feature `redis-tls`, and a URL that begins
/// with `rediss://`. The certificates that the operating system trusts are trusted, or those of the file that
/// the environment variable `SSL_CERT_FILE` names. The store makes `ring` the cryptography of `rustls` in this
/// process, unless the application has called `CryptoProvider::install_default` before.
///
/// # Example
///
/// ```no_run
/// # tokio_test::block_on(async {
/// use std::time::{Duration, SystemTime};
///
/// use iron_session::server_state::{RedisStore, Store};
///
/// let store = RedisStore::new("redis://localhost:6379")?.with_prefix("shop:sessions:");
/// let until = SystemTime::now() + Duration::from_secs(60);
/// assert!(store.claim("a link", until.into()).await?);
/// assert!(!store.claim("a link", until.into()).await?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct RedisStore {
    connections: Arc<Connections>,
    keys: Arc<Keys>,
}

impl RedisStore {
    /// The largest text of a record, in bytes: 16 MiB.
    pub const MAX_RECORD_BYTES: usize = 16 * 1024 * 1024;

    /// Creates a store from a URL: `redis://host:6379`, `redis://user:password@host:6379/1` for the
    /// database 1, `rediss://…` for TLS, or `unix:///run/redis.sock`. It does not connect yet.
    ///
    /// # Errors
    ///
    /// - [`RedisStoreError::Url`]: this is no such URL.
    /// - [`RedisStoreError::TlsDisabled`]: the URL begins with `rediss://`, and the feature
    ///   `redis-tls` is disabled.
    pub fn new(url: &str) -> Result<Self, RedisStoreError> {
        let connections = Arc::new(Connections::new(url)?);
        Ok(Self { connections, keys: Arc::new(Keys::new("iron-session:")) })
    }

    /// Sets the beginning of all keys. The default is `iron-session:`.
    ///
    /// Applications that share a Redis need different ones, and all servers of an application the
    /// same.
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { keys: Arc::new(Keys::new(prefix)), ..self }
    }
}

/// Shows no password.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("keys", &self.keys.prefix).finish_non_exhaustive()
    }
}

impl Store for RedisStore {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        log::append(&self.connections, &self.keys, &entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        log::read(&self.connections, &self.keys, after, wait).await
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        records::read(&self.connections, &self.keys, key).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        records::put(&self.connections, &self.keys, key, replaces, &record).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        records::delete(&self.connections, &self.keys, key).await
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        records::of_owner(&self.connections, &self.keys, owner).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        records::claim(&self.connections, &self.keys, key, until).await
    }
}
