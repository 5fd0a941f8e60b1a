//! `RedisStore`: what only a server on the network can do wrong.

mod data;
mod network;
mod restarts;
mod secrets;
mod tls;
mod two_servers;

use std::collections::BTreeSet;
use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::error::StoreError;
use iron_session::server_state::{LogEntry, LogPage, LogPosition, Record, RedisStore, Store};

/// The year 2100.
const LATER: Timestamp = Timestamp::from_unix_ms(4_102_444_800_000);

/// Longer than any call should take, also on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);

fn entry(text: &str) -> LogEntry {
    LogEntry { text: text.to_owned(), until: Some(LATER) }
}

fn record(text: &str, revision: u64) -> Record {
    Record { text: text.to_owned(), revision, owner: Some("owner".to_owned()), until: Some(LATER) }
}

async fn append(store: &RedisStore, texts: &[&str]) {
    for text in texts {
        store.append(entry(text)).await.unwrap();
    }
}

/// Reads one page without waiting.
async fn page(store: &RedisStore, after: Option<&LogPosition>) -> LogPage {
    in_time(store.read_log(after, Duration::ZERO)).await.unwrap()
}

/// Reads on to the end. Returns the entries, the position, and whether the log restarted.
async fn rest(store: &RedisStore, after: Option<&LogPosition>) -> (BTreeSet<String>, LogPosition, bool) {
    let mut entries = BTreeSet::new();
    let mut read = page(store, after).await;
    let mut restarted = read.restarted;
    loop {
        entries.extend(read.entries);
        if read.is_last {
            return (entries, read.next, restarted);
        }
        read = page(store, Some(&read.next)).await;
        restarted |= read.restarted;
    }
}

/// Waits for a call, which must return.
async fn in_time<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, call).await.expect("a call returns")
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Calls every method, and returns the results without their values.
async fn every_call(store: &RedisStore) -> Vec<Result<(), StoreError>> {
    vec![
        in_time(store.append(entry("entry"))).await,
        in_time(store.read_log(None, Duration::ZERO)).await.map(drop),
        in_time(store.record("key")).await.map(drop),
        in_time(store.put_record("key", None, record("text", 1))).await.map(drop),
        in_time(store.delete_record("key")).await,
        in_time(store.records_of("owner")).await.map(drop),
        in_time(store.claim("key", LATER)).await.map(drop),
    ]
}
