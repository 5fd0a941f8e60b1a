use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(budget = "lax")]
struct One {
    name: String,
}

#[derive(IronSession, Clone)]
#[session(budget(strict))]
struct Two {
    name: String,
}

fn main() {}
