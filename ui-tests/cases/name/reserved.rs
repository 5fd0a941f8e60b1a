use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(rename = "$")]
    metadata: Option<u8>,
    #[session(alias = "$")]
    price: Option<u8>,
}

fn main() {}
