use iron_session::IronSession;
use serde::{Deserialize, Serialize};

#[derive(IronSession, Clone)]
#[session(rename_all = "camelCase")]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppSession {
    #[serde(skip_deserializing)]
    secret: Option<String>,
}

fn main() {}
