use iron_session::IronSession;

type Count = u32;

#[derive(IronSession, Clone)]
#[session(storage = "server")]
struct AppSession {
    #[session(counter)]
    name: String,
    #[session(counter)]
    visits: Count,
    #[session(counter)]
    last: Option<u64>,
    #[session(counter, with = "iron_session::with::text")]
    id: u64,
    #[session(counter, transient)]
    now: u64,
    #[session(counter)]
    good: i8,
}

fn main() {}
