use std::collections::HashMap;

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Serialize, Deserialize)]
struct Cart;

mod url {
    pub type Url = String;
}

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(max_items = 4)]
    name: Option<String>,
    #[session(max_items = 4)]
    map: HashMap<String, u8>,
    #[session(max_items = 4)]
    return_to: Option<url::Url>,
}

#[derive(IronSession, Clone)]
struct Unknown {
    #[session(max_items = 4)]
    cart: Cart,
}

fn main() {}
