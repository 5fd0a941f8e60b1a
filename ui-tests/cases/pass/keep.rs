//! Fields that are kept: a secret may be, unlike a `CsrfToken`.

use iron_session::{CsrfToken, IronSession, MaxSize, ReturnTo, Secret};
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Serialize, Deserialize, MaxSize)]
struct Voucher {
    #[session(max_bytes = 40)]
    code: Option<Secret<String>>,
}

/// A type of which nothing is known.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Cart;

mod other {
    /// Another crate's.
    #[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
    pub struct CsrfToken;
}

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(keep)]
    secret: Option<Secret<String>>,
    #[session(keep)]
    nested: Vec<Voucher>,
    #[session(keep)]
    unknown: Cart,
    #[session(keep)]
    another: other::CsrfToken,
    return_to: ReturnTo,
    csrf: CsrfToken,
}

fn main() {}
