use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(revocable)]
struct Fits {
    #[session(max_bytes = 2719)]
    text: String,
}

#[derive(IronSession, Clone)]
#[session(revocable)]
struct OneByteTooLarge {
    #[session(max_bytes = 2720)]
    text: String,
}

fn main() {}
