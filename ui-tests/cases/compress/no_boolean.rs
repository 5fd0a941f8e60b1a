use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(compress = "best")]
struct AppSession {
    #[session(compress)]
    cart: Vec<u64>,
    #[session(transient, compress = false)]
    user: Option<String>,
}

fn main() {}
