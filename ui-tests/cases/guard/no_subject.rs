use iron_session::{IronSession, Session};

#[derive(IronSession, Clone)]
struct AppSession {
    user_id: Option<u64>,
}

fn login(session: &mut Session<AppSession>) {
    session.sign_in(42);
}

fn main() {}
