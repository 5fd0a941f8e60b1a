use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(crate = "iron session")]
struct AppSession {
    user_id: Option<u8>,
}

fn main() {}
