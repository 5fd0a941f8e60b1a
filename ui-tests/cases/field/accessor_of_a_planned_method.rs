use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    meta: Option<u8>,
    #[session(accessor = "sign_in")]
    login: u8,
    #[session(flash)]
    discard: Option<u8>,
}

fn main() {}
