use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(overhead = 4096)]
struct TooMuch {
    id: u8,
}

#[derive(IronSession, Clone)]
#[session(overhead = 0)]
struct TooLittle {
    id: u8,
}

#[derive(IronSession, Clone)]
#[session(overhead = "128", reserve_unknown = "many")]
struct Text {
    id: u8,
}

fn main() {}
