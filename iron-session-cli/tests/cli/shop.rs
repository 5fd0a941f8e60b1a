//! The sessions whose schema files the tests read.

use iron_session::testing::assert_schema;
use iron_session::{CsrfToken, Expiring};

mod v1 {
    use iron_session::IronSession;
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    pub(super) struct Line {
        pub(super) sku: String,
        pub(super) price: u32,
    }

    #[derive(IronSession, Clone)]
    #[session(json_schema, rename_all = "camelCase")]
    pub(super) struct AppSession {
        #[session(max_bytes = 36)]
        pub(super) user_id: Option<String>,
        pub(super) cart: Vec<Line>,
    }
}

mod v2 {
    use std::collections::BTreeMap;

    use iron_session::IronSession;
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use super::{CsrfToken, Expiring, v1};

    /// What somebody wants to buy.
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    pub(super) struct Line {
        /// The article's number.
        pub(super) sku: String,
        pub(super) price: String,
        pub(super) gift: Option<bool>,
    }

    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub(super) enum Notice {
        Text { text: String },
        Link { href: String },
        Cleared,
    }

    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    pub(super) enum Theme {
        Dark,
        /// A comment that would like to end */ early.
        Light,
    }

    /// A visitor of the shop.
    #[derive(IronSession, Clone)]
    #[session(json_schema, version = 2, untagged = 1, previous = v1::AppSession, rename_all = "camelCase")]
    pub(super) struct AppSession {
        /// Who is signed in.
        #[session(max_bytes = 36)]
        pub(super) user_id: Option<String>,
        pub(super) cart: Vec<Line>,
        pub(super) theme: Option<Theme>,
        #[session(flash, rename = "flash-notice")]
        pub(super) notice: Option<Notice>,
        #[session(expires_in = "15m")]
        pub(super) sudo: Expiring<bool>,
        pub(super) prefs: BTreeMap<String, (u8, Option<String>)>,
        pub(super) csrf: CsrfToken,
        #[session(with = "iron_session::with::text")]
        pub(super) balance: u64,
    }

    impl From<v1::AppSession> for AppSession {
        fn from(old: v1::AppSession) -> Self {
            let line = |line: v1::Line| Line { sku: line.sku, price: line.price.to_string(), gift: None };
            let cart = old.cart.into_iter().map(line).collect();
            Self { user_id: old.user_id, cart, ..IronSession::empty() }
        }
    }
}

#[test]
fn the_schema_files_are_those_of_the_structs() {
    assert_schema!(v1::AppSession, "tests/cli/shop.v1.json");
    assert_schema!(v2::AppSession, "tests/cli/shop.v2.json");
}
