use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(untagged = 1, readable_by = 1, gap)]
struct AppSession {
    user: Option<String>,
}

fn main() {}
