use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(json_schema)]
struct AppSession {
    cart: Vec<u64>,
}

fn main() {
    assert!(AppSession::empty().cart().is_empty());
}
