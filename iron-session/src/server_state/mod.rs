//! Server state: what a session in a cookie can't do alone.
//!
//! A [`Store`] holds it for all servers of an application. A [`ServerState`] follows the store's log of
//! revocations, so that each request is judged in memory.

mod appender;
mod builder;
mod claims;
mod dyn_store;
#[cfg(feature = "file-store")]
mod file;
mod filter;
mod follower;
mod handle;
mod key_ring;
mod memory;
mod record;
mod records;
#[cfg(feature = "redis-store")]
mod redis;
mod revocation;
mod revocations;
mod seats;
mod staleness;
mod store;

pub(crate) use appender::Confirmation;
pub use builder::ServerStateBuilder;
#[cfg(feature = "file-store")]
pub use file::FileStore;
pub(crate) use handle::Revoked;
pub use handle::ServerState;
pub use key_ring::{KeyRing, KeyRingBuilder, RingPassword, RingPasswordState};
pub use memory::MemoryStore;
pub(crate) use record::{Content as RecordContent, Opened as OpenedRecord};
pub use records::StoredSession;
#[cfg(feature = "redis-store")]
pub use redis::RedisStore;
pub(crate) use seats::{Newcomer, Seat};
pub use store::{LogEntry, LogPage, LogPosition, Record, Store};
