use iron_session::IronSession;

#[derive(serde::Serialize, serde::Deserialize, Clone)]
struct Role(String);

#[derive(IronSession, Clone)]
#[session(json_schema)]
struct AppSession {
    role: Option<Role>,
    name: String,
}

fn main() {}
