//! `Session<T>`, the state that a request's handles share, and its commit.
//!
//! [`Session`] is the handle that a request handler gets. The rest is for adapters: one
//! [`RequestSession`] per request hands out handles, and its
//! [`commit`](RequestSession::commit) returns the cookies of the response.

#[cfg(feature = "inspect")]
mod chosen;
mod commit;
mod draft;
mod handle;
mod no_response;
mod open;
mod owners;
mod plaintext;
mod report;
mod request;
mod settings;
mod shared;
mod state;
mod usage;

#[cfg(feature = "inspect")]
pub use chosen::{ChosenCookie, chosen_cookie};
pub use commit::Commit;
pub use handle::Session;
pub use owners::CookieOwners;
pub use request::RequestSession;
pub use settings::CookieSettings;
pub use usage::Usage;
