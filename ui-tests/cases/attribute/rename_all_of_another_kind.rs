use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(rename_all(serialize = "camelCase"))]
struct AppSession {
    user_id: Option<u8>,
    #[session(rename = "user_id")]
    id: Option<u8>,
}

fn main() {}
