use iron_session::{CsrfToken, Expiring, IronSession, ReturnTo, Secret};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(max_bytes = 4)]
    count: u32,
    #[session(max_items = 4)]
    yes: Option<bool>,
    #[session(max_bytes = 43)]
    csrf: CsrfToken,
    #[session(max_bytes = 43)]
    return_to: ReturnTo,
    #[session(max_bytes = 4)]
    pin: Secret<u16>,
    #[session(expires_in = "15m", max_bytes = 4)]
    code: Expiring<u64>,
}

fn main() {}
