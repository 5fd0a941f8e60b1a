use iron_session::{Expiring, IronSession};

#[derive(IronSession, Clone)]
struct AppSession {
    sudo: Expiring<bool>,
    #[session(flash)]
    code: Expiring<String>,
}

fn show(session: &mut AppSession) {
    session.set_sudo(true);
    let _: Option<&bool> = session.sudo();
}

fn main() {}
