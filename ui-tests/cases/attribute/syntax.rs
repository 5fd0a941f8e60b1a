use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session("flash", transient)]
    one: Option<u8>,
    #[session(rename = , alias = "b")]
    two: Option<u8>,
    #[session(flash transient)]
    three: Option<u8>,
    #[session(rename: "x", flash)]
    four: Option<u8>,
    #[session(alias = "a" "b")]
    five: Option<u8>,
    #[session(default(5) 6)]
    six: u8,
    #[session(,)]
    seven: u8,
}

fn main() {}
