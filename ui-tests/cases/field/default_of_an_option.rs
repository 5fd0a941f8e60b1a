use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(default = "light")]
    theme: Option<String>,
    #[session(flash, default = "light")]
    notice: Option<String>,
    #[session(flash, default = "lights")]
    notices: Vec<String>,
}

fn main() {}
