use iron_session::{Expiring, IronSession};

#[derive(IronSession, Clone)]
struct Plain {
    #[session(subject)]
    user_id: u64,
}

#[derive(IronSession, Clone)]
struct Ending {
    #[session(subject, expires_in = "15m")]
    user_id: Expiring<u64>,
}

#[derive(IronSession, Clone)]
struct Once {
    #[session(subject, flash)]
    user_id: Option<u64>,
}

#[derive(IronSession, Clone)]
struct Never {
    #[session(subject, transient)]
    user_id: Option<u64>,
}

#[derive(IronSession, Clone)]
struct Kept {
    #[session(subject, keep)]
    user_id: Option<u64>,
}

// The mistakes above bring no others.
fn sign_in(plain: &mut iron_session::Session<Plain>, kept: &mut iron_session::Session<Kept>) {
    plain.sign_in(42);
    kept.sign_in(42);
}

fn main() {}
