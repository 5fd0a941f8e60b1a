use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(flash, transient)]
    notice: Option<String>,
}

fn main() {}
