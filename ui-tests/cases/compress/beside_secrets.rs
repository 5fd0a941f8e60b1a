use iron_session::{CsrfToken, IronSession, Secret};

#[derive(IronSession, Clone)]
#[session(compress)]
struct AppSession {
    cart: Vec<u64>,
    csrf: CsrfToken,
    token: Option<Secret<String>>,
    #[session(compress = false)]
    other: Secret<String>,
    #[session(compress = true)]
    waived: CsrfToken,
}

fn main() {}
