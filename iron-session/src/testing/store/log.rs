//! The promises about the log.

use std::collections::HashSet;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use super::{at_once, confirmed, earlier, later, page, rest, soon};
use crate::clock::Timestamp;
use crate::server_state::{LogEntry, LogPosition, Store};

pub(super) async fn check<S: Store>(empty: &impl AsyncFn() -> S) {
    an_empty_log(&empty().await).await;
    entries_are_read_in_order_and_once(&empty().await).await;
    entries_are_kept_until_they_end(&empty().await).await;
    a_long_log_is_read_in_pages(&empty().await).await;
    an_unknown_position_restarts_the_log(&empty().await, &empty().await).await;
    a_waiting_reader_is_woken(Arc::new(empty().await)).await;
    a_reader_misses_nothing_of_many_writers(Arc::new(empty().await)).await;
}

fn entry(text: impl Display) -> LogEntry {
    LogEntry { text: format!("{text}"), until: Some(later()) }
}

async fn append<S: Store>(store: &S, entry: LogEntry) {
    confirmed(soon("`append` returns", store.append(entry)).await, "append");
}

async fn an_empty_log<S: Store>(store: &S) {
    let first = page(store, None).await;
    assert_eq!(first.entries, [""; 0], "an empty log has no entries");
    assert!(first.is_last && !first.restarted, "the page of an empty log is the last, and no restart");
    let second = page(store, Some(&first.next)).await;
    assert!(second.entries.is_empty() && second.is_last, "an empty log stays empty");
    assert!(!second.restarted, "the position of an empty log is known");
}

async fn entries_are_read_in_order_and_once<S: Store>(store: &S) {
    let (_, start, _) = rest(store, None).await;
    for number in 0..5 {
        append(store, entry(number)).await;
    }
    let (first, next, _) = rest(store, None).await;
    assert_eq!(sorted(&first), ["0", "1", "2", "3", "4"], "a reader without a position gets all entries");
    let (since, after_five, restarted) = rest(store, Some(start)).await;
    assert_eq!(since, ["0", "1", "2", "3", "4"], "entries that were appended later follow in order");
    assert!(!restarted, "a log that was only appended to does not restart");
    for (number, position) in [(5, next), (6, after_five)] {
        append(store, entry(number)).await;
        let (since, _, restarted) = rest(store, Some(position)).await;
        let expected: Vec<_> = (5..=number).map(|number| number.to_string()).collect();
        assert_eq!(since, expected, "a reader gets what follows its position, once");
        assert!(!restarted, "a log that was only appended to does not restart");
    }
}

async fn entries_are_kept_until_they_end<S: Store>(store: &S) {
    let longest = "~!".repeat(LogEntry::MAX_BYTES / 2);
    append(store, LogEntry { text: "ended".to_owned(), until: Some(earlier()) }).await;
    append(store, LogEntry { text: "for-ever".to_owned(), until: None }).await;
    append(store, LogEntry { text: "as-late-as-possible".to_owned(), until: Some(Timestamp::MAX) }).await;
    append(store, entry(&longest)).await;
    for _ in 0..2 {
        append(store, entry("twice")).await;
    }
    let (_, position, _) = rest(store, None).await;
    let (entries, _, _) = rest(store, None).await;
    for text in ["for-ever", "as-late-as-possible", &longest, "twice"] {
        assert!(entries.iter().any(|entry| entry == text), "an entry that has not ended is kept: {text:.40}");
    }
    let (since, _, restarted) = rest(store, Some(position)).await;
    assert!(since.is_empty() && !restarted, "an entry that ends does not restart the log");
}

async fn a_long_log_is_read_in_pages<S: Store>(store: &S) {
    const ENTRIES: usize = 2500;
    let (_, start, _) = rest(store, None).await;
    let store = &store;
    // Some at a time, because a database may take a while to confirm one.
    let numbers: Vec<_> = (0..ENTRIES).collect();
    for some in numbers.chunks(100) {
        let appends: Vec<_> = some.iter().map(|number| Box::pin(append(*store, entry(number)))).collect();
        soon("100 entries are appended", join(appends)).await;
    }
    for position in [None, Some(start)] {
        let (entries, _, restarted) = rest(*store, position).await;
        let distinct: HashSet<_> = entries.iter().collect();
        assert_eq!(distinct.len(), ENTRIES, "all entries of a long log are read");
        assert!(!restarted, "reading in pages is no restart");
    }
}

/// Runs futures at once, in this task.
async fn join<F: Future<Output = ()> + Unpin>(mut futures: Vec<F>) {
    std::future::poll_fn(|context| {
        futures.retain_mut(|future| std::pin::Pin::new(future).poll(context).is_pending());
        if futures.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

/// A database that was emptied or replaced is like another store.
async fn an_unknown_position_restarts_the_log<S: Store>(store: &S, other: &S) {
    for number in 0..3 {
        append(other, entry(number)).await;
    }
    let (_, of_other, _) = rest(other, None).await;
    let too_long = "9".repeat(1000);
    let strange =
        ["", ":", "no position", "-1", "18446744073709551616", "0-0", "1:2:3", "\u{1f36a}\n", &too_long];
    let unknown: Vec<_> = strange.into_iter().map(LogPosition::new).chain([of_other]).collect();
    // Shorter than the other log, as long, and longer.
    for number in 0..6 {
        for position in &unknown {
            let page = page(store, Some(position)).await;
            assert!(page.restarted, "the position {position:?} of another log restarts this one");
            let (entries, _, _) = rest(store, Some(position.clone())).await;
            assert_eq!(entries.len(), number, "a log that restarts does so at its first entry");
        }
        append(store, entry(number)).await;
    }
}

async fn a_waiting_reader_is_woken<S: Store>(store: Arc<S>) {
    let (_, start, _) = rest(&*store, None).await;
    let empty = soon("a wait ends", store.read_log(Some(&start), Duration::from_millis(50))).await;
    let empty = confirmed(empty, "read_log");
    assert!(empty.entries.is_empty() && !empty.restarted, "a wait for nothing returns an empty page");
    let reader = Arc::clone(&store);
    let waits = tokio::spawn(async move {
        let mut position = empty.next;
        loop {
            let page = reader.read_log(Some(&position), Duration::from_secs(5)).await;
            let page = confirmed(page, "read_log");
            if !page.entries.is_empty() {
                return page.entries;
            }
            position = page.next;
        }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    append(&*store, entry("news")).await;
    let news = soon("a waiting reader gets an entry that is appended", waits).await;
    assert_eq!(news.ok(), Some(vec!["news".to_owned()]));
}

async fn a_reader_misses_nothing_of_many_writers<S: Store>(store: Arc<S>) {
    const WRITERS: usize = 8;
    const EACH: usize = 25;
    let reader = Arc::clone(&store);
    let reads = tokio::spawn(async move {
        let mut seen = HashSet::new();
        let mut position = None;
        while seen.len() < WRITERS * EACH {
            let page = reader.read_log(position.as_ref(), Duration::from_secs(1)).await;
            let page = confirmed(page, "read_log");
            assert!(!page.restarted, "a log that is only appended to does not restart");
            seen.extend(page.entries);
            position = Some(page.next);
        }
    });
    at_once(&store, WRITERS, move |store, writer| write_some(store, writer, EACH)).await;
    let read = soon("a reader gets all entries of many writers", reads).await;
    assert!(read.is_ok(), "a reader gets all entries of many writers");
}

async fn write_some<S: Store>(store: Arc<S>, writer: usize, entries: usize) {
    for number in 0..entries {
        append(&*store, entry(format!("{writer}-{number}"))).await;
    }
}

fn sorted(entries: &[String]) -> Vec<String> {
    let mut sorted = entries.to_vec();
    sorted.sort();
    sorted
}
