use std::collections::HashMap;

use iron_session::MaxSize;

#[derive(MaxSize)]
struct CartItem {
    sku: String,
    name: String,
    note: Option<String>,
    tags: Vec<u8>,
    prices: HashMap<u8, u8>,
    pair: (u8, String),
    quantity: u8,
}

#[derive(MaxSize)]
enum Event {
    Login(String),
    Rename { from: String, to: String },
    Logout,
}

fn main() {}
