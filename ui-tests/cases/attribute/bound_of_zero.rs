use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(max_bytes = 0)]
    name: String,
    #[session(max_items = 0)]
    list: Vec<u8>,
    #[session(max_bytes = "5")]
    other: String,
    #[session(max_items = 99999999999999999999)]
    many: Vec<u8>,
}

fn show(session: &mut AppSession) {
    let _ = session.try_set_name("ada");
}

fn main() {}
