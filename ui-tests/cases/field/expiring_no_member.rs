use iron_session::{Expiring, IronSession};

#[derive(Clone)]
struct Sudo;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(expires_in = "15m")]
    sudo: Expiring<Sudo>,
    #[session(flash(expires_in = "15m"))]
    flash: Option<Sudo>,
    #[session(max_bytes = 20)]
    bounded: Option<Sudo>,
}

fn main() {}
