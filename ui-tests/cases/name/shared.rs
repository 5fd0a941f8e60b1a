use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    id: Option<u8>,
    #[session(rename = "id")]
    user: Option<u8>,
    #[session(alias = "user")]
    account: Option<u8>,
    #[session(alias = "account")]
    owner: Option<u8>,
}

fn main() {}
