use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(transient, rename = "u", alias = "user_name")]
    user: Option<String>,
}

fn main() {}
