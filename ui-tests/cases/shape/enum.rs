use iron_session::IronSession;

#[derive(IronSession, Clone)]
enum State {
    Guest,
    User(u64),
}

fn main() {}
