use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    meta: Option<u8>,
    #[session(accessor = "revoke")]
    login: u8,
    #[session(flash)]
    revoke_subject: Option<u8>,
}

fn main() {}
