use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(rename_all = "camelCase")]
struct AppSession {
    user_id: Option<u8>,
    user__id: Option<u8>,
}

fn main() {}
