use iron_session::IronSession;
use iron_session::json_schema::HasJsonSchema;

#[derive(IronSession, Clone)]
#[session(json_schema = "app_session.json")]
struct AppSession {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
struct Undescribed {
    #[session(json_schema)]
    user: Option<String>,
}

#[derive(IronSession, Clone)]
struct Plain {
    user: Option<String>,
}

fn main() {
    let _ = AppSession::json_schema();
    let _ = <Plain as HasJsonSchema>::json_schema();
}
