use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(with = "as text")]
    one: u64,
    #[session(with = iron_session::with::text)]
    two: u64,
}

fn main() {}
