use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct V1 {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(version = 1, previous = V1)]
struct AppSession {
    user: Option<String>,
}

impl From<V1> for AppSession {
    fn from(old: V1) -> Self {
        Self { user: old.user }
    }
}

fn main() {}
