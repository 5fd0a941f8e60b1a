use iron_session::IronSession;
use iron_session::Session;

#[derive(IronSession, Clone)]
#[session(max_cookies = 5)]
struct AppSession {
    /// One mistake.
    #[session(rename = 5)]
    user_id: Option<String>,
    #[session(flash(once))]
    notice: Option<String>,
    #[session(transient = 1)]
    role: u8,
    theme: String,
}

fn handler(mut session: Session<AppSession>) -> Option<String> {
    session.set_user_id("ada");
    session.set_theme("dark");
    *session.role_mut() = 1;
    let _: (&u8, Option<&str>) = (session.role(), session.peek_notice());
    let _: &str = AppSession::empty().theme();
    session.take_notice()
}

fn main() {
    let _ = handler;
}
