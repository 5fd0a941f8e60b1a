//! Bounded fields: when they are set, and when they are saved.

use std::collections::{BTreeMap, HashSet, VecDeque};

use iron_session::error::{FieldTooLarge, Unit};
use iron_session::{Expiring, IronSession, Secret};

use crate::Site;

#[derive(IronSession, Clone, Debug)]
#[session(rename_all = "camelCase", max_cookies = 2)]
struct Bounded {
    #[session(max_bytes = 5)]
    user_name: String,
    #[session(max_bytes = 5)]
    nick_name: Option<Box<str>>,
    #[session(max_items = 2)]
    cart: Vec<u32>,
    #[session(max_items = 2, max_bytes = 12)]
    tags: VecDeque<String>,
    #[session(max_bytes = 9)]
    map: BTreeMap<String, u8>,
    #[session(max_items = 1)]
    set: Option<HashSet<u8>>,
    #[session(flash, max_items = 2)]
    queue: Vec<u8>,
    #[session(flash, max_bytes = 5)]
    notice: Option<String>,
    #[session(flash(expires_in = "10m"), max_bytes = 6)]
    codes: Vec<String>,
    #[session(expires_in = "15m", max_bytes = 5)]
    code: Expiring<String>,
    #[session(max_bytes = 5)]
    token: Secret<String>,
    #[session(with = "iron_session::with::text", max_bytes = 3)]
    id: u64,
    #[session(with = "optional_text", max_bytes = 3)]
    parent: Option<u64>,
}

mod optional_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde's signature")]
    pub(super) fn serialize<S: Serializer>(value: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(|value| value.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.and_then(|value| value.parse().ok()))
    }
}

fn assert_too_large(result: Result<(), FieldTooLarge>, field: &str, counted: (Unit, usize, usize)) {
    let error = result.unwrap_err();
    assert_eq!((error.field.as_str(), (error.unit, error.found, error.limit)), (field, counted));
}

#[test]
fn a_value_that_fits_is_set() {
    let mut session = Bounded::empty();
    assert_too_large(session.try_set_user_name("ada\"!"), "user_name", (Unit::Bytes, 6, 5));
    assert_eq!(session.try_set_user_name("ada\""), Ok(()));
    assert_eq!(session.try_set_nick_name("12345"), Ok(()));
    assert_eq!(session.try_set_cart(vec![u32::MAX; 2]), Ok(()));
    assert_eq!(session.try_set_tags(VecDeque::from(["abcde".to_owned()])), Ok(()));
    assert_eq!(session.try_set_set(HashSet::from([1])), Ok(()));
    assert_eq!(session.try_set_map(BTreeMap::from([("a".to_owned(), 100)])), Ok(()));
    assert_eq!(session.try_set_notice("hello"), Ok(()));
    assert_eq!(session.try_set_code("12345"), Ok(()));
    assert_eq!(session.try_set_token("12345"), Ok(()));
    assert_eq!(session.try_set_id(999), Ok(()));
    assert_eq!(session.try_set_parent(999), Ok(()));
    assert_eq!((session.user_name(), session.nick_name()), ("ada\"", Some("12345")));
    assert_eq!((session.code(), session.peek_notice()), (Some("12345"), Some("hello")));
    assert_eq!((session.id(), session.parent()), (&999, Some(&999)));
    assert_eq!(session.token().expose_secret(), "12345");
}

#[test]
fn a_larger_one_leaves_the_field_as_it_was() {
    let mut session = Bounded::empty();
    session.set_cart(vec![7]);
    assert_too_large(session.try_set_cart(vec![1, 2, 3]), "cart", (Unit::Items, 3, 2));
    assert_eq!(session.cart(), &[7]);
    assert_too_large(session.try_set_nick_name("123456"), "nick_name", (Unit::Bytes, 6, 5));
    assert_eq!(session.nick_name(), None);
    let tags = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<VecDeque<_>>();
    assert_too_large(session.try_set_tags(tags(&["", "", ""])), "tags", (Unit::Items, 3, 2));
    assert_too_large(session.try_set_tags(tags(&["abcdefghi"])), "tags", (Unit::Bytes, 13, 12));
    assert!(session.tags().is_empty());
    assert_too_large(session.try_set_set(HashSet::from([1, 2])), "set", (Unit::Items, 2, 1));
    assert_too_large(session.try_set_code("123456"), "code", (Unit::Bytes, 6, 5));
    assert_eq!(session.code(), None);
    assert_too_large(session.try_set_token("123456"), "token", (Unit::Bytes, 6, 5));
    assert_too_large(session.try_set_notice("123456"), "notice", (Unit::Bytes, 6, 5));
    assert_too_large(session.try_set_id(1000), "id", (Unit::Bytes, 4, 3));
    assert_too_large(session.try_set_parent(1000), "parent", (Unit::Bytes, 4, 3));
    assert_eq!((session.id(), session.parent()), (&0, None));
}

#[test]
fn a_queue_takes_in_what_fits() {
    let mut session = Bounded::empty();
    assert_eq!(session.try_push_queue(1), Ok(()));
    assert_eq!(session.try_push_queue(2), Ok(()));
    assert_too_large(session.try_push_queue(3), "queue", (Unit::Items, 3, 2));
    assert_eq!(session.peek_queue(), [1, 2]);
    assert_eq!(session.try_push_codes("ab"), Ok(()));
    assert_too_large(session.try_push_codes(""), "codes", (Unit::Bytes, 9, 6));
    assert_eq!(session.peek_codes(), ["ab"]);
}

#[test]
fn saving_refuses_a_larger_one_by_its_name_on_the_wire() {
    let site = Site::new();
    let refusal = site.refusal::<Bounded>("", |session| session.set_user_name("123456"));
    assert_eq!(refusal, "`userName` has 6 bytes, but at most 5 are allowed");
    let refusal = site.refusal::<Bounded>("", |session| session.cart_mut().extend([1, 2, 3]));
    assert_eq!(refusal, "`cart` has 3 items, but at most 2 are allowed");
    let refusal = site.refusal::<Bounded>("", |session| (0..3).for_each(|n| session.push_queue(n)));
    assert_eq!(refusal, "`queue` has 3 items, but at most 2 are allowed");
    let refusal = site.refusal::<Bounded>("", |session| session.push_codes("abc"));
    assert_eq!(refusal, "`codes` has 7 bytes, but at most 6 are allowed");
    let refusal = site.refusal::<Bounded>("", |session| session.set_code("123456"));
    assert_eq!(refusal, "`code` has 6 bytes, but at most 5 are allowed");
    let refusal = site.refusal::<Bounded>("", |session| session.set_id(1000));
    assert_eq!(refusal, "`id` has 4 bytes, but at most 3 are allowed");
}

#[test]
fn what_another_program_wrote_and_nobody_touched_is_kept() {
    let site = Site::new();
    let cookies = site.cookies(
        r#"{"userName":"123456","cart":[1,2,3],"codes":{"value":["abcd"],"until_ms":9999999999999}}"#,
    );
    let next = site.request::<Bounded>(&cookies, |session| session.set_nick_name("x"));
    assert!(
        site.text(&next).starts_with(r#"{"userName":"123456","cart":[1,2,3],"codes":{"value":["abcd"],"#)
    );
    let refusal = site.refusal::<Bounded>(&next, |session| session.cart_mut()[0] = 9);
    assert_eq!(refusal, "`cart` has 3 items, but at most 2 are allowed");
    let next = site.request::<Bounded>(&next, |session| session.cart_mut().truncate(2));
    assert_eq!(site.read::<Bounded>(&next).cart(), &[1, 2]);
}
