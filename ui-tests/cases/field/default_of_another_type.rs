use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(default = "light")]
    theme: u8,
}

fn light() -> String {
    String::new()
}

fn main() {}
