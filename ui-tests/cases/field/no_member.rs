use iron_session::IronSession;

#[derive(Clone)]
struct Theme;

#[derive(IronSession, Clone)]
struct AppSession {
    plain: Vec<Theme>,
    optional: Option<Theme>,
    #[session(flash)]
    queue: Vec<Theme>,
    borrowed: Option<&'static str>,
}

fn main() {}
