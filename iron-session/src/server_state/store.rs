//! `Store`: what a database must do to hold the server state.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::StoreError;

/// Stores the server state: a log, records, and claims.
///
/// [`MemoryStore`](super::MemoryStore) implements it. To use another database, implement its seven
/// methods; they need one table each for the log, the records and the claims.
///
/// All texts are opaque: they are sealed or hashed, so whoever reads the store learns no name
/// and no content, and whoever writes to it can't forge either. Keys and owners are at most
/// [`MAX_KEY_BYTES`](Self::MAX_KEY_BYTES) of visible ASCII.
///
/// Every server of an application must use the same store.
///
/// # Time
///
/// Everything in a store ends at a time, `until`, or never. From then on a store may forget it, and
/// need not do so at once: the library ignores what has ended. A store never has to read a clock.
///
/// # Errors
///
/// Each method returns a [`StoreError`] if the database did not confirm what was asked. The library
/// tries reads of the log again, so a method should give up after a few seconds: a call that waits
/// for ever looks like an empty log.
pub trait Store: Send + Sync + 'static {
    /// The longest key or owner, in bytes.
    const MAX_KEY_BYTES: usize = 128;

    /// Appends an entry to the log. Returns when it is as durable as the database makes it.
    ///
    /// The same entry may be appended twice; one copy is enough.
    fn append(&self, entry: LogEntry) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Returns entries of the log that follow a position, oldest first. Without a position, starts
    /// with the entries that are in the log already, in any order. Entries that have ended may be
    /// missing, and an entry may come twice.
    ///
    /// If there are none, waits for one for up to `wait`, and then returns an empty page. A store
    /// that can't wait for an entry may sleep and look again.
    ///
    /// If the log can't be continued from the position (the database was replaced or emptied, or has
    /// forgotten too much), returns the log's first entries, and sets
    /// [`restarted`](LogPage::restarted).
    fn read_log(
        &self,
        after: Option<&LogPosition>,
        wait: Duration,
    ) -> impl Future<Output = Result<LogPage, StoreError>> + Send;

    /// Returns a record.
    fn record(&self, key: &str) -> impl Future<Output = Result<Option<Record>, StoreError>> + Send;

    /// Writes a record if the stored one has the revision `replaces`, or if there is none and
    /// `replaces` is `None`. Returns whether it was written. Comparing and writing are one step, also
    /// for other servers.
    fn put_record(
        &self,
        key: &str,
        replaces: Option<u64>,
        record: Record,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Deletes a record. Deleting one that does not exist is no error.
    fn delete_record(&self, key: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Returns the keys and records of an owner, in any order.
    fn records_of(
        &self,
        owner: &str,
    ) -> impl Future<Output = Result<Vec<(String, Record)>, StoreError>> + Send;

    /// Claims a key until a time. Returns `true` for the first caller, and `false` for every later one
    /// on any server.
    fn claim(&self, key: &str, until: Timestamp) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "implementations of `Store` create it")]
pub struct LogEntry {
    /// The sealed entry, at most [`MAX_BYTES`](Self::MAX_BYTES) of visible ASCII.
    pub text: String,
    /// When it may be forgotten. `None`: never.
    pub until: Option<Timestamp>,
}

impl LogEntry {
    /// The longest text of an entry, in bytes.
    pub const MAX_BYTES: usize = 4096;
}

/// Some entries of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "implementations of `Store` create it")]
pub struct LogPage {
    /// The texts of the entries.
    pub entries: Vec<String>,
    /// The position after the last of them.
    pub next: LogPosition,
    /// Whether the log had no further entries when it was read.
    pub is_last: bool,
    /// Whether the page begins at the start of the log, because it could not be continued from the
    /// position that was asked for.
    pub restarted: bool,
}

/// A position in the log, in the words of its store.
#[derive(Clone, PartialEq, Eq)]
pub struct LogPosition(String);

impl LogPosition {
    /// Creates a position. Only the store that created it reads it.
    pub fn new(position: impl Into<String>) -> Self {
        Self(position.into())
    }

    /// Returns the text that it was created from.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogPosition").field(&self.0).finish()
    }
}

/// A record.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "implementations of `Store` create it")]
pub struct Record {
    /// The sealed content, visible ASCII.
    pub text: String,
    /// Counts the writes of the record.
    pub revision: u64,
    /// Whose record it is, for [`Store::records_of`]; at most one owner.
    pub owner: Option<String>,
    /// When it may be forgotten. `None`: never.
    pub until: Option<Timestamp>,
}

/// Shows the length of the content.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("text_bytes", &self.text.len())
            .field("revision", &self.revision)
            .field("owner", &self.owner)
            .field("until", &self.until)
            .finish()
    }
}
