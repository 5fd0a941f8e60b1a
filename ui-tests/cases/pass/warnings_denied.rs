//! A binary that uses none of what is generated, and allows no warning.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

use iron_session::{CsrfToken, Expiring, IronSession, MaxSize, Secret};

#[derive(IronSession, Clone)]
struct AppSession {
    user_id: Option<String>,
    visits: u32,
    #[session(flash)]
    notice: Option<String>,
    #[session(flash)]
    warnings: Vec<String>,
    #[session(transient)]
    user: Option<u8>,
    #[session(expires_in = "15m", max_bytes = 20)]
    sudo: Expiring<String>,
    #[session(flash(expires_in = "15m"), max_items = 2, on_error = "default")]
    brief: Vec<u8>,
    csrf: CsrfToken,
    #[session(max_bytes = 20)]
    secret: Option<Secret<String>>,
    #[session(with = "iron_session::with::text", max_bytes = 20)]
    number: u64,
}

#[derive(MaxSize)]
#[expect(dead_code, reason = "nobody makes one")]
struct Nested {
    id: u64,
}

fn main() {}
