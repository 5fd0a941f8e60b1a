use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(version = 2, untagged = 2, gap)]
struct AppSession {
    user: Option<String>,
}

fn main() {}
