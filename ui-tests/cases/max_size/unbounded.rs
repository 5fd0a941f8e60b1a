use iron_session::MaxSize;

#[derive(MaxSize)]
struct CartItem {
    sku: String,
    tags: Vec<u8>,
    quantity: u8,
}

#[derive(MaxSize)]
enum Event {
    Login(String),
    Logout,
}

fn main() {}
