//! Runs the conformance tests on the Redis whose URL is the argument. It is a separate program because
//! the environment variable `SSL_CERT_FILE` names the certificates that it trusts, and a test can't change
//! the environment of its own process.

use std::sync::atomic::{AtomicU32, Ordering};

use iron_session::clock::Timestamp;
use iron_session::server_state::{RedisStore, Store};
use iron_session::testing::check_store;
use iron_session_tests::log::with_sources;

/// The year 2100.
const LATER: Timestamp = Timestamp::from_unix_ms(4_102_444_800_000);

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).unwrap();
    let store = RedisStore::new(&url).unwrap();
    if let Err(error) = store.claim("connected", LATER).await {
        println!("{}", with_sources(&error));
        return;
    }
    let stores = AtomicU32::new(0);
    check_store(async || {
        let store = stores.fetch_add(1, Ordering::Relaxed);
        RedisStore::new(&url).unwrap().with_prefix(&format!("store-{store}:"))
    })
    .await;
    println!("it keeps all promises");
}
