//! Fields with a form of their own, and members that don't fit.

use iron_session::{CsrfToken, IronSession, Secret};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Site, read, write};

#[derive(IronSession, Clone, Debug, PartialEq)]
struct Texts {
    #[session(with = "iron_session::with::text")]
    id: u64,
    #[session(with = "maybe", alias = "p")]
    parent: Option<NoSerde>,
    #[session(with = "maybe", on_error = "default")]
    lenient: Option<NoSerde>,
}

/// Only its functions know how it is written.
#[derive(Clone, Debug, PartialEq)]
struct NoSerde(u64);

mod maybe {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::NoSerde;

    #[expect(clippy::ref_option, reason = "serde's signature")]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<NoSerde>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("#{}", value.as_ref().map_or(0, |value| value.0)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<NoSerde>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text.strip_prefix('#').and_then(|number| number.parse().ok());
        number.map(|number| Some(NoSerde(number))).ok_or(serde::de::Error::custom("no number"))
    }
}

#[test]
fn functions_of_their_own_write_and_read_a_field() {
    let written = write::<Texts>(|session| session.set_id(u64::MAX));
    assert_eq!(written, json!({ "id": "18446744073709551615" }), "`None` is left out all the same");
    let written = write::<Texts>(|session| session.set_parent(NoSerde(7)));
    assert_eq!(written, json!({ "id": "0", "parent": "#7" }));

    let session: Texts = read(r##"{"id":"7","p":"#8"}"##);
    assert_eq!((session.id(), session.parent()), (&7, Some(&NoSerde(8))));
    let session: Texts = read(r#"{"id":null,"parent":null}"#);
    assert_eq!((session.id(), session.parent()), (&0, None));
    let session: Texts = read(r##"{"id":7,"p":"#8"}"##);
    assert_eq!(session.parent(), None, "a member of the wrong type makes the payload undecodable");
}

#[derive(IronSession, Clone, Debug, PartialEq)]
struct Lenient {
    #[session(on_error = "default", default = "seven")]
    count: u8,
    #[session(on_error = "default")]
    name: Option<String>,
    #[session(flash, on_error = "default")]
    queue: Vec<u8>,
    strict: u8,
}

fn seven() -> u8 {
    7
}

#[test]
fn a_member_of_the_wrong_type_costs_only_its_field() {
    let session: Lenient = read(r#"{"count":"many","name":5,"queue":[1,256],"strict":1}"#);
    assert_eq!((session.count(), session.name(), session.strict()), (&7, None, &1));
    assert!(session.peek_queue().is_empty());
    let session: Lenient = read(r#"{"count":"many","strict":"x"}"#);
    assert_eq!(session, Lenient::empty(), "the others still count");
}

#[test]
fn it_stays_as_it_was_received_until_its_field_changes() {
    let site = Site::new();
    let cookies = site.cookies(r#"{"count":"many","name":5,"strict":1}"#);
    let next = site.request::<Lenient>(&cookies, |session| session.set_strict(2));
    assert_eq!(site.text(&next), r#"{"count":"many","name":5,"strict":2}"#);
    let next = site.request::<Lenient>(&next, |session| session.set_name("ada"));
    assert_eq!(site.text(&next), r#"{"count":"many","name":"ada","strict":2}"#);
}

#[derive(IronSession, Clone, Debug)]
#[session(javascript)]
struct Shared {
    number: Option<i64>,
    nested: Vec<(u64, f64)>,
    #[session(with = "iron_session::with::text")]
    id: u64,
    other: u8,
}

const SAFE: i64 = (1 << 53) - 1;

#[test]
fn an_integer_that_javascript_rounds_is_refused_by_name() {
    let site = Site::new();
    for number in [SAFE + 1, -SAFE - 1, i64::MAX, i64::MIN] {
        let refusal = site.refusal::<Shared>("", |session| session.set_number(number));
        assert!(
            refusal.starts_with("member `number` holds an integer that JavaScript would round"),
            "{refusal}"
        );
    }
    let refusal = site.refusal::<Shared>("", |session| session.nested_mut().push((u64::MAX, 0.0)));
    assert!(refusal.starts_with("member `nested`"), "{refusal}");

    for number in [SAFE, -SAFE, 0] {
        let cookies = site.request::<Shared>("", |session| {
            session.set_number(number);
            session.nested_mut().push((1, 1e300));
            session.set_id(u64::MAX);
        });
        assert_eq!(site.read::<Shared>(&cookies).number(), Some(&number));
    }
}

#[test]
fn what_javascript_rounded_already_passes_unchanged() {
    let site = Site::new();
    let cookies = site.cookies(r#"{"number":9007199254740992,"other":1}"#);
    let next = site.request::<Shared>(&cookies, |session| session.set_other(2));
    let text = site.text(&next);
    assert!(text.starts_with(r#"{"number":9007199254740992,"other":2"#), "{text}");
}

#[derive(IronSession, Clone, Debug)]
struct Secrets {
    csrf: CsrfToken,
    token: Secret<String>,
    pin: Option<Secret<u16>>,
}

#[test]
fn a_token_is_left_out_until_it_is_issued() {
    let site = Site::new();
    let empty = site.request::<Secrets>("", |session| assert!(session.csrf().is_empty()));
    assert_eq!(empty, "", "a session with nothing in it is not written");

    let mut token = String::new();
    let cookies = site.request::<Secrets>("", |session| {
        session.csrf_mut().issue().unwrap().clone_into(&mut token);
    });
    assert_eq!(site.text(&cookies), format!(r#"{{"csrf":"{token}","token":""}}"#));
    let next = site.request::<Secrets>(&cookies, |session| {
        assert!(session.csrf().verify(&token));
        *session.csrf_mut() = CsrfToken::default();
        session.set_pin(7);
    });
    assert_eq!(site.text(&next), r#"{"token":"","pin":7}"#);
}

#[test]
fn a_secret_is_set_from_its_value_and_printed_by_nobody() {
    let mut session = Secrets::empty();
    session.set_token("ya29.a0Af");
    session.set_token(String::from("ya29.a0Af"));
    session.set_token(Secret::new("ya29.a0Af".to_owned()));
    session.set_pin(1234);
    assert_eq!(session.token().expose_secret(), "ya29.a0Af");
    assert_eq!(session.pin().map(Secret::expose_secret), Some(&1234));
    let printed = format!("{session:?}");
    assert!(!printed.contains("ya29") && !printed.contains("1234"), "{printed}");
    assert_eq!(session.take_pin().map(|pin| *pin.expose_secret()), Some(1234));
}

#[derive(IronSession, Clone)]
struct Into {
    #[session(into)]
    wide: u64,
    #[session(into)]
    role: Option<Role>,
    #[session(into, flash)]
    roles: Vec<Role>,
    #[session(into, transient)]
    list: Option<Vec<u8>>,
    #[session(into, max_bytes = 4)]
    bytes: Vec<u8>,
    #[session(into, max_bytes = 8)]
    bounded: Option<Role>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Role(String);

impl From<&str> for Role {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

#[test]
fn a_setter_can_take_in_whatever_becomes_the_value() {
    let mut session = Into::empty();
    session.set_wide(7_u8);
    session.set_role("admin");
    session.push_roles("editor");
    session.set_list([1, 2]);
    session.set_bytes([1]);
    assert!(session.try_set_bytes([1, 200]).is_err());
    assert!(session.try_set_bounded("administrator").is_err());
    assert!(session.try_set_bounded("admin").is_ok());
    assert_eq!((session.wide(), session.role()), (&7, Some(&Role::from("admin"))));
    assert_eq!(session.take_roles(), [Role::from("editor")]);
    assert_eq!((session.list(), session.bytes()), (Some(&vec![1, 2]), &vec![1]));
    assert_eq!(session.bounded(), Some(&Role::from("admin")));
}
