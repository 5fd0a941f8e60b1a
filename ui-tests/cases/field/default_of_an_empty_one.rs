use iron_session::{CsrfToken, Expiring, IronSession};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(expires_in = "15m", default = "Expiring::default")]
    sudo: Expiring<bool>,
    #[session(default = "CsrfToken::default")]
    csrf: CsrfToken,
}

fn main() {}
