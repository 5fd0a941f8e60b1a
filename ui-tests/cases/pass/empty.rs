//! A session without fields, and attributes without content.
#![deny(warnings)]

use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session()]
struct AppSession {}

fn main() {
    let _ = AppSession::empty();
}
