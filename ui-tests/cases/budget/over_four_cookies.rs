use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(max_cookies = 4)]
struct AppSession {
    #[session(max_bytes = 20_000)]
    page: String,
}

fn main() {}
