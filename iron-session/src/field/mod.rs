//! Field types with a meaning of their own.

mod csrf;
mod expiring;
mod secret;

pub use csrf::CsrfToken;
pub use expiring::Expiring;
pub use secret::Secret;
