use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(max_bytes = 5, expires_in = "15m")]
struct AppSession {
    #[session(javascript, budget = "strict", overhead = 5, reserve_unknown = 5)]
    user_id: Option<u8>,
}

fn main() {}
