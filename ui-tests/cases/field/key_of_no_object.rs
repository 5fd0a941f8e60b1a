use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(key = "id")]
    visits: u32,
    #[session(keep_unknown)]
    name: Option<String>,
    #[session(key = "id", keep_unknown)]
    cart: Vec<u64>,
    #[session(key)]
    other: Vec<u64>,
    #[session(transient, key = "id")]
    user: Option<Vec<u64>>,
}

fn main() {}
