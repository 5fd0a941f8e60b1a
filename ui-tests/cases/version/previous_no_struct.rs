use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(version = 2, untagged = 1, previous = 1)]
struct AppSession {
    user: Option<String>,
}

fn main() {}
