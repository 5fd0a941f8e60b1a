use iron_session::IronSession;
use iron_session::schema::WireSchema;

#[derive(IronSession, Clone)]
#[session(schema = "app_session.json")]
struct AppSession {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
struct Undescribed {
    #[session(schema)]
    user: Option<String>,
}

#[derive(IronSession, Clone)]
struct Plain {
    user: Option<String>,
}

fn main() {
    let _ = AppSession::schema();
    let _ = <Plain as WireSchema>::schema();
}
