//! The promises about records.

use std::sync::Arc;

use super::{at_once, confirmed, earlier, later, soon};
use crate::clock::Timestamp;
use crate::server_state::{Record, Store};

pub(super) async fn check<S: Store>(empty: &impl AsyncFn() -> S) {
    a_record_is_written_over_its_revision(&empty().await).await;
    a_record_is_kept_as_it_was_written(&empty().await).await;
    a_record_that_has_ended_can_be_replaced(&empty().await).await;
    records_are_found_by_their_owner(&empty().await).await;
    only_one_of_several_writers_wins(Arc::new(empty().await)).await;
}

pub(super) fn record(text: &str, revision: u64, owner: Option<&str>) -> Record {
    Record { text: text.to_owned(), revision, owner: owner.map(str::to_owned), until: Some(later()) }
}

pub(super) async fn read<S: Store>(store: &S, key: &str) -> Option<Record> {
    confirmed(soon("`record` returns", store.record(key)).await, "record")
}

pub(super) async fn put<S: Store>(store: &S, key: &str, replaces: Option<u64>, record: &Record) -> bool {
    let put = store.put_record(key, replaces, record.clone());
    confirmed(soon("`put_record` returns", put).await, "put_record")
}

pub(super) async fn delete<S: Store>(store: &S, key: &str) {
    confirmed(soon("`delete_record` returns", store.delete_record(key)).await, "delete_record");
}

/// Returns the records of an owner, in the order of their keys.
pub(super) async fn of_owner<S: Store>(store: &S, owner: &str) -> Vec<(String, Record)> {
    let mut records = confirmed(soon("`records_of` returns", store.records_of(owner)).await, "records_of");
    records.sort_by(|(one, _), (other, _)| one.cmp(other));
    records
}

async fn a_record_is_written_over_its_revision<S: Store>(store: &S) {
    let [first, second, third] = [1, 2, 3].map(|revision| record("text", revision, None));
    assert_eq!(read(store, "key").await, None, "a store is empty at first");
    assert!(!put(store, "key", Some(1), &second).await, "a record that does not exist is not replaced");
    assert!(put(store, "key", None, &first).await, "a record that does not exist is created");
    assert!(!put(store, "key", None, &second).await, "a record that exists is not created");
    assert!(!put(store, "key", Some(7), &second).await, "a record of another revision is not replaced");
    assert_eq!(read(store, "key").await, Some(first), "a write that is refused changes nothing");
    assert!(put(store, "key", Some(1), &second).await, "a record of this revision is replaced");
    assert!(!put(store, "key", Some(1), &third).await, "a record of an older revision is not replaced");
    assert_eq!(read(store, "key").await, Some(second), "the newest record is read");
    delete(store, "key").await;
    assert_eq!(read(store, "key").await, None, "a deleted record is gone");
    delete(store, "key").await;
    assert!(!put(store, "key", Some(2), &third).await, "a deleted record is not replaced");
    assert!(put(store, "key", None, &third).await, "a deleted record can be created again");
}

async fn a_record_is_kept_as_it_was_written<S: Store>(store: &S) {
    let visible: String = ('!'..='~').collect();
    let longest = "k".repeat(S::MAX_KEY_BYTES);
    let keys = ["key", "KEY", "ke", "key%", "k_y", "a:b", "a:b:c", visible.as_str(), longest.as_str()];
    let text = |key: &str| format!("text of {key}").replace(' ', "-");
    for (revision, key) in (0..).zip(keys) {
        assert!(put(store, key, None, &record(&text(key), revision, None)).await, "{key} is another key");
    }
    for (revision, key) in (0..).zip(keys) {
        assert_eq!(read(store, key).await, Some(record(&text(key), revision, None)), "{key} is kept");
    }
    let long = "0123456789abcdef".repeat(64 * 1024);
    let extremes = [
        Record { text: long, revision: u64::MAX, owner: Some(visible.clone()), until: Some(Timestamp::MAX) },
        Record { text: String::new(), revision: 0, owner: Some(longest.clone()), until: None },
    ];
    for (key, extreme) in ["long", "empty"].into_iter().zip(extremes) {
        assert!(put(store, key, None, &extreme).await, "an extreme record is written");
        assert!(read(store, key).await.as_ref() == Some(&extreme), "an extreme record is kept: {extreme:?}");
        let of_owner = of_owner(store, extreme.owner.as_deref().unwrap_or_default()).await;
        assert!(of_owner == [(key.to_owned(), extreme)], "an extreme record is found by its owner");
    }
}

async fn a_record_that_has_ended_can_be_replaced<S: Store>(store: &S) {
    let ended = Record { until: Some(earlier()), ..record("ended", 1, Some("owner")) };
    assert!(put(store, "key", None, &ended).await, "a record that has ended is accepted");
    // The store may have forgotten it.
    let replaces = read(store, "key").await.map(|record| record.revision);
    let live = record("live", 2, Some("owner"));
    assert!(put(store, "key", replaces, &live).await, "a record that has ended can be replaced");
    assert_eq!(read(store, "key").await, Some(live.clone()), "the end of a replaced record has no effect");
    assert_eq!(of_owner(store, "owner").await, [("key".to_owned(), live)]);
}

async fn records_are_found_by_their_owner<S: Store>(store: &S) {
    let owned = |owner| record("text", 1, Some(owner));
    assert_eq!(of_owner(store, "ann").await, [], "an unknown owner has no records");
    for key in ["1", "2", "3"] {
        assert!(put(store, key, None, &owned("ann")).await);
    }
    assert!(put(store, "4", None, &owned("ANN")).await);
    assert!(put(store, "5", None, &record("text", 1, None)).await);
    let anns = ["1", "2", "3"].map(|key| (key.to_owned(), owned("ann")));
    assert_eq!(of_owner(store, "ann").await, anns, "an owner's records are found, and no others");
    assert_eq!(of_owner(store, "an").await, [], "the beginning of an owner's name is another owner");

    delete(store, "1").await;
    let moved = record("text", 2, Some("bob"));
    assert!(put(store, "2", Some(1), &moved).await);
    let anns = [("3".to_owned(), owned("ann"))];
    assert_eq!(of_owner(store, "ann").await, anns, "records that were deleted or moved are not found");
    assert_eq!(of_owner(store, "bob").await, [("2".to_owned(), moved)], "a record can get another owner");
    assert!(put(store, "3", Some(1), &record("text", 2, None)).await);
    assert_eq!(of_owner(store, "ann").await, [], "a record can lose its owner");
}

async fn only_one_of_several_writers_wins<S: Store>(store: Arc<S>) {
    const WRITERS: usize = 8;
    const EACH: usize = 10;
    at_once(&store, WRITERS, |store, _| count(store, EACH)).await;
    let counted = read(&*store, "counter").await.map(|record| record.text);
    assert_eq!(counted, Some((WRITERS * EACH).to_string()), "no write is lost when several race");
}

/// Counts a record up, as tasks that race must: again if another one was faster.
async fn count<S: Store>(store: Arc<S>, times: usize) {
    let mut counted = 0;
    while counted < times {
        let stored = read(&*store, "counter").await;
        let number: u64 = stored.as_ref().and_then(|record| record.text.parse().ok()).unwrap_or(0);
        let revision = stored.as_ref().map(|record| record.revision);
        let new = record(&(number + 1).to_string(), revision.map_or(1, |revision| revision + 1), None);
        counted += usize::from(put(&*store, "counter", revision, &new).await);
    }
}
