use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(compress)]
struct AppSession {
    #[session(compress = true)]
    cart: Vec<u64>,
}

fn main() {}
