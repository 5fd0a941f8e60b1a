use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(flash(expire_in = "10m"))]
    one: Option<u8>,
    #[session(flash(max_bytes = 5))]
    two: Option<String>,
    #[session(flash(expires_in = "10m", expires_in = "20m"))]
    three: Option<u8>,
    #[session(flash("10m"))]
    four: Option<u8>,
}

fn main() {}
