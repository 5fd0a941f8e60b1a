use iron_session::IronSession;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, IronSession, Clone)]
#[serde(rename_all = "camelCase")]
struct AppSession {
    #[serde(skip)]
    secret: Option<String>,
}

fn main() {}
