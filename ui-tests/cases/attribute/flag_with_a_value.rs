use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(flash = true)]
    one: Option<u8>,
    #[session(transient())]
    two: Option<u8>,
    #[session(skip_accessors("all"))]
    three: Option<u8>,
}

fn main() {}
