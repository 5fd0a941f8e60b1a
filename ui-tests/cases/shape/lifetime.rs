use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession<'a> {
    user: Option<&'a str>,
}

fn show(session: &mut AppSession<'static>) {
    session.set_user("ada");
}

fn main() {}
