use iron_session::{Expiring, IronSession};

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(expires_in = "soon")]
    one: Expiring<u8>,
    #[session(expires_in = "15")]
    two: Expiring<u8>,
    #[session(expires_in = "0m")]
    three: Expiring<u8>,
    #[session(expires_in = "99999d")]
    four: Expiring<u8>,
    #[session(flash(expires_in = "30m1h"))]
    five: Option<u8>,
    #[session(expires_in = 15)]
    six: Expiring<u8>,
}

fn show(session: &mut AppSession) {
    session.set_one(1);
    let _: Option<&u8> = session.one();
    session.clear_six();
    session.set_five(5);
    session.take_five();
}

fn main() {}
