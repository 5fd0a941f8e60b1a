use iron_session::IronSession;

type Maybe = Option<String>;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(flash)]
    notice: Maybe,
}

fn main() {}
