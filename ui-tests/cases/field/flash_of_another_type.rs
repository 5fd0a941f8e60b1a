use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(flash)]
    notice: String,
    #[session(flash)]
    codes: [u8; 4],
}

fn show(session: &mut AppSession) {
    session.set_notice("saved".to_owned());
    let _: Option<&str> = session.peek_notice();
    let _: Option<String> = session.take_notice();
}

fn main() {}
