use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session]
struct AppSession {
    #[session = "flash"]
    one: Option<u8>,
    #[session[flash]]
    two: Option<u8>,
}

fn main() {}
