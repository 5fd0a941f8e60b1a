use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(version = 2, untagged = 3)]
struct AppSession {
    user: Option<String>,
}

fn main() {}
