use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(rename_all = "PascalCase")]
struct AppSession {
    #[session(rename = "")]
    one: Option<u8>,
    #[session(alias = "")]
    two: Option<u8>,
    __: Option<u8>,
}

fn main() {}
