use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(version = 2, untagged = 2)]
struct V2 {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(version = 3, untagged = 1, previous = V2)]
struct AppSession {
    user: Option<String>,
}

impl From<V2> for AppSession {
    fn from(old: V2) -> Self {
        Self { user: old.user }
    }
}

fn main() {}
