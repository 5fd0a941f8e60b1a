//! Sessions that may be compressed, and why no field keeps them from it.

use std::collections::{BTreeMap, HashMap};

use iron_session::{IronSession, MaxSize};
use serde::{Deserialize, Serialize};

/// A type of which nothing is known.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Role;

/// Types that hold each other.
#[derive(Clone, Default, Serialize, Deserialize, MaxSize)]
struct Branch {
    #[session(max_bytes = 200)]
    leaves: Vec<Leaf>,
}

#[derive(Clone, Default, Serialize, Deserialize, MaxSize)]
struct Leaf {
    #[session(max_bytes = 100)]
    branches: Vec<Branch>,
}

/// Another crate's.
#[derive(Clone, Default, Serialize, Deserialize)]
struct CsrfToken;

#[derive(IronSession, Clone)]
#[session(compress, max_cookies = 2)]
struct AppSession {
    cart: Vec<(u64, Role)>,
    names: HashMap<String, BTreeMap<u8, Option<Box<str>>>>,
    branch: Branch,
    token: self::CsrfToken,
}

fn main() {}
