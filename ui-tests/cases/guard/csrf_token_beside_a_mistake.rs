use iron_session::guard::HasCsrfToken;
use iron_session::{CsrfToken, IronSession};

// Only the mistake is reported.
#[derive(IronSession, Clone)]
struct AppSession {
    csrf: CsrfToken,
    #[session(tll = 5)]
    user_id: Option<u64>,
}

fn verify<T: HasCsrfToken>() {}

fn main() {
    verify::<AppSession>();
}
