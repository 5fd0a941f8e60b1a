use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(expires_in = "15m")]
    optional: Option<String>,
    #[session(expires_in = "15m")]
    plain: bool,
    #[session(flash, expires_in = "15m")]
    flash: Option<String>,
}

fn show(session: &mut AppSession) {
    session.set_plain(true);
    session.clear_plain();
    session.set_flash("hi");
}

fn main() {}
