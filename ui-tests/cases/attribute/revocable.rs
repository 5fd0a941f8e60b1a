use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(revocable = true)]
struct WithAValue {
    visits: u8,
}

#[derive(IronSession, Clone)]
#[session(revocable("id"))]
struct WithAList {
    visits: u8,
}

#[derive(IronSession, Clone)]
#[session(revocable, revocable)]
struct Twice {
    visits: u8,
}

#[derive(IronSession, Clone)]
struct OnAField {
    #[session(revocable)]
    visits: u8,
}

#[derive(IronSession, Clone)]
#[session(revokable)]
struct Misspelt {
    visits: u8,
}

fn main() {}
