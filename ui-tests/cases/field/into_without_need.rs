use iron_session::{CsrfToken, IronSession, ReturnTo, Secret};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(into)]
    name: Option<String>,
    #[session(into)]
    token: Secret<String>,
    #[session(into)]
    csrf: CsrfToken,
    #[session(into)]
    return_to: ReturnTo,
    #[session(into, skip_accessors)]
    count: u32,
}

fn main() {}
