use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(subject)]
    user_id: Option<u64>,
    #[session(subject)]
    admin_id: Option<u64>,
}

fn main() {}
