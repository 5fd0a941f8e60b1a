//! A store in one file, for one process. The file is a database of `redb`.

mod content;
mod opening;
mod reading;
mod tables;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use redb::Database;
use tokio::sync::watch;
use tokio::{task, time};

use self::writer::{Write, Writer};
use super::store::{LogEntry, LogPage, LogPosition, Record, Store};
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::error::{FileStoreError, StoreError};

/// Keeps the server state in one file, for an application that runs as one process. There is nothing
/// else to install or to start.
///
/// Every write is on the disk (`fsync`) before its method returns, so a process that is killed, or a
/// computer that loses power, loses nothing that was confirmed. Writes that arrive at the same time
/// share one `fsync`. Each write also removes a few entries that have ended, so the file grows with
/// what is live. It does not shrink, but its free space is used again.
///
/// Only one process at a time can open the file; an application with several servers needs a store
/// that they share, such as `RedisStore`. Keep the file on a local disk, because file locks of network
/// file systems can't be trusted. Clones share the open file. It is closed when the last clone is
/// dropped, which waits for the writes in progress.
///
/// After an error of the disk, the store refuses every call until the process opens the file again.
///
/// # Example
///
/// ```
/// # tokio_test::block_on(async {
/// # let directory = std::env::temp_dir().join(format!("iron-session-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory)?;
/// use std::time::{Duration, SystemTime};
///
/// use iron_session::server_state::{FileStore, Store};
///
/// let path = directory.join("server-state.redb");
/// let store = FileStore::open(&path)?;
/// let until = SystemTime::now() + Duration::from_secs(60);
/// assert!(store.claim("a link", until.into()).await?);
/// drop(store);
///
/// // After a restart, the link is still used up.
/// let store = FileStore::open(&path)?;
/// assert!(!store.claim("a link", until.into()).await?);
/// # drop(store);
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct FileStore {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// Dropped before the database: it waits for the thread, which uses the database too.
    writer: Writer,
    /// Identifies this file, so that a position in another one is recognised.
    incarnation: u128,
    /// The number of the last entry of the log.
    last: watch::Receiver<u64>,
    database: Arc<Database>,
}

impl FileStore {
    /// Opens the file, or creates it. Its directory must exist. A new file is written under its name
    /// with `.new` at the end, and renamed when it is complete.
    ///
    /// This reads the whole file, to check that it is not damaged, so it blocks for a moment. Call it
    /// while the server starts.
    ///
    /// # Errors
    ///
    /// - [`FileStoreError::InUse`]: the file is open already, in this process or in another one.
    /// - [`FileStoreError::Unusable`]: the file can't be read or written, is damaged, or is no such
    ///   database.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileStoreError> {
        Self::open_with_clock(path, SystemClock)
    }

    /// Opens the file, or creates it, and forgets by this clock what has ended.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn open_with_clock(path: impl AsRef<Path>, clock: impl Clock) -> Result<Self, FileStoreError> {
        let path = path.as_ref();
        let shown = || path.display().to_string();
        match Shared::open(path, Arc::new(clock)) {
            Ok(shared) => Ok(Self { shared: Arc::new(shared) }),
            Err(redb::Error::DatabaseAlreadyOpen) => Err(FileStoreError::InUse { path: shown() }),
            Err(cause) => Err(FileStoreError::Unusable { path: shown(), cause: cause.into() }),
        }
    }

    /// Reads the file in a thread that may block.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Database) -> Result<T, redb::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.shared.database);
        task::spawn_blocking(move || read(&database)).await.map_err(StoreError::new)?.map_err(StoreError::new)
    }

    async fn page(&self, after: Option<LogPosition>) -> Result<LogPage, StoreError> {
        let incarnation = self.shared.incarnation;
        self.read(move |database| reading::page(database, incarnation, after.as_ref())).await
    }
}

impl Shared {
    fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, redb::Error> {
        let (database, incarnation, last) = opening::open(path)?;
        let database = Arc::new(database);
        let (appended, last) = watch::channel(last);
        let writer = Writer::start(Arc::clone(&database), Arc::clone(&clock), appended)?;
        Ok(Self { path: path.to_owned(), clock, writer, incarnation, last, database })
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

impl Store for FileStore {
    async fn append(&self, entry: LogEntry) -> Result<(), StoreError> {
        self.shared.writer.write(Write::Append(entry)).await?;
        Ok(())
    }

    async fn read_log(&self, after: Option<&LogPosition>, wait: Duration) -> Result<LogPage, StoreError> {
        let mut last = self.shared.last.clone();
        last.mark_unchanged();
        let page = self.page(after.cloned()).await?;
        if !page.entries.is_empty() || page.restarted || !page.is_last {
            return Ok(page);
        }
        // An error means that the time is over, or that the store is gone.
        let _ = time::timeout(wait, last.changed()).await;
        self.page(after.cloned()).await
    }

    async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let (key, now) = (key.to_owned(), self.shared.clock.now());
        self.read(move |database| reading::record(database, &key, now)).await
    }

    async fn put_record(&self, key: &str, replaces: Option<u64>, record: Record) -> Result<bool, StoreError> {
        self.shared.writer.write(Write::PutRecord { key: key.to_owned(), replaces, record }).await
    }

    async fn delete_record(&self, key: &str) -> Result<(), StoreError> {
        self.shared.writer.write(Write::DeleteRecord { key: key.to_owned() }).await?;
        Ok(())
    }

    async fn records_of(&self, owner: &str) -> Result<Vec<(String, Record)>, StoreError> {
        let (owner, now) = (owner.to_owned(), self.shared.clock.now());
        self.read(move |database| reading::records_of(database, &owner, now)).await
    }

    async fn claim(&self, key: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.shared.writer.write(Write::Claim { key: key.to_owned(), until }).await
    }
}
