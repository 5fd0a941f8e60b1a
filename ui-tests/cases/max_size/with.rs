use iron_session::MaxSize;
use serde::Serialize;

#[derive(Serialize, MaxSize)]
struct CartItem {
    #[serde(with = "iron_session::with::text")]
    id: u64,
    #[serde(serialize_with = "iron_session::with::text::serialize")]
    #[session(max_items = 2)]
    other: u64,
}

#[derive(Serialize, MaxSize)]
enum Event {
    #[serde(serialize_with = "iron_session::with::text::serialize")]
    Login(u8),
}

fn main() {}
