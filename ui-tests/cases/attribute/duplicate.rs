use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(max_cookies = 2, max_cookies = 3)]
struct AppSession {
    #[session(rename = "a", rename = "b")]
    one: Option<u8>,
    #[session(flash)]
    #[session(flash)]
    two: Option<u8>,
}

fn main() {}
