use iron_session::{CsrfToken, Expiring, IronSession};

#[derive(IronSession, Clone)]
#[session(reserve_unknown = 200)]
struct AppSession {
    user_id: Option<u64>,
    #[session(max_bytes = 2000, rename = "displayName")]
    name: String,
    #[session(max_items = 100)]
    cart: Vec<u32>,
    csrf: CsrfToken,
    #[session(expires_in = "15m")]
    sudo: Expiring<bool>,
    note: Option<String>,
    #[session(transient)]
    user: Option<String>,
}

fn main() {}
