use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct V1 {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(previous = V1, untagged = 1, readable_by = 1)]
struct AppSession {
    user: Option<String>,
}

fn main() {}
