use iron_session::{CsrfToken, Expiring, IronSession, ReturnTo};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(expires_in = "15m", default = "Expiring::default")]
    sudo: Expiring<bool>,
    #[session(default = "CsrfToken::default")]
    csrf: CsrfToken,
    #[session(default = "ReturnTo::default")]
    return_to: ReturnTo,
}

fn main() {}
