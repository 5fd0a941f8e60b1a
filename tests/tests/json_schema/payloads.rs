//! Payloads that sessions write are valid; damaged ones are not.

use std::collections::BTreeMap;

use iron_session::{CsrfToken, Expiring, IronSession, Secret};
use iron_session_tests::Visitor;
use iron_session_tests::fixtures::{clock, cookie, options, unseal};
use iron_session_tests::payloads::schema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug)]
#[serde(rename_all = "lowercase")]
enum Role {
    Admin,
    Guest,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug)]
#[serde(rename_all = "camelCase")]
struct CartItem {
    item_id: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Notice {
    Text { text: String },
    Link { href: String, text: String },
}

/// What a visitor has.
#[derive(IronSession, Clone, Debug)]
#[session(
    json_schema,
    version = 3,
    untagged = 2,
    readable_by = 2,
    rename_all = "camelCase",
    max_cookies = 4,
    reserve_unknown = 100
)]
struct Visitation {
    /// Who is signed in,
    /// by the database's id.
    ///
    /// Not this.
    #[session(max_bytes = 36, alias = "uid")]
    user_id: Option<String>,
    role: Option<Role>,
    visits: u32,
    #[session(max_items = 3)]
    cart: Vec<CartItem>,
    #[session(max_items = 2, max_bytes = 200)]
    prefs: BTreeMap<String, bool>,
    #[session(rename = "flash-notice", flash)]
    notice: Option<Notice>,
    #[session(flash(expires_in = "10m"), max_items = 2)]
    queue: Vec<Notice>,
    #[session(transient)]
    query: Option<std::sync::Arc<str>>,
    #[session(expires_in = "15m", max_bytes = 8)]
    sudo: Expiring<String>,
    csrf: CsrfToken,
    access: Option<Secret<String>>,
    #[session(with = "iron_session::with::text")]
    balance: i64,
    #[session(with = "minutes")]
    elapsed: std::time::Duration,
}

mod minutes {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(value.as_secs() / 60)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(|minutes| Duration::from_secs(minutes * 60))
    }
}

/// Returns the payload that is written when a visitor with this payload changes something.
fn written(received: Option<&str>, change: impl FnOnce(&mut Visitation)) -> Value {
    let clock = clock();
    let options = options(&clock).max_cookies(1).build().unwrap();
    let mut visitor =
        received.map_or_else(Visitor::new, |payload| Visitor::with_cookies(&cookie(&clock, payload)));
    visitor.visit::<Visitation, _>(&options, |session| change(session));
    assert_eq!(visitor.unreadable(), None);
    let header = visitor.cookie_header();
    serde_json::from_str(&unseal(&clock, header.strip_prefix("sid=").unwrap())).unwrap()
}

fn full() -> Value {
    written(None, |session| {
        session.set_user_id("ada");
        session.set_role(Role::Admin);
        *session.visits_mut() = 7;
        session.cart_mut().push(CartItem { item_id: 1, note: None });
        session.cart_mut().push(CartItem { item_id: u64::MAX, note: Some("a gift".to_owned()) });
        session.prefs_mut().insert("dark".to_owned(), true);
        session.set_notice(Notice::Text { text: "Welcome".to_owned() });
        session.push_queue(Notice::Link { href: "/".to_owned(), text: "Home".to_owned() });
        session.set_query("not on the wire".into());
        session.set_sudo("yes".to_owned());
        session.csrf_mut().issue().unwrap();
        session.set_access(Secret::from("ya29"));
        *session.balance_mut() = -5;
        session.set_elapsed(std::time::Duration::from_secs(120));
    })
}

#[test]
fn what_is_written_is_valid() {
    let validator = jsonschema::draft202012::new(&schema::<Visitation>()).unwrap();
    let payloads = [
        full(),
        written(None, |session| session.set_user_id("ada")),
        // Of JavaScript, which leaves out what it doesn't know.
        written(Some(r#"{"theme":"dark","uid":"ada"}"#), |session| session.set_visits(1)),
        // Of an older release, with members in a cart that nobody knows.
        written(Some(r#"{"$":{"v":2},"cart":[{"itemId":1,"colour":"red"}]}"#), |session| {
            session.set_role(Role::Guest);
        }),
        // Text at its bound, in code points of four bytes.
        written(None, |session| session.set_user_id("🦀".repeat(9))),
    ];
    for payload in payloads {
        assert_eq!(payload["$"]["v"], 3, "{payload}");
        let errors: Vec<_> = validator.iter_errors(&payload).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in {payload}");
    }
}

#[test]
fn what_is_damaged_is_not() {
    let schema = schema::<Visitation>();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let damages = [
        ("/$/v", json!(2)),
        ("/$/r", json!(1)),
        ("/$", json!("not ours")),
        ("/userId", json!(42)),
        ("/userId", json!("a".repeat(37))),
        ("/role", json!("root")),
        ("/visits", json!(-1)),
        ("/visits", json!(1.5)),
        ("/visits", json!("7")),
        ("/cart", json!({})),
        ("/cart", json!([1, 2, 3])),
        ("/cart/0", json!({ "note": "no id" })),
        ("/cart", json!([{ "itemId": 1 }, { "itemId": 2 }, { "itemId": 3 }, { "itemId": 4 }])),
        ("/prefs", json!({ "dark": "yes" })),
        ("/prefs", json!({ "a": true, "b": true, "c": true })),
        ("/flash-notice", json!({ "kind": "text" })),
        ("/flash-notice", json!({ "kind": "video", "text": "" })),
        ("/queue", json!([])),
        ("/queue/until_ms", json!("soon")),
        ("/queue/value", json!([1])),
        ("/sudo", json!("yes")),
        ("/sudo", json!({ "value": "yes" })),
        ("/sudo/value", json!("a".repeat(9))),
        ("/csrf", json!("short")),
        ("/access", json!(["ya29"])),
        ("/balance", json!(-5)),
    ];
    for (path, damage) in damages {
        let mut payload = full();
        assert!(validator.is_valid(&payload), "{payload}");
        *payload.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = damage.clone();
        assert!(!validator.is_valid(&payload), "{path} is {damage}");
    }
}

#[test]
fn an_untagged_payload_of_another_version_is_not() {
    let validator = jsonschema::draft202012::new(&schema::<Visitation>()).unwrap();
    assert!(!validator.is_valid(&json!({ "userId": "ada" })));
    assert!(!validator.is_valid(&json!({ "$": {}, "userId": "ada" })));
    assert!(validator.is_valid(&json!({ "$": { "v": 3 }, "userId": "ada" })));
}

#[test]
fn a_session_may_lack_everything() {
    #[derive(IronSession, Clone)]
    #[session(json_schema, version = 2, untagged = 2)]
    struct AppSession {
        #[allow(dead_code, reason = "only its schema is looked at")]
        visits: u32,
    }

    let schema = schema::<AppSession>();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert!(validator.is_valid(&json!({})));
    assert!(validator.is_valid(&json!({ "$": { "t": 0 }, "visits": 1, "theirs": null })));
    assert!(!validator.is_valid(&json!({ "$": { "t": -1 } })));
}

#[test]
fn without_a_version_the_name_of_the_metadata_is_free() {
    #[derive(IronSession, Clone)]
    #[session(json_schema)]
    struct AppSession {
        #[allow(dead_code, reason = "only its schema is looked at")]
        visits: u32,
    }

    let schema = schema::<AppSession>();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for metadata in [json!("JS's own"), json!(null), json!([1]), json!({}), json!({ "t": 60, "theirs": 1 })] {
        assert!(validator.is_valid(&json!({ "$": metadata })), "{metadata}");
    }
    let id = "-_AAAAAAAAAAAAAAAAAAAA";
    assert!(validator.is_valid(&json!({ "$": { "iat": 1_763_650_000, "id": id } })));
    for mistake in [
        json!({ "t": "a while" }),
        json!({ "iat": -1 }),
        json!({ "iat": "2025-11-20" }),
        json!({ "id": 1 }),
        json!({ "id": format!("{id}A") }),
        json!({ "id": id.replace('-', "+") }),
    ] {
        assert!(!validator.is_valid(&json!({ "$": mistake })), "{mistake}");
    }
}

#[test]
fn says_what_json_schema_has_no_words_for() {
    let schema = schema::<Visitation>();
    assert_eq!(schema["title"], "Visitation");
    assert_eq!(schema["description"], "What a visitor has.");
    let expected = json!({
        "version": 3, "untagged": 2, "readable_by": 2,
        "max_cookies": 4, "overhead_bytes": 128, "reserve_unknown_bytes": 100,
    });
    assert_eq!(schema["x-iron-session"], expected);

    let of = |name: &str| schema["properties"][name]["x-iron-session"].clone();
    assert_eq!(of("flash-notice"), json!({ "flash": true }));
    assert_eq!(of("queue"), json!({ "flash": true, "expiring": true }));
    assert_eq!(of("sudo"), json!({ "expiring": true, "max_bytes": 8, "largest_bytes": 10 }));
    assert_eq!(of("access"), json!({ "secret": true }));
    assert_eq!(of("visits"), json!({ "largest_bytes": 10 }));
    assert_eq!(schema["properties"]["userId"]["description"], "Who is signed in, by the database's id.");
    assert_eq!(schema["properties"].get("uid"), None, "an alias is not written");
    assert_eq!(schema["properties"].get("query"), None, "nor is a transient");
}

#[test]
fn a_generic_session_has_a_schema() {
    #[derive(IronSession, Clone)]
    #[session(json_schema)]
    struct AppSession<T>
    where
        T: iron_session::MaxSize
            + JsonSchema
            + Serialize
            + serde::de::DeserializeOwned
            + Clone
            + Send
            + Sync
            + 'static,
    {
        #[allow(dead_code, reason = "only its schema is looked at")]
        user: Option<T>,
    }

    assert_eq!(schema::<AppSession<u8>>()["properties"]["user"]["maximum"], 255);
    assert_eq!(schema::<AppSession<bool>>()["properties"]["user"]["type"], "boolean");
}
