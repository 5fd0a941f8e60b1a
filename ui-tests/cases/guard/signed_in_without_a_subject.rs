use iron_session::guard::{Require, Rule, SignedIn};
use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct Visitor {
    user_id: Option<u64>,
}

async fn account(_user: SignedIn<Visitor>) {}

#[derive(IronSession, Clone)]
struct Member {
    #[session(subject)]
    user_id: Option<u64>,
}

struct Admin;

fn users<R: Rule<Member>>(_admin: Require<Member, R>) {}

fn main() {
    let _ = users::<Admin>;
}
