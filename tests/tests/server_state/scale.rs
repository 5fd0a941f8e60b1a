//! The arithmetic of the book's section "How far it goes", checked with many servers on one store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::error::StoreError;
use iron_session::server_state::{LogEntry, LogPage, LogPosition, MemoryStore, Record, ServerState, Store};
use iron_session_tests::fixtures::{COOKIE, passwords};

const SERVERS: usize = 50;
const REVOCATIONS: usize = 200;

/// Counts what goes in and out of a store.
#[derive(Clone, Debug, Default)]
struct Counted {
    store: MemoryStore,
    traffic: Arc<Traffic>,
}

#[derive(Debug, Default)]
struct Traffic {
    appended: AtomicUsize,
    appended_bytes: AtomicUsize,
    read: AtomicUsize,
    read_bytes: AtomicUsize,
}

impl Traffic {
    /// Returns the entries and bytes that were read since the last call.
    fn take_read(&self) -> (usize, usize) {
        (self.read.swap(0, Ordering::Relaxed), self.read_bytes.swap(0, Ordering::Relaxed))
    }
}

impl Store for Counted {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        self.traffic.appended.fetch_add(1, Ordering::Relaxed);
        self.traffic.appended_bytes.fetch_add(entry.text.len(), Ordering::Relaxed);
        self.store.append(entry).await
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        let page = self.store.read_log(after, wait).await?;
        self.traffic.read.fetch_add(page.entries.len(), Ordering::Relaxed);
        let bytes = page.entries.iter().map(String::len).sum();
        self.traffic.read_bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(page)
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.store.record(key).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        self.store.put_record(key, replaces, record).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        self.store.delete_record(key).await
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        self.store.records_of(owner).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.store.claim(key, until).await
    }
}

#[tokio::test(start_paused = true)]
async fn every_server_reads_every_entry_once() {
    let store = Counted::default();
    let mut servers = Vec::new();
    for _ in 0..SERVERS {
        servers.push(ServerState::start(store.clone(), passwords()).await.unwrap());
    }
    assert_eq!(store.traffic.take_read(), (0, 0));
    for user in 0..REVOCATIONS {
        servers[user % SERVERS].revoke_subject(COOKIE, &user).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // A minute in which nothing happens.
    tokio::time::sleep(Duration::from_secs(60)).await;

    assert_eq!(store.traffic.appended.load(Ordering::Relaxed), REVOCATIONS);
    let bytes = store.traffic.appended_bytes.load(Ordering::Relaxed);
    let entry = bytes / REVOCATIONS;
    println!("an entry has {entry} bytes");
    assert!((330..=350).contains(&entry), "the book says 340 bytes: {entry}");
    // Bytes out of the store = servers × entries × bytes of an entry.
    assert_eq!(store.traffic.take_read(), (SERVERS * REVOCATIONS, SERVERS * bytes));
    for server in &servers {
        assert_eq!(server.revocations(), REVOCATIONS);
    }

    // A server that starts reads every entry once, whoever else is there.
    let started = ServerState::start(store.clone(), passwords()).await.unwrap();
    assert_eq!((started.revocations(), store.traffic.take_read()), (REVOCATIONS, (REVOCATIONS, bytes)));
}
