//! The kinds of changes between two schemas: the rules, with one case for each.

use iron_session::json_schema::changes;
use iron_session_tests::payloads::schema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Derives a session with these fields in a scope of its own, and returns its schema.
macro_rules! session {
    ($(#[session($($attr:tt)*)])? { $($(#[$meta:meta])* $name:ident: $ty:ty,)* }) => {{
        #[derive(iron_session::IronSession, Clone)]
        #[session(json_schema $(, $($attr)*)?)]
        #[allow(dead_code, reason = "only its schema is looked at")]
        struct AppSession { $($(#[$meta])* $name: $ty,)* }
        schema::<AppSession>()
    }};
}

macro_rules! item {
    ($name:ident { $($(#[$meta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive(Serialize, Deserialize, JsonSchema, Clone, Default)]
        #[allow(dead_code, reason = "only its schema is looked at")]
        struct $name { $($(#[$meta])* $field: $ty,)* }
    };
}

#[track_caller]
pub(super) fn assert_changes(old: &Value, new: &Value, expected: &[&str]) {
    let found: Vec<_> = changes(old, new).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_member_that_may_be_missing_is_additive() {
    let old = session!({ visits: u32, });
    let new = session!({ visits: u32, theme: Option<String>, });
    assert_changes(&old, &new, &["additive  theme: added, a string"]);
    assert_changes(&new, &old, &["breaking  theme: removed"]);
    assert_changes(&old, &old, &[]);
}

#[test]
fn a_rename_is_a_removal_and_an_addition() {
    let old = session!({ visits: u32, });
    let new = session!(#[session(rename_all = "UPPERCASE")] { visits: u32, });
    assert_changes(&old, &new, &["breaking  visits: removed", "additive  VISITS: added, an integer"]);
}

#[test]
fn another_type_is_breaking() {
    let old = session!({ id: u32, });
    assert_changes(&old, &session!({ id: String, }), &["breaking  id: is a string, was an integer"]);
    let wider = session!({ id: u64, });
    let found: Vec<_> = changes(&old, &wider).iter().map(ToString::to_string).collect();
    assert!(found.iter().all(|line| line.starts_with("breaking  id: `")), "{found:?}");
    assert!(!found.is_empty());
    let expiring = session!({ #[session(expires_in = "1m")] id: iron_session::Expiring<u32>, });
    assert_changes(&old, &expiring, &["breaking  id: expires, which changes its form"]);
    assert_changes(&expiring, &expiring, &[]);
    let unknown = session!({ #[session(with = "iron_session::with::text")] id: u32, });
    assert_changes(&old, &unknown, &["breaking  id: is a string, was an integer"]);
}

#[test]
fn looser_bounds_are_additive_and_tighter_ones_breaking() {
    let open = session!({ name: String, tags: Vec<u8>, });
    let wide =
        session!({ #[session(max_bytes = 40)] name: String, #[session(max_items = 4)] tags: Vec<u8>, });
    let narrow =
        session!({ #[session(max_bytes = 20)] name: String, #[session(max_items = 2)] tags: Vec<u8>, });
    assert_changes(
        &wide,
        &narrow,
        &["breaking  name: `max_bytes` is 20, was 40", "breaking  tags: `maxItems` is 2, was 4"],
    );
    assert_changes(
        &narrow,
        &wide,
        &["additive  name: `max_bytes` is 40, was 20", "additive  tags: `maxItems` is 4, was 2"],
    );
    assert_changes(
        &wide,
        &open,
        &[
            "additive  name: `max_bytes` was 40, there is no limit",
            "additive  tags: `maxItems` was 4, there is no limit",
        ],
    );
    assert_changes(
        &open,
        &wide,
        &[
            "breaking  name: `max_bytes` is 40, there was no limit",
            "breaking  tags: `maxItems` is 4, there was no limit",
        ],
    );
    let three = session!({ rgb: [u8; 3], });
    let four = session!({ rgb: [u8; 4], });
    let found = changes(&three, &four);
    assert!(!found.is_empty() && found.iter().all(|c| c.to_string().starts_with("breaking")), "{found:?}");
}

#[test]
fn a_flash_is_read_otherwise_and_written_alike() {
    let old = session!({ notice: Option<String>, });
    let new = session!({ #[session(flash)] notice: Option<String>, });
    assert_changes(&old, &new, &["additive  notice: is a flash"]);
    assert_changes(&new, &old, &["additive  notice: is no longer a flash"]);
}

#[test]
fn nested_members_are_compared_wherever_they_are() {
    item!(Item { id: u64, price: u32 });
    item!(Renamed { id: u64, price: u32 });
    item!(Priced { id: u64, price: String });
    item!(Noted { id: u64, price: u32, note: Option<String>, });
    item!(Tagged { id: u64, price: u32, tag: String });
    item!(Lenient {
        id: u64,
        #[serde(default)]
        price: u32,
    });
    let old = session!({ cart: Vec<Item>, });
    assert_changes(&old, &session!({ cart: Vec<Renamed>, }), &[]);
    assert_changes(
        &old,
        &session!({ cart: Vec<Priced>, }),
        &["breaking  cart[].price: is a string, was an integer"],
    );
    assert_changes(
        &old,
        &session!({ cart: Vec<Noted>, }),
        &["additive  cart[].note: added, a string or null"],
    );
    assert_changes(
        &old,
        &session!({ cart: Vec<Tagged>, }),
        &["breaking  cart[].tag: added, a string, required"],
    );
    let lenient = session!({ cart: Vec<Lenient>, });
    assert_changes(&old, &lenient, &["breaking  cart[].price: is optional, which older servers can't read"]);
    assert_changes(&lenient, &old, &["breaking  cart[].price: is required, was optional"]);
}

#[test]
fn maps_and_tuples_are_looked_into() {
    use std::collections::BTreeMap;
    let old = session!({ prefs: BTreeMap<String, bool>, at: (u8, String), });
    let new = session!({ prefs: BTreeMap<String, String>, at: (u8, bool), });
    assert_changes(
        &old,
        &new,
        &["breaking  at[1]: is a boolean, was a string", "breaking  prefs{}: is a string, was a boolean"],
    );
}

#[test]
fn a_closed_type_can_take_no_member_more() {
    #[derive(Serialize, Deserialize, JsonSchema, Clone, Default)]
    #[serde(deny_unknown_fields)]
    struct Closed {
        id: u64,
    }
    #[derive(Serialize, Deserialize, JsonSchema, Clone, Default)]
    #[serde(deny_unknown_fields)]
    struct More {
        id: u64,
        note: Option<String>,
    }
    item!(Open { id: u64 });
    let closed = session!({ item: Closed, });
    assert_changes(
        &closed,
        &session!({ item: More, }),
        &["breaking  item.note: added, a string or null, which older servers reject"],
    );
    let open = session!({ item: Open, });
    assert_changes(&closed, &open, &["additive  item: accepts unknown members"]);
    assert_changes(&open, &closed, &["breaking  item: rejects unknown members"]);
}

#[test]
fn recursive_types_come_to_an_end() {
    #[derive(Serialize, Deserialize, JsonSchema, Clone, Default)]
    struct Tree {
        leaves: Vec<Tree>,
    }
    #[derive(Serialize, Deserialize, JsonSchema, Clone, Default)]
    struct Grown {
        leaves: Vec<Grown>,
        fruit: Option<u8>,
    }
    let old = session!({ tree: Tree, });
    let new = session!({ tree: Grown, });
    assert_changes(&old, &old, &[]);
    assert_changes(&old, &new, &["additive  tree.fruit: added, an integer or null"]);
}

#[test]
fn javascript_on_both_or_on_neither() {
    let old = session!({ id: u32, });
    let new = session!(#[session(javascript)] { id: u32, });
    assert_changes(&old, &new, &["breaking  the session: is now written by JavaScript too"]);
}

/// Servers of both releases keep the id and the time of issue.
#[test]
fn a_struct_may_become_revocable() {
    let old = session!({ id: u32, });
    let new = session!(#[session(revocable)] { id: u32, });
    assert_changes(&old, &new, &["additive  the session: is revocable"]);
    assert_changes(&new, &old, &["additive  the session: is no longer revocable"]);
}

/// A server that keeps sessions in cookies leaves those in records alone.
#[test]
fn the_first_records_are_breaking() {
    let old = session!(#[session(revocable)] { id: u32, });
    let overflow = session!(#[session(storage = "overflow")] { id: u32, });
    let server = session!(#[session(storage = "server")] { id: u32, });
    assert_changes(&old, &overflow, &["breaking  the session: may write sessions into records"]);
    assert_changes(&overflow, &server, &[]);
    assert_changes(&server, &old, &["breaking  the session: no longer reads sessions from records"]);
}

#[test]
fn hostile_schemas_come_to_an_end() {
    let looped: Value =
        serde_json::from_str(r##"{"properties":{"a":{"$ref":"#/properties/a"},"b":false}}"##).unwrap();
    let other: Value =
        serde_json::from_str(r##"{"properties":{"a":{"$ref":"#/nowhere"},"b":true},"required":3}"##).unwrap();
    assert_changes(&looped, &looped, &[]);
    assert_changes(&looped, &other, &["breaking  b: `not` is no longer {}"]);
}

/// Two variants without a tag: both are an object of more than one member.
#[derive(Serialize, Deserialize, JsonSchema, Clone)]
#[serde(untagged)]
pub(super) enum Contact {
    Mail { address: String, name: Option<String> },
    Phone { number: u64, country: Option<String> },
}

#[test]
fn a_schema_has_not_changed_from_itself() {
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    enum Mixed {
        Plain,
        Number(u8),
        Named { a: u8, b: String },
        Pair(u8, String),
    }
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(tag = "kind", content = "value")]
    enum Adjacent {
        Empty,
        One(String),
        Two { a: u8 },
    }
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(untagged)]
    enum Numbers {
        Small(u8),
        Large(u64),
        Text(String),
        Pair(u8, u8),
        Triple(u8, u8, u8),
        None,
    }
    #[derive(Serialize, Deserialize, JsonSchema, Clone, Default)]
    struct Rest {
        id: u8,
        #[serde(flatten)]
        rest: std::collections::BTreeMap<String, Option<Numbers>>,
    }
    item!(Nested { contact: Option<Contact>, list: Vec<Mixed>, pair: Option<(Adjacent, Numbers)> });
    for schema in [
        session!({ contact: Option<Contact>, contacts: Vec<Contact>, }),
        session!({ mixed: Option<Mixed>, adjacent: Option<Adjacent>, }),
        session!({ numbers: Option<Numbers>, list: Vec<Numbers>, }),
        session!({ rest: Rest, nested: Nested, all: Option<Nested>, }),
    ] {
        assert_changes(&schema, &schema, &[]);
    }
}

#[test]
fn a_member_beside_a_typed_map_was_one_of_the_map() {
    use std::collections::BTreeMap;
    item!(Old {
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    });
    item!(Counted {
        count: Option<i32>,
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    });
    item!(Named {
        #[serde(default)]
        name: String,
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    });
    item!(Anything {
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    });
    item!(CountedAnything {
        count: Option<i32>,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    });
    let old = session!({ user: Old, });
    assert_changes(
        &old,
        &session!({ user: Counted, }),
        &["breaking  user.count: added, an integer or null, which older servers read as a string"],
    );
    assert_changes(&old, &session!({ user: Named, }), &["additive  user.name: added, a string"]);
    assert_changes(
        &session!({ user: Anything, }),
        &session!({ user: CountedAnything, }),
        &["additive  user.count: added, an integer or null"],
    );
}
