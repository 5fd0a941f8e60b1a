use iron_session::IronSession;
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Serialize, Deserialize)]
struct ReturnTo(String);

#[derive(IronSession, Clone)]
struct AppSession {
    return_to: ReturnTo,
}

fn main() {}
