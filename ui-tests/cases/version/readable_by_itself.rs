use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(version = 2, untagged = 2, readable_by = 2)]
struct AppSession {
    user: Option<String>,
}

fn main() {}
