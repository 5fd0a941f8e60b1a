use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct Nothing;

fn main() {}
