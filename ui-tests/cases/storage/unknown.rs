use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(storage = "disk")]
struct Misspelt {
    visits: u32,
}

#[derive(IronSession, Clone)]
#[session(storage)]
struct Missing {
    visits: u32,
}

#[derive(IronSession, Clone)]
#[session(storage = "server", max_record_bytes = 2000000)]
struct TooLarge {
    visits: u32,
}

fn main() {}
