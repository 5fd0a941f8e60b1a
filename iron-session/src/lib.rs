#![doc = include_str!("front.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The bytes of a cookie must never cause a panic, and a library does not print.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod adapter;
pub mod clock;
mod codec;
pub mod cookie;
mod erase;
pub mod error;
mod event;
mod field;
pub mod guard;
#[cfg(feature = "json-schema")]
pub mod json_schema;
mod limits;
pub mod options;
mod payload;
mod profile;
pub mod schema;
mod scratch;
pub mod seal;
#[cfg(feature = "server-state")]
pub mod server_state;
pub mod session;
#[cfg(feature = "testing")]
pub mod testing;
pub mod with;

#[doc(hidden)]
pub mod __private;

#[cfg(feature = "__vectors")]
#[doc(hidden)]
pub mod __vectors;

// The public interface is:

#[cfg(feature = "actix-web")]
pub use adapter::actix::middleware::SessionMiddleware;
#[cfg(feature = "poem")]
pub use adapter::poem::middleware::PoemSession;
#[cfg(feature = "rocket")]
pub use adapter::rocket::fairing::SessionFairing;
#[cfg(feature = "salvo")]
pub use adapter::salvo::depot::SessionDepotExt;
#[cfg(feature = "salvo")]
pub use adapter::salvo::hoop::SessionHoop;
#[cfg(feature = "tower")]
pub use adapter::tower::layer::SessionLayer;
pub use codec::{IronSession, Untyped};
pub use cookie::attributes::{Priority, SameSite};
pub use field::{CsrfToken, Expiring, ReturnTo, Secret};
#[cfg(feature = "derive")]
pub use iron_session_derive::{IronSession, MaxSize};
pub use options::builder::SessionOptionsBuilder;
pub use options::session_options::SessionOptions;
pub use profile::Profile;
pub use schema::max_size::MaxSize;
pub use seal::password::Password;
pub use seal::passwords::Passwords;
pub use seal::passwords_builder::PasswordsBuilder;
pub use seal::randomness::Randomness;
pub use seal::rotating::RotatingPasswords;
pub use seal::sealer::Sealer;
pub use seal::ttl::Ttl;
pub use session::handle::Session;
