use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(skip_accessors, accessor = "account")]
    user: Option<String>,
}

fn main() {}
