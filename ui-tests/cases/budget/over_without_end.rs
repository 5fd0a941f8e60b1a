use iron_session::IronSession;

type Page = Box<[[[[[[u128; 32]; 32]; 32]; 32]; 32]; 32]>;

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(max_items = 4_294_967_295)]
    pages: Vec<Page>,
}

fn main() {}
