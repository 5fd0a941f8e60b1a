//! Field types with their own semantics.

mod csrf;
mod expiring;
mod secret;

pub use csrf::CsrfToken;
pub use expiring::Expiring;
pub use secret::Secret;
