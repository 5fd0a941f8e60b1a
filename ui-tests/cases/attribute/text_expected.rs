use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(rename = 5)]
    one: Option<u8>,
    #[session(alias)]
    two: Option<u8>,
    #[session(rename("a"))]
    three: Option<u8>,
    #[session(accessor = four_of_them)]
    four: Option<u8>,
}

fn main() {}
