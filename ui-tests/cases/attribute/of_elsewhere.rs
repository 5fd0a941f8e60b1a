use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(ttl = "1h", cookie = "app_session", domain = "example.com", secure, password = "…")]
struct AppSession {
    #[session(skip)]
    user: Option<u8>,
    #[session(skip_serializing_if = "Option::is_none")]
    theme: Option<u8>,
    #[session(max_len = 20)]
    name: String,
}

fn main() {}
