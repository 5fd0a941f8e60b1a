//! Lists have an order, which is stored; sets and maps that hash have none.

use std::collections::{HashMap, HashSet};

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

use super::{changed, cookie, header, payload};

#[derive(Serialize, Deserialize, Clone, Debug)]
struct Item {
    sku: String,
    quantity: u32,
    tags: HashSet<String>,
}

/// A map that keeps the order in which it was filled.
#[derive(Clone, Debug, Default, PartialEq)]
struct Listed(Vec<(String, u32)>);

impl Serialize for Listed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Listed;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Listed, A::Error> {
                let mut list = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    list.push(entry);
                }
                Ok(Listed(list))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

#[derive(IronSession, Clone)]
struct AppSession {
    item: Option<Item>,
    tags: HashSet<u32>,
    counts: HashMap<String, u32>,
    list: Vec<u32>,
    listed: Listed,
}

const RECEIVED: &str = r#"{"item":{"sku":"a","quantity":1,"tags":["x","y","z"],"giftWrap":true},"tags":[1,2,3,4],"counts":{"a":1,"b":2,"c":3},"list":[3,1,2],"listed":{"b":1,"a":2}}"#;

/// Returns the payload that a change leaves, and whether it was written.
fn after(change: impl FnOnce(&mut AppSession)) -> (String, bool) {
    let header = header(RECEIVED);
    let commit = changed::<AppSession>(&header, |session| change(session));
    assert!(!commit.replace_response);
    match cookie(&commit) {
        Some(cookie) => (payload(&cookie), true),
        None => (payload(&header), false),
    }
}

#[test]
fn what_others_keep_beside_a_hash_set_survives_every_time() {
    let expected = RECEIVED.replace(r#""quantity":1"#, r#""quantity":2"#);
    for _ in 0..100 {
        let (written, _) = after(|session| {
            let mut item = session.item().unwrap().clone();
            item.quantity = 2;
            session.set_item(item);
        });
        assert_eq!(written, expected);
    }
}

#[test]
fn an_equal_set_is_no_change() {
    for _ in 0..100 {
        let (_, is_written) = after(|session| {
            // Another instance, which hashes otherwise.
            session.set_tags(HashSet::from([4, 3, 2, 1]));
            session.set_counts(["c", "b", "a"].map(str::to_owned).into_iter().zip([3, 2, 1]).collect());
            let mut item = session.item().unwrap().clone();
            item.tags = ["z", "y", "x"].map(str::to_owned).into();
            session.set_item(item);
        });
        assert!(!is_written);

        let (_, is_written) = after(|session| {
            for tag in 5..50 {
                session.tags_mut().insert(tag);
            }
            session.tags_mut().retain(|tag| *tag < 5);
            session.tags_mut().shrink_to_fit();
        });
        assert!(!is_written);
    }
}

#[test]
fn the_set_of_an_empty_session_is_no_change() {
    #[derive(IronSession, Clone)]
    struct AppSession {
        #[session(default = "colours")]
        colours: HashSet<String>,
    }

    fn colours() -> HashSet<String> {
        ["red", "green", "blue"].map(str::to_owned).into()
    }

    for _ in 0..50 {
        let commit = changed::<AppSession>("", |session| session.set_colours(colours()));
        assert_eq!(commit.set_cookies, [""; 0]);
    }
}

#[test]
fn another_order_of_a_list_is_a_change() {
    let (written, _) = after(|session| session.list_mut().sort_unstable());
    assert_eq!(written, RECEIVED.replace("[3,1,2]", "[1,2,3]"));

    let (written, _) = after(|session| session.listed_mut().0.reverse());
    assert_eq!(written, RECEIVED.replace(r#"{"b":1,"a":2}"#, r#"{"a":2,"b":1}"#));

    // And beside what others keep.
    let (written, _) = after(|session| {
        session.listed_mut().0.reverse();
        session.listed_mut().0.push(("c".to_owned(), 3));
    });
    assert_eq!(written, RECEIVED.replace(r#"{"b":1,"a":2}"#, r#"{"a":2,"b":1,"c":3}"#));
}
