use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(default = "five()")]
    one: u8,
    #[session(default = "")]
    two: u8,
}

fn main() {}
