use iron_session::{IronSession, ReturnTo};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(flash)]
    return_to: ReturnTo,
}

fn main() {}
