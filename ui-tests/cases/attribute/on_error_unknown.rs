use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(on_error = "ignore")]
    one: u8,
    #[session(on_error)]
    two: u8,
}

fn main() {}
