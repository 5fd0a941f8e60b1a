use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(version = 0, untagged = 3000000000)]
struct AppSession {
    user: Option<String>,
}

fn main() {}
