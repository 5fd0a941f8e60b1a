use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(ttl = "1h")]
struct AppSession {
    #[session(serde)]
    user: Option<u8>,
}

fn main() {}
