use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(colour = "red")]
struct AppSession {
    #[session(serde)]
    user: Option<u8>,
}

fn main() {}
