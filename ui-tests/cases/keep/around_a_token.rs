use std::collections::HashMap;

use iron_session::{CsrfToken, Expiring, IronSession, MaxSize, Secret};
use serde::{Deserialize, Serialize};

type Token = CsrfToken;

#[derive(Clone, Default, Serialize, Deserialize, MaxSize)]
struct Form {
    page: u8,
    csrf: CsrfToken,
}

/// The secret comes first.
#[derive(Clone, Default, Serialize, Deserialize, MaxSize)]
struct Account {
    #[session(max_bytes = 40)]
    token: Option<Secret<String>>,
    form: Form,
}

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(keep)]
    an_alias: Token,
    #[session(keep)]
    an_option: Option<CsrfToken>,
    #[session(keep)]
    nested: Form,
    #[session(keep)]
    nested_deep: HashMap<String, Vec<Account>>,
    #[session(keep, expires_in = "5m")]
    expiring: Expiring<CsrfToken>,
    #[session(keep, flash)]
    flash: Vec<CsrfToken>,
    not_kept: Form,
}

fn main() {}
