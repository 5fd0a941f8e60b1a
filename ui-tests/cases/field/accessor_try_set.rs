use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(max_bytes = 5)]
    name: String,
    try_set_name: u8,
    #[session(flash, max_items = 5)]
    queue: Vec<u8>,
    try_push_queue: u8,
    budget: u8,
}

fn main() {}
