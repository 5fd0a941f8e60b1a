use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(forget("notes", "old", "$", "old"), forget("user"), forget, forget())]
struct AppSession {
    notes: Option<String>,
    #[session(alias = "user")]
    user_id: Option<u64>,
}

fn main() {}
