//! Checks that a store of the server state keeps the promises of its trait.

mod claims;
mod log;
mod random;
mod records;

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::StoreError;
use crate::server_state::{LogPage, LogPosition, Store};

/// How long a store may take before the check fails. A real one takes milliseconds; a machine that
/// runs many tests takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Checks that a store of your own keeps the promises of [`Store`]. The function must return an empty
/// store each time, and the stores must not share their content.
///
/// The checks start tasks, so call this within a runtime of tokio.
///
/// # Panics
///
/// Panics at the first broken promise, and says which one it is.
///
/// # Example
///
/// ```
/// use iron_session::server_state::MemoryStore;
/// use iron_session::testing::check_store;
///
/// # tokio_test::block_on(
/// check_store(async || MemoryStore::new())
/// # );
/// ```
pub async fn check_store<S: Store>(empty: impl AsyncFn() -> S) {
    log::check(&empty).await;
    records::check(&empty).await;
    claims::check(&empty).await;
    random::check(&empty).await;
}

/// Takes the result of a method that must not fail.
fn confirmed<T>(result: Result<T, StoreError>, method: &str) -> T {
    result.unwrap_or_else(|error| {
        let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
        let texts: Vec<_> = causes.map(ToString::to_string).collect();
        panic!("`{method}` failed: {}", texts.join(": "))
    })
}

/// Waits for something that must happen.
async fn soon<T>(what: impl Display, happens: impl Future<Output = T>) -> T {
    let happened = tokio::time::timeout(PATIENCE, happens).await;
    happened.unwrap_or_else(|_| panic!("{what}: did not happen within {} s", PATIENCE.as_secs()))
}

/// Runs tasks at the same time, and returns their results.
async fn at_once<S: Store, T: Send + 'static, R: Future<Output = T> + Send + 'static>(
    store: &Arc<S>,
    tasks: usize,
    run: impl Fn(Arc<S>, usize) -> R,
) -> Vec<T> {
    let tasks: Vec<_> = (0..tasks).map(|task| tokio::spawn(run(Arc::clone(store), task))).collect();
    let mut results = Vec::new();
    for task in tasks {
        match soon("tasks that use the store at once end", task).await {
            Ok(result) => results.push(result),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    results
}

/// A time that the checks don't reach: the year 2100.
fn later() -> Timestamp {
    Timestamp::from_unix_ms(4_102_444_800_000)
}

/// A time that has passed.
fn earlier() -> Timestamp {
    Timestamp::from_unix_ms(1_000)
}

/// Reads one page without waiting.
async fn page<S: Store>(store: &S, after: Option<&LogPosition>) -> LogPage {
    confirmed(soon("`read_log` returns", store.read_log(after, Duration::ZERO)).await, "read_log")
}

/// Reads on to the end of the log. Returns the entries, the last position, and whether the log
/// restarted on the way.
async fn rest<S: Store>(store: &S, after: Option<LogPosition>) -> (Vec<String>, LogPosition, bool) {
    let mut entries = Vec::new();
    let mut after = after;
    let mut restarted = false;
    loop {
        let page = page(store, after.as_ref()).await;
        restarted |= page.restarted;
        entries.extend(page.entries);
        if page.is_last {
            return (entries, page.next, restarted);
        }
        assert!(after.as_ref() != Some(&page.next), "a page that is not the last one moves the position");
        after = Some(page.next);
    }
}
