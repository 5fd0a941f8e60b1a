use std::collections::HashMap;

use iron_session::{CsrfToken, Expiring, IronSession, Secret};
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Serialize, Deserialize)]
struct Theme(String);

mod uuid {
    #[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
    pub struct Uuid(String);
}

mod url {
    pub type Url = String;
}

#[derive(IronSession, Clone)]
#[session(budget = "strict")]
struct AppSession {
    user_id: Option<u64>,
    csrf: CsrfToken,
    name: Option<String>,
    list: Vec<u8>,
    #[session(max_items = 20)]
    names: Vec<String>,
    map: HashMap<u8, u8>,
    themes: Vec<Theme>,
    #[session(max_items = 20)]
    counted: Vec<Theme>,
    #[session(max_items = 20)]
    ids: Vec<uuid::Uuid>,
    id: Option<uuid::Uuid>,
    theme: Theme,
    return_to: Option<url::Url>,
    secret: Secret<String>,
    #[session(expires_in = "15m")]
    code: Expiring<String>,
    #[session(flash)]
    notices: Vec<u8>,
    #[session(with = "iron_session::with::text")]
    number: u64,
    #[session(max_bytes = 20)]
    bounded: String,
    #[session(transient)]
    user: Option<String>,
}

fn main() {}
