//! Names that only look as if JavaScript could not have them.

use iron_session::IronSession;

/// In JavaScript these are members like any other.
#[derive(IronSession, Clone)]
#[session(javascript)]
struct Shared {
    constructor: Option<String>,
    then: Option<String>,
    #[session(rename = "toString")]
    to_string: Option<String>,
    /// The way away from a name that it can't have.
    #[session(alias = "save")]
    saved: Option<u64>,
    #[session(transient, accessor = "gone")]
    destroy: bool,
}

/// Nobody reads it in JavaScript.
#[derive(IronSession, Clone)]
struct Own {
    #[session(accessor = "saved")]
    save: Option<u64>,
}

fn main() {
    assert_eq!(Shared::canonical("save"), Some("saved"));
    assert_eq!(Own::canonical("save"), Some("save"));
}
