use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(version = 3, untagged = 3)]
struct V3 {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(version = 2, untagged = 2, previous = V3)]
struct AppSession {
    user: Option<String>,
}

impl From<V3> for AppSession {
    fn from(old: V3) -> Self {
        Self { user: old.user }
    }
}

fn main() {}
