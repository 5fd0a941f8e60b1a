use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(flash)]
struct AppSession {
    #[session(rename_all = "camelCase", max_cookies = 2)]
    user_id: Option<u8>,
}

fn main() {}
