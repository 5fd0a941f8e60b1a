use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(transient, keep)]
    page: Option<String>,
}

fn main() {}
