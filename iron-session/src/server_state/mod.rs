//! Server state: what a session in a cookie can't do alone.
//!
//! A [`Store`] holds it for all servers of an application.

#[cfg(feature = "file-store")]
mod file;
mod memory;
mod store;

#[cfg(feature = "file-store")]
pub use file::FileStore;
pub use memory::MemoryStore;
pub use store::{LogEntry, LogPage, LogPosition, Record, Store};
