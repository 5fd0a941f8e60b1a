use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    default: u8,
    from: Option<u8>,
    borrow: u8,
    r#as: u8,
    #[session(accessor = "encode")]
    code: u8,
}

fn main() {}
