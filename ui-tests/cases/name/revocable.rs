use iron_session::IronSession;

// The id and the time of issue are in the member `$`, so only that name is taken.
#[derive(IronSession, Clone)]
#[session(revocable)]
struct AppSession {
    id: Option<u64>,
    iat: Option<u64>,
    #[session(rename = "$")]
    price: u32,
}

fn main() {}
