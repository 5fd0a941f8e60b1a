//! Members that another program put into the session survive a change next to them, and
//! never get a meaning that nobody intended.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use iron_session::{Expiring, IronSession, Passwords, Session, SessionOptions, Untyped};
use iron_session_tests::RequestSession;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(IronSession, Clone)]
#[session(json_schema, rename_all = "camelCase")]
struct AppSession {
    count: u32,
    roles: BTreeSet<String>,
    tags: HashSet<u32>,
    cart: Vec<Item>,
    user: Option<User>,
    settings: BTreeMap<String, u32>,
    address: Option<Address>,
    #[session(key = "sku", key = "size")]
    shelf: Vec<Shoe>,
    #[session(key = "sku")]
    rooms: BTreeMap<String, Item>,
    #[session(keep_unknown)]
    display: Display,
    #[session(flash)]
    notice: Option<Address>,
    #[session(expires_in = "15m")]
    sudo: Expiring<Address>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Address {
    street: String,
    city: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Shoe {
    sku: String,
    size: u8,
    color: String,
}

#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
struct Display {
    theme: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Item {
    sku: String,
    quantity: u32,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct User {
    id: u32,
    #[serde(rename = "displayName", alias = "name", skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
}

fn options() -> SessionOptions {
    let passwords = Passwords::new("kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA").unwrap();
    SessionOptions::builder("sid", passwords).build().unwrap()
}

/// Lets a program write a payload, changes it as ours does, and returns what is
/// in the cookie then.
fn changed(received: &str, change: impl FnOnce(&mut Session<AppSession>)) -> String {
    let other = RequestSession::<Untyped>::new(options());
    *other.handle([""]).unwrap() = received.parse::<Untyped>().unwrap();
    let cookie = cookie(&other.commit(200).set_cookies[0]);

    let ours = RequestSession::<AppSession>::new(options());
    let mut session = ours.handle([cookie.as_str()]).unwrap();
    change(&mut session);
    drop(session);
    let commit = ours.commit(200);
    let cookie = self::cookie(commit.set_cookies.first().expect("a change is written"));

    // Whatever is written, the next request reads it.
    let next = RequestSession::<AppSession>::new(options());
    let next = next.handle([cookie.as_str()]).unwrap();
    assert_eq!(next.count(), &0, "read again");

    let read = RequestSession::<Untyped>::new(options());
    let mut written = read.handle([cookie.as_str()]).unwrap().to_json();
    // Each write adds the defaults, which are of no interest here.
    for default in [
        r#","count":0"#,
        r#","roles":[]"#,
        r#","tags":[]"#,
        r#","cart":[]"#,
        r#","settings":{}"#,
        r#","shelf":[]"#,
        r#","rooms":{}"#,
        r#","display":{"theme":""}"#,
    ] {
        written = written.replacen(default, "", 1);
    }
    written
}

fn cookie(line: &str) -> String {
    line.split(';').next().unwrap().to_owned()
}

fn item(sku: &str, quantity: u32) -> Item {
    Item { sku: sku.to_owned(), quantity }
}

#[test]
fn a_set_that_sorts_keeps_what_was_meant() {
    let written = changed(r#"{"roles":["user","admin"]}"#, |s| {
        s.roles_mut().remove("admin");
    });
    assert_eq!(written, r#"{"roles":["user"]}"#);

    // A hash set comes in any order.
    for _ in 0..50 {
        let written = changed(r#"{"tags":[3,1,2,9,7]}"#, |s| {
            s.tags_mut().remove(&9);
        });
        let tags: HashSet<u32> = written.parse::<Untyped>().unwrap().get("tags").unwrap();
        assert_eq!(tags, HashSet::from([1, 2, 3, 7]));
    }
}

#[test]
fn a_nested_alias_is_not_left_beside_its_name() {
    let received = r#"{"user":{"id":1,"name":"ann","theme":"dark"}}"#;
    let written = changed(received, |s| {
        s.set_user(User { id: 1, display_name: Some("bea".to_owned()) });
    });
    assert_eq!(written, r#"{"user":{"id":1,"displayName":"bea"}}"#);

    let written = changed(received, |s| {
        s.set_user(User { id: 1, display_name: None });
    });
    assert_eq!(written, r#"{"user":{"id":1}}"#);
}

#[test]
fn unknown_members_stay_with_their_element() {
    let received = r#"{"cart":[{"sku":"a","quantity":1,"price":1},{"sku":"b","quantity":1,"price":2}]}"#;
    let written = changed(received, |s| {
        let cart = s.cart_mut();
        cart.remove(0);
        cart.push(item("c", 1));
    });
    assert_eq!(written, r#"{"cart":[{"sku":"b","quantity":1,"price":2},{"sku":"c","quantity":1}]}"#);

    let written = changed(received, |s| s.set_cart(vec![item("x", 7), item("y", 8)]));
    assert_eq!(written, r#"{"cart":[{"sku":"x","quantity":7},{"sku":"y","quantity":8}]}"#);

    let written = changed(received, |s| s.cart_mut()[1].quantity = 5);
    assert_eq!(
        written,
        r#"{"cart":[{"sku":"a","quantity":1,"price":1},{"sku":"b","quantity":5,"price":2}]}"#
    );
}

#[test]
fn a_map_loses_what_was_removed_and_keeps_the_spelling_of_the_rest() {
    let written = changed(r#"{"settings":{"a":1,"b":2,"c":3},"other":1.50}"#, |s| {
        s.settings_mut().remove("b");
        s.settings_mut().insert("d".to_owned(), 4);
    });
    assert_eq!(written, r#"{"settings":{"a":1,"c":3,"d":4},"other":1.50}"#);
}

#[test]
fn a_new_session_takes_nothing_over() {
    let received = r#"{"user":{"id":1,"isAdmin":true},"secret":1}"#;
    let written = changed(received, |s| {
        s.restart();
        s.set_user(User { id: 2, display_name: None });
    });
    assert!(!written.contains("isAdmin") && !written.contains("secret"), "{written}");
}

fn user(id: u32) -> User {
    User { id, display_name: None }
}

fn address(street: &str, city: &str) -> Address {
    Address { street: street.to_owned(), city: city.to_owned() }
}

#[test]
fn another_user_does_not_inherit() {
    let received = r#"{"user":{"id":1,"isAdmin":true}}"#;
    let written = changed(received, |s| s.set_user(user(2)));
    assert_eq!(written, r#"{"user":{"id":2}}"#);

    // Nor one that has something in common.
    let received = r#"{"user":{"id":1,"displayName":"Ann","isAdmin":true}}"#;
    let ann = || Some("Ann".to_owned());
    let written = changed(received, |s| s.set_user(User { id: 2, display_name: ann() }));
    assert_eq!(written, r#"{"user":{"id":2,"displayName":"Ann"}}"#);

    // The same one keeps what it has.
    let written = changed(received, |s| s.set_user(user(1)));
    assert_eq!(written, r#"{"user":{"id":1,"isAdmin":true}}"#);
}

#[test]
fn a_thing_without_an_id_is_the_same_when_half_of_its_texts_are() {
    let received = r#"{"address":{"street":"Main","city":"Ames","verified":true}}"#;
    let written = changed(received, |s| s.set_address(address("Main", "Boone")));
    assert_eq!(written, r#"{"address":{"street":"Main","city":"Boone","verified":true}}"#);
    let written = changed(received, |s| s.set_address(address("Oak", "Boone")));
    assert_eq!(written, r#"{"address":{"street":"Oak","city":"Boone"}}"#);
}

#[test]
fn a_clear_ends_the_inheritance() {
    let received = r#"{"user":{"id":1,"isAdmin":true}}"#;
    // By one handle, in two updates, and by one handle after another's update.
    let cleared = [
        changed(received, |s| {
            s.clear_user();
            s.set_user(user(1));
        }),
        changed(received, |s| {
            s.update(AppSession::clear_user);
            s.update(|s| s.set_user(user(1)));
        }),
        changed(received, |s| {
            assert!(s.take_user().is_some());
            s.update(|s| s.set_user(user(1)));
        }),
        changed(received, |s| {
            s.update(|s| s.user = None);
            s.set_user(user(1));
        }),
    ];
    for written in cleared {
        assert_eq!(written, r#"{"user":{"id":1}}"#);
    }

    let received = r#"{"cart":[{"sku":"a","quantity":1,"price":1}]}"#;
    let written = changed(received, |s| {
        s.cart_mut().clear();
        s.cart_mut().push(item("a", 1));
    });
    assert_eq!(written, r#"{"cart":[{"sku":"a","quantity":1}]}"#);

    let received = r#"{"notice":{"street":"Main","city":"Ames","verified":true}}"#;
    let written = changed(received, |s| {
        s.take_notice();
        s.set_notice(address("Main", "Boone"));
    });
    assert_eq!(written, r#"{"notice":{"street":"Main","city":"Boone"}}"#);

    let received =
        r#"{"sudo":{"value":{"street":"Main","city":"Ames","verified":true},"until_ms":99999999999999}}"#;
    let written = changed(received, |s| {
        s.clear_sudo();
        s.set_sudo(address("Main", "Boone"));
    });
    assert!(!written.contains("verified"), "{written}");
    let written = changed(received, |s| s.set_sudo(address("Main", "Boone")));
    assert!(written.contains("verified"), "{written}");
}

#[test]
fn another_thing_in_a_list_does_not_inherit() {
    let received = r#"{"cart":[{"sku":"pen","quantity":1,"priceOverride":1}]}"#;
    let written = changed(received, |s| s.set_cart(vec![item("laptop", 1)]));
    assert_eq!(written, r#"{"cart":[{"sku":"laptop","quantity":1}]}"#);
    let written = changed(received, |s| s.set_cart(vec![item("pen", 2)]));
    assert_eq!(written, r#"{"cart":[{"sku":"pen","quantity":2,"priceOverride":1}]}"#);
}

#[test]
fn of_equal_elements_none_gets_what_belongs_to_another() {
    let received = r#"{"cart":[{"sku":"a","quantity":1,"for":"ann"},{"sku":"a","quantity":1,"for":"bob"}]}"#;
    for gone in [0, 1] {
        let written = changed(received, |s| drop(s.cart_mut().remove(gone)));
        assert_eq!(written, r#"{"cart":[{"sku":"a","quantity":1}]}"#, "{gone}");
    }
    // Where it can be told, each keeps its own.
    let received = r#"{"cart":[{"sku":"a","quantity":1,"for":"ann"},{"sku":"b","quantity":1},{"sku":"a","quantity":1,"for":"bob"}]}"#;
    let written = changed(received, |s| drop(s.cart_mut().remove(0)));
    assert_eq!(written, r#"{"cart":[{"sku":"b","quantity":1},{"sku":"a","quantity":1,"for":"bob"}]}"#);
    let written = changed(received, |s| s.cart_mut().push(item("a", 1)));
    assert!(written.contains("ann") && written.contains("bob"), "{written}");
}

#[test]
fn a_field_names_what_tells_its_things_apart() {
    let shoe = |size, color: &str| Shoe { sku: "oxford".to_owned(), size, color: color.to_owned() };
    let received = r#"{"shelf":[{"sku":"oxford","size":40,"color":"black","n":1},{"sku":"oxford","size":41,"color":"brown","n":2}]}"#;
    // Changed and moved at once.
    let written =
        changed(received, |s| s.set_shelf(vec![shoe(41, "red"), shoe(40, "blue"), shoe(42, "black")]));
    assert_eq!(
        written,
        r#"{"shelf":[{"sku":"oxford","size":41,"color":"red","n":2},{"sku":"oxford","size":40,"color":"blue","n":1},{"sku":"oxford","size":42,"color":"black"}]}"#
    );
    // Wherever the objects are.
    let received =
        r#"{"rooms":{"hall":{"sku":"a","quantity":1,"n":1},"loft":{"sku":"b","quantity":1,"n":2}}}"#;
    let written = changed(received, |s| {
        s.rooms_mut().insert("hall".to_owned(), item("c", 1));
        s.rooms_mut().insert("loft".to_owned(), item("b", 7));
    });
    assert_eq!(
        written,
        r#"{"rooms":{"hall":{"sku":"c","quantity":1},"loft":{"sku":"b","quantity":7,"n":2}}}"#
    );
}

#[test]
fn a_field_may_always_be_one_thing() {
    let written = changed(r#"{"display":{"theme":"dark","dense":true}}"#, |s| {
        s.set_display(Display { theme: "light".to_owned() });
    });
    assert_eq!(written, r#"{"display":{"theme":"light","dense":true}}"#);
}

#[test]
fn very_many_members_are_refused_by_size() {
    // With quadratic work this test would not come to its end.
    let members = (0..200_000).map(|index| format!("\"m{index}\":1")).collect::<Vec<_>>().join(",");
    let mut session = format!("{{{members}}}").parse::<Untyped>().unwrap();
    session.insert("m7", &2).unwrap();
    let request = RequestSession::<Untyped>::new(options());
    *request.handle([""]).unwrap() = session;
    assert!(request.commit(200).replace_response, "it does not fit");
}
