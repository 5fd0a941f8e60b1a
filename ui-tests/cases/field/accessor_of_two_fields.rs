use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    theme: String,
    set_theme: u8,
    user: Option<u8>,
    #[session(accessor = "user")]
    account: Option<u8>,
}

fn main() {}
