use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(compress = false)]
    token: Option<String>,
}

fn main() {}
