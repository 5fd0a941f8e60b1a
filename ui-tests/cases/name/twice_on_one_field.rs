use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(alias = "id", alias = "uid", alias = "uid")]
    id: Option<u8>,
}

fn main() {}
