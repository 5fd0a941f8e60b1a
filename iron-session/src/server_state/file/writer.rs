//! The thread that writes the file. Writes that arrive while it commits share the next commit.

use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use redb::Database;
use tokio::sync::{mpsc, oneshot, watch};

use super::content::Content;
use crate::clock::{Clock, Timestamp};
use crate::error::StoreError;
use crate::server_state::store::{LogEntry, Record};

/// The number of writes in one commit, and of writes that wait for the next one, at most.
const BATCH: usize = 256;

/// One write of the store.
pub(super) enum Write {
    Append(LogEntry),
    PutRecord { key: String, replaces: Option<u64>, record: Record },
    DeleteRecord { key: String },
    Claim { key: String, until: Timestamp },
}

/// A write, and the caller who waits for its result.
struct Request {
    write: Write,
    result: oneshot::Sender<Result<bool, StoreError>>,
}

/// The thread. Dropping this waits until the thread has ended.
pub(super) struct Writer {
    /// `None` only while this is dropped.
    requests: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        database: Arc<Database>,
        clock: Arc<dyn Clock>,
        appended: watch::Sender<u64>,
    ) -> io::Result<Self> {
        let (requests, received) = mpsc::channel(BATCH);
        let thread = Builder::new()
            .name("session-store".to_owned())
            .spawn(move || run(&database, &*clock, received, &appended))?;
        Ok(Self { requests: Some(requests), thread: Some(thread) })
    }

    /// Writes, and returns when it is on the disk.
    pub(super) async fn write(&self, write: Write) -> Result<bool, StoreError> {
        let ended = || StoreError::new("the thread that writes the file has ended; start the process again");
        let (result, received) = oneshot::channel();
        let requests = self.requests.as_ref().ok_or_else(ended)?;
        requests.send(Request { write, result }).await.map_err(|_| ended())?;
        received.await.map_err(|_| ended())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // A thread that has panicked has nothing left to write.
            let _ = thread.join();
        }
    }
}

fn run(
    database: &Database,
    clock: &dyn Clock,
    mut received: mpsc::Receiver<Request>,
    appended: &watch::Sender<u64>,
) {
    while let Some(first) = received.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(next) = received.try_recv()
        {
            batch.push(next);
        }
        let committed = commit(database, clock.now(), &batch);
        if let Ok((last, _)) = &committed {
            appended.send_if_modified(|appended| std::mem::replace(appended, *last) != *last);
        }
        for (index, request) in batch.into_iter().enumerate() {
            let result = match &committed {
                Ok((_, results)) => Ok(results.get(index).copied().unwrap_or(false)),
                // The error can't be cloned.
                Err(error) => Err(StoreError::new(error.to_string())),
            };
            // A caller who has given up needs no result.
            let _ = request.result.send(result);
        }
    }
}

/// Writes all requests in one transaction. Returns the number of the log's last entry, and a result
/// for each request.
fn commit(database: &Database, now: Timestamp, batch: &[Request]) -> Result<(u64, Vec<bool>), redb::Error> {
    let transaction = database.begin_write()?;
    let mut content = Content::open(&transaction, now)?;
    let results: Result<Vec<_>, _> = batch.iter().map(|request| content.write(&request.write)).collect();
    let (last, results) = (content.last()?, results?);
    drop(content);
    transaction.commit()?;
    Ok((last, results))
}
