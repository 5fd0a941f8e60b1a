use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    save: Option<u8>,
    cookie: u8,
    #[session(accessor = "destroy")]
    end: u8,
    #[session(flash)]
    update: Option<u8>,
}

fn main() {}
