use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(compress)]
struct AppSession {
    cart: Vec<u64>,
}

fn main() {}
