use std::collections::HashMap;

use iron_session::{CsrfToken, Expiring, IronSession, MaxSize, Secret};
use iron_session::{CsrfToken as Token, Secret as Hidden};
use serde::{Deserialize, Serialize};

type Tokens = Vec<CsrfToken>;

#[derive(Clone, Default, Serialize, Deserialize)]
struct Role;

#[derive(Clone, Default, Serialize, Deserialize, MaxSize)]
struct Account {
    number: u8,
    #[session(max_bytes = 40)]
    token: Option<Secret<String>>,
}

#[derive(IronSession, Clone)]
#[session(compress)]
struct AppSession {
    cart: Vec<u64>,
    csrf: CsrfToken,
    token: Option<Secret<String>>,
    an_option: Option<CsrfToken>,
    a_list: Vec<CsrfToken>,
    a_box: Option<Box<Secret<String>>>,
    a_map: HashMap<String, Secret<String>>,
    a_tuple: (Role, CsrfToken),
    an_alias: Tokens,
    a_name: Token,
    another_name: Option<Hidden<u64>>,
    nested: Option<Account>,
    nested_deep: HashMap<String, Vec<Account>>,
    #[session(expires_in = "5m")]
    expiring: Expiring<Secret<String>>,
    #[session(flash)]
    flash: Vec<Secret<String>>,
    #[session(compress = false)]
    other: Secret<String>,
    #[session(compress = true)]
    waived: CsrfToken,
    #[session(transient)]
    transient: Option<Secret<String>>,
}

fn main() {}
