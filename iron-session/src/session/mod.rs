//! `Session<T>`, the state that a request's handles share, and its commit.
//!
//! [`Session`] is the handle that a request handler gets. The rest is for adapters: one
//! [`RequestSession`] per request hands out handles, and its
//! [`commit`](RequestSession::commit) returns the cookies of the response.

mod commit;
mod cookie;
mod draft;
mod handle;
mod no_response;
mod plaintext;
mod report;
mod request;
mod state;
mod usage;

pub use commit::Commit;
pub use cookie::CookieSettings;
pub use handle::Session;
pub use request::{CookieOwners, RequestSession};
pub use usage::{Shape, Usage};
