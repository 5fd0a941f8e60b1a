use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(max_cookie = 2)]
struct AppSession {
    #[session(flsh)]
    notice: Option<String>,
    #[session(Transient)]
    user: Option<u8>,
    #[session(renmae = "e-mail")]
    email: Option<String>,
}

fn main() {}
