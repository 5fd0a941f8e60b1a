//! Redis ends, and comes back: with its data, without it, or with older data.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use iron_session::server_state::{LogPosition, RedisStore, Store};
use iron_session_tests::proxy::Proxy;
use iron_session_tests::redis::Redis;

use super::{append, entry, every_call, in_time, page, rest, set};

/// A server starts while Redis is away.
#[tokio::test]
async fn a_store_needs_no_redis_to_start() {
    let mut redis = Redis::stopped("away");
    let store = RedisStore::new(&redis.url()).unwrap();
    for result in every_call(&store).await {
        result.unwrap_err();
    }
    redis.restart();
    for result in every_call(&store).await {
        result.unwrap();
    }
}

/// Redis is killed again and again while entries are appended and read. With its data, no reader
/// misses an entry, and none starts again.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_continues_when_redis_comes_back_with_its_data() {
    let mut redis = Redis::start("killed");
    let url = redis.url();
    let store = RedisStore::new(&url).unwrap();
    let (_, start, _) = rest(&store, None).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> =
        (0..4).map(|writer| tokio::spawn(write(url.clone(), writer, Arc::clone(&is_over)))).collect();
    let reader = tokio::spawn(follow(url.clone(), start));
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        redis.kill();
        tokio::time::sleep(Duration::from_millis(100)).await;
        redis.restart();
    }
    is_over.store(true, Ordering::SeqCst);
    let mut confirmed = BTreeSet::new();
    for writer in writers {
        confirmed.extend(in_time(writer).await.unwrap());
    }
    store.append(entry("the-end")).await.unwrap();
    let seen = in_time(reader).await.unwrap();
    assert!(confirmed.len() > 20, "the writers have written {}", confirmed.len());
    assert_eq!(confirmed.difference(&seen).next(), None, "the reader has seen all confirmed entries");
    let (live, _, _) = rest(&store, None).await;
    assert_eq!(confirmed.difference(&live).next(), None, "a reader that starts gets them all");
}

/// Appends entries, and returns those that were confirmed.
async fn write(url: String, writer: u32, is_over: Arc<AtomicBool>) -> Vec<String> {
    let store = RedisStore::new(&url).unwrap();
    let mut confirmed = Vec::new();
    for number in 0_u32.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        let text = format!("{writer}-{number}");
        match in_time(store.append(entry(&text))).await {
            Ok(()) => confirmed.push(text),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    confirmed
}

/// Follows the log to the entry `the-end`.
async fn follow(url: String, start: LogPosition) -> BTreeSet<String> {
    let store = RedisStore::new(&url).unwrap();
    let mut position = start;
    let mut seen = BTreeSet::new();
    while !seen.contains("the-end") {
        match in_time(store.read_log(Some(&position), Duration::from_secs(10))).await {
            Ok(page) => {
                assert!(!page.restarted, "no entry was lost, so the log continues");
                seen.extend(page.entries);
                position = page.next;
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    seen
}

#[tokio::test]
async fn an_empty_redis_restarts_the_log() {
    let mut redis = Redis::start("emptied");
    let store = RedisStore::new(&redis.url()).unwrap();
    append(&store, &["1", "2"]).await;
    let (_, position, _) = rest(&store, None).await;
    redis.kill();
    redis.restart_empty();
    let first = page(&store, Some(&position)).await;
    assert!(first.restarted && first.entries.is_empty(), "{first:?}");

    // While a reader waits.
    let waits = store.clone();
    let waits = tokio::spawn(async move { waits.read_log(Some(&first.next), Duration::from_secs(20)).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    redis.command(&["FLUSHALL"]);
    let page = in_time(waits).await.unwrap().unwrap();
    assert!(page.restarted, "{page:?}");
}

/// Another Redis with as many entries.
#[tokio::test]
async fn another_redis_restarts_the_log() {
    let [one, other] = ["one", "other"].map(Redis::start);
    append(&RedisStore::new(&one.url()).unwrap(), &["1", "2", "3"]).await;
    append(&RedisStore::new(&other.url()).unwrap(), &["a", "b", "c"]).await;
    let proxy = Proxy::start(one.port()).await;
    let store = RedisStore::new(&proxy.redis_url()).unwrap();
    let (entries, position, _) = rest(&store, None).await;
    assert_eq!(entries, set(&["1", "2", "3"]));
    proxy.lead_to(other.port());
    let (entries, _, restarted) = rest(&store, Some(&position)).await;
    assert!(restarted);
    assert_eq!(entries, set(&["a", "b", "c"]));
}

/// Redis comes back without its last entries, as after a failover or from a backup, and has as many
/// again when the reader asks.
#[tokio::test]
async fn lost_entries_restart_the_log() {
    let mut redis = Redis::start("backup");
    let store = RedisStore::new(&redis.url()).unwrap();
    append(&store, &["1", "2"]).await;
    redis.kill();
    let backup = redis.data();
    redis.restart();
    let (_, at_two, _) = rest(&store, None).await;
    append(&store, &["3", "4"]).await;
    let (_, at_four, _) = rest(&store, Some(&at_two)).await;
    redis.kill();
    redis.put_back(backup);
    assert!(page(&store, Some(&at_four)).await.restarted, "the entries 3 and 4 are lost");
    append(&store, &["5", "6"]).await;
    let (entries, _, restarted) = rest(&store, Some(&at_four)).await;
    assert!(restarted, "the log has four entries again, but others");
    assert_eq!(entries, set(&["1", "2", "5", "6"]));
    let (entries, _, restarted) = rest(&store, Some(&at_two)).await;
    assert!(!restarted, "a reader that has not seen them continues");
    assert_eq!(entries, set(&["5", "6"]));
}
