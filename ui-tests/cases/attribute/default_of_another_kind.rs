use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(default = 5)]
    one: u8,
    #[session(default(five))]
    two: u8,
    #[session(default = five)]
    three: u8,
}

fn five() -> u8 {
    5
}

fn main() {}
