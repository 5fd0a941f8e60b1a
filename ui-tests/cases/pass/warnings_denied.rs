//! A binary that uses none of what is generated, and allows no warning.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

use iron_session::IronSession;

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
}

fn main() {}
