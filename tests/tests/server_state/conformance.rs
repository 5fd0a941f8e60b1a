//! Every store keeps the promises of the trait `Store`.

use std::sync::atomic::{AtomicU32, Ordering};

use iron_session::server_state::{FileStore, MemoryStore, RedisStore};
use iron_session::testing::check_store;
use iron_session_tests::directory::Directory;
use iron_session_tests::redis::Redis;

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_store() {
    check_store(async || MemoryStore::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_store() {
    let directory = Directory::new("conformance");
    let files = AtomicU32::new(0);
    check_store(async || {
        let file = files.fetch_add(1, Ordering::Relaxed);
        FileStore::open(directory.path().join(format!("{file}.redb"))).unwrap()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_redis_store() {
    let redis = Redis::start("conformance");
    let stores = AtomicU32::new(0);
    check_store(async || {
        let store = stores.fetch_add(1, Ordering::Relaxed);
        RedisStore::new(&redis.url()).unwrap().with_prefix(&format!("store-{store}:"))
    })
    .await;
}
