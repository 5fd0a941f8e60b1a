use renamed as sess;

mod renamed {
    pub use iron_session::*;
}

#[derive(sess::IronSession, Clone)]
#[session(crate = "crate::renamed", compress)]
struct AppSession {
    token: Option<sess::Secret<String>>,
}

fn main() {}
