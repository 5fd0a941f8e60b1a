use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(javascript = true)]
struct AppSession {
    id: u8,
}

fn main() {}
