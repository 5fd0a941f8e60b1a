use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(max_record_bytes = 1000)]
struct AppSession {
    #[session(counter)]
    visits: u32,
}

fn main() {}
