//! What the guards let through, and what they refuse, on axum and on actix-web.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cross_origin;
mod csrf;
mod csrf_token;
mod return_to;
