use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(accessor = "type")]
    kind: Option<u8>,
    #[session(accessor = "self")]
    own: Option<u8>,
}

fn main() {}
