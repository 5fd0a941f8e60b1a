//! Field types with their own semantics.

mod csrf;
mod expiring;
mod return_to;
mod secret;

pub use csrf::CsrfToken;
pub use expiring::Expiring;
pub use return_to::ReturnTo;
pub use secret::Secret;
