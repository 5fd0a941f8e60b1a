use iron_session::{CsrfToken, Expiring, IronSession, ReturnTo};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(flash, with = "iron_session::with::text")]
    code: Option<u64>,
    #[session(expires_in = "15m", with = "iron_session::with::text")]
    sudo: Expiring<u64>,
    #[session(with = "iron_session::with::text")]
    csrf: CsrfToken,
    #[session(with = "iron_session::with::text")]
    return_to: ReturnTo,
}

fn main() {}
