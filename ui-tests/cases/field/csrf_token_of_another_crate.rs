use iron_session::IronSession;
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Serialize, Deserialize)]
struct CsrfToken(String);

#[derive(IronSession, Clone)]
struct AppSession {
    csrf: CsrfToken,
}

fn main() {}
