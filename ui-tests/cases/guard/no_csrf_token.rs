use iron_session::guard::HasCsrfToken;
use iron_session::{CsrfToken, IronSession};

#[derive(IronSession, Clone)]
struct NoToken {
    user_id: Option<u64>,
}

#[derive(IronSession, Clone)]
struct TwoTokens {
    csrf: CsrfToken,
    invitation: CsrfToken,
}

fn verify<T: HasCsrfToken>() {}

fn main() {
    verify::<NoToken>();
    verify::<TwoTokens>();
}
