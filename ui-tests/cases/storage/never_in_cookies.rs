use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(storage = "server", max_cookies = 2, compress)]
struct AppSession {
    visits: u32,
}

fn main() {}
