use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct V1 {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(version = 2, untagged = 1, previous = V1)]
struct AppSession {
    user: Option<String>,
}

fn main() {}
