mod session {
    #[derive(iron_session::IronSession, Clone)]
    pub struct AppSession {
        pub role: Option<u8>,
        user: Option<u8>,
    }
}

fn show(session: &session::AppSession) {
    let _ = (session.role(), session.user());
}

fn main() {}
