//! The connections: one that all calls share, and one that waits for entries of the log.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisError, ScriptInvocation, Value};
use tokio::time;

use crate::error::{RedisStoreError, StoreError};

/// How long a connection may take, with TLS and the login.
const CONNECT: Duration = Duration::from_secs(2);

/// How long a reply may take.
const REPLY: Duration = Duration::from_secs(2);

/// How long a call may take, with a second attempt.
const CALL: Duration = Duration::from_secs(5);

pub(super) struct Connections {
    client: Client,
    shared: tokio::sync::Mutex<Shared>,
    /// The connection for the next reader that waits.
    waiting: Mutex<Option<MultiplexedConnection>>,
}

#[derive(Default)]
struct Shared {
    /// Counts the connections.
    number: u64,
    connection: Option<MultiplexedConnection>,
}

/// A handle of the shared connection.
struct Handle {
    connection: MultiplexedConnection,
    number: u64,
    /// Whether another call has used it before, so that it may be dead.
    is_used: bool,
}

impl Connections {
    pub(super) fn new(url: &str) -> Result<Self, RedisStoreError> {
        // The error of the crate could show a part of the URL.
        let client = Client::open(url).map_err(|_| {
            // Without TLS, the crate rejects an address that is right otherwise.
            let without_tls = url.replacen("rediss://", "redis://", 1);
            let needs_tls = without_tls != url && Client::open(without_tls).is_ok();
            if needs_tls { RedisStoreError::TlsDisabled } else { RedisStoreError::Url }
        })?;
        #[cfg(feature = "redis-tls")]
        if url.starts_with("rediss:") {
            choose_cryptography();
        }
        Ok(Self { client, shared: tokio::sync::Mutex::default(), waiting: Mutex::default() })
    }

    /// Runs a script, and gives up after some seconds. A script may run twice.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        let call = time::timeout(CALL, self.run_again_if_lost(script)).await;
        call.map_err(|_| StoreError::new("Redis did not reply in time"))?.map_err(StoreError::new)
    }

    /// A connection that was idle may have been closed by Redis, or by a load balancer. So a call
    /// that finds it closed tries once more with a new one.
    async fn run_again_if_lost<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, RedisError> {
        loop {
            let mut handle = self.shared().await?;
            let error = match script.invoke_async(&mut handle.connection).await {
                Ok(result) => return Ok(result),
                Err(error) => error,
            };
            if must_reconnect(&error) {
                self.discard(handle.number).await;
            }
            if !(handle.is_used && error.is_connection_dropped()) {
                return Err(error);
            }
        }
    }

    /// Returns the shared connection, and connects if there is none.
    async fn shared(&self) -> Result<Handle, RedisError> {
        let mut shared = self.shared.lock().await;
        let is_used = shared.connection.is_some();
        let connection = match shared.connection.clone() {
            Some(connection) => connection,
            None => connect(&self.client, Some(REPLY)).await?,
        };
        if !is_used {
            shared.number += 1;
            shared.connection = Some(connection.clone());
        }
        Ok(Handle { connection, number: shared.number, is_used })
    }

    /// Forgets the shared connection, unless another call has replaced it.
    async fn discard(&self, number: u64) {
        let mut shared = self.shared.lock().await;
        if shared.number == number {
            shared.connection = None;
        }
    }

    /// Runs a command that blocks for up to this time. Its connection is not shared meanwhile.
    pub(super) async fn wait(&self, command: &Cmd, blocks_for: Duration) -> Result<(), StoreError> {
        let idle = self.waiting().take();
        let wait = async {
            let mut connection = match idle {
                Some(idle) => idle,
                None => connect(&self.client, None).await?,
            };
            let _: Value = command.query_async(&mut connection).await?;
            Ok::<_, RedisError>(connection)
        };
        let waited = time::timeout(blocks_for.saturating_add(CONNECT).saturating_add(REPLY), wait).await;
        let connection =
            waited.map_err(|_| StoreError::new("Redis did not reply in time"))?.map_err(StoreError::new)?;
        *self.waiting() = Some(connection);
        Ok(())
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Option<MultiplexedConnection>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Chooses `ring` for the process if nobody has chosen. If there were several to choose from, `rustls` would
/// panic.
#[cfg(feature = "redis-tls")]
fn choose_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have chosen meanwhile.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

async fn connect(client: &Client, reply: Option<Duration>) -> Result<MultiplexedConnection, RedisError> {
    let config =
        AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(reply);
    client.get_multiplexed_async_connection_with_config(&config).await
}

/// Whether the next call needs a new connection: this one is broken or silent, or leads to a server
/// that has become a replica.
fn must_reconnect(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error() || error.to_string().contains("READONLY")
}

#[cfg(all(test, not(feature = "redis-tls")))]
mod tests {
    use super::*;

    #[test]
    fn without_the_feature_a_url_that_asks_for_tls_is_refused() {
        for url in ["rediss://localhost", "rediss://:secret@localhost:6380/1"] {
            assert_eq!(Connections::new(url).err(), Some(RedisStoreError::TlsDisabled), "{url}");
        }
    }
}
