use iron_session::{Expiring, IronSession};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(transient, max_bytes = 5, max_items = 5)]
    name: Vec<String>,
    #[session(transient, expires_in = "15m")]
    sudo: Expiring<bool>,
    #[session(transient, with = "iron_session::with::text")]
    id: u64,
    #[session(transient, on_error = "default")]
    role: u8,
}

fn main() {}
