use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(storage = "overflow", javascript)]
struct AppSession {
    visits: u32,
}

fn main() {}
