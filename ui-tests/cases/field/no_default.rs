use iron_session::IronSession;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Theme;

#[derive(IronSession, Clone)]
struct AppSession {
    theme: Theme,
    #[session(transient)]
    transient: Theme,
}

fn main() {}
