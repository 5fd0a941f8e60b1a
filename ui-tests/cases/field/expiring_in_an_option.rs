use iron_session::{Expiring, IronSession};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(expires_in = "15m")]
    sudo: Option<Expiring<bool>>,
}

fn main() {}
