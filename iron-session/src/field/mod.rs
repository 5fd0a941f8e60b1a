//! Field types with a meaning of their own.

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
