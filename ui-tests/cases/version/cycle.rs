use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(version = 2, untagged = 2, previous = V3)]
struct V2 {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(version = 3, untagged = 2, previous = V2)]
struct V3 {
    user: Option<String>,
}

impl From<V3> for V2 {
    fn from(old: V3) -> Self {
        Self { user: old.user }
    }
}

impl From<V2> for V3 {
    fn from(old: V2) -> Self {
        Self { user: old.user }
    }
}

fn main() {}
