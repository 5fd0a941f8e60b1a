use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(accessor = "user id")]
    save: Option<u8>,
    #[session(accessor = "")]
    two: Option<u8>,
    #[session(accessor = "_")]
    three: Option<u8>,
}

fn main() {}
