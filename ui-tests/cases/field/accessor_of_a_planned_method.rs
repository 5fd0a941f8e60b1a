use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    revoke: Option<u8>,
    #[session(accessor = "revoke_subject")]
    login: u8,
}

fn main() {}
