use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct Pair(u8, u8);

fn main() {}
