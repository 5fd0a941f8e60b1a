//! Server state: what a session in a cookie can't do alone.
//!
//! A [`Store`] holds it for all servers of an application.

mod memory;
mod store;

pub use memory::MemoryStore;
pub use store::{LogEntry, LogPage, LogPosition, Record, Store};
