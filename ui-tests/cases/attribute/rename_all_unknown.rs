use iron_session::IronSession;

#[derive(IronSession, Clone)]

#[session(rename_all = "camelcase")]
struct AppSession {
    user_id: Option<u8>,
}

#[derive(IronSession, Clone)]
#[session(rename_all = "Title Case")]
struct Other {
    user_id: Option<u8>,
}

fn main() {}
