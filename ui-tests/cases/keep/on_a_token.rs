use iron_session::{CsrfToken, IronSession, ReturnTo};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(keep)]
    csrf: CsrfToken,
    #[session(keep)]
    return_to: ReturnTo,
    #[session(keep = true)]
    cart: Vec<u64>,
}

fn main() {}
