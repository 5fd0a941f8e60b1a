use iron_session::IronSession;

#[derive(IronSession)]
struct AppSession {
    user: Option<u8>,
}

fn main() {}
