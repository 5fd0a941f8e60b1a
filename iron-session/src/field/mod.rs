//! Field types with their own semantics.

mod csrf;
mod expiring;
mod secret;
#[cfg(feature = "compress")]
mod written;

pub use csrf::CsrfToken;
pub use expiring::Expiring;
pub use secret::Secret;
#[cfg(feature = "compress")]
pub(crate) use written::count as secrets_written;
