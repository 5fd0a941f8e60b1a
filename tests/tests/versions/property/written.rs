//! The payloads that a server may write: a specification apart from the library's code, in terms of
//! the received payload, the server's struct before and after, and the written payload.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// An object's members as they stand in its text, duplicates and all.
pub(crate) struct Members(pub(crate) Vec<(String, Box<RawValue>)>);

impl Members {
    pub(crate) fn of(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.get())
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// One value on its way through a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passage<'a> {
    pub(crate) received: &'a str,
    /// What the server's type says of it when it is loaded, and when the handler is done.
    pub(crate) before: &'a str,
    pub(crate) after: &'a str,
    pub(crate) written: &'a str,
}

impl Passage<'_> {
    /// Checks a session, whose type reads a member by the names that `canonical` knows.
    pub(crate) fn check_session(self, canonical: impl Fn(&str) -> String) {
        self.object(&canonical);
    }

    fn check(self) {
        if self.before == self.after {
            return self.unchanged();
        }
        let all = [self.received, self.before, self.after];
        if all.iter().all(|text| text.starts_with('{')) && is_same_thing(self.before, self.after) {
            self.object(&str::to_owned);
        } else if all.iter().all(|text| text.starts_with('[')) {
            self.array();
        } else {
            assert!(is_same(self.written, self.after), "{self:?}");
        }
    }

    /// A value that nobody changed keeps its text; members that it lacks may have been added.
    fn unchanged(self) {
        let Self { received, after, written, .. } = self;
        if received == written {
            return;
        }
        match (received.get(..1), after.get(..1)) {
            (Some("{"), Some("{")) => {
                let [received, after, written] = [received, after, written].map(Members::of);
                for (name, text) in &written.0 {
                    let ours = after.get(name);
                    match (received.get(name), ours) {
                        (Some(received), Some(ours)) => {
                            Passage { received, before: ours, after: ours, written: text.get() }.unchanged();
                        }
                        (Some(received), None) => assert_eq!(received, text.get(), "{name}: {self:?}"),
                        (None, ours) => assert_eq!(ours, Some(text.get()), "made up: {self:?}"),
                    }
                }
                let is_kept = |name: &str| written.get(name).is_some();
                assert!(received.names().into_iter().all(is_kept), "lost: {self:?}");
            }
            (Some("["), Some("[")) => {
                let parse = |text| -> Vec<Box<RawValue>> { serde_json::from_str(text).unwrap() };
                let [received, after, written] = [received, after, written].map(parse);
                assert_eq!((received.len(), after.len()), (written.len(), written.len()), "{self:?}");
                for ((received, ours), written) in received.iter().zip(&after).zip(&written) {
                    let [received, ours, written] = [received, ours, written].map(|text| text.get());
                    Passage { received, before: ours, after: ours, written }.unchanged();
                }
            }
            _ => assert_eq!((received, written), ("null", after), "nobody changed it"),
        }
    }

    fn object(self, canonical: &dyn Fn(&str) -> String) {
        let [received, before, after, written] =
            [self.received, self.before, self.after, self.written].map(Members::of);
        let mut names = written.names();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "written twice: {self:?}");

        for (name, text) in &received.0 {
            let known = canonical(name);
            let now = written.get(name);
            match (before.get(&known), after.get(&known)) {
                (None, None) => assert_eq!(now, Some(text.get()), "unknown member {name}: {self:?}"),
                (Some(before), Some(after)) if before == after => {
                    let written = now.unwrap_or_else(|| panic!("unchanged member {name} is lost: {self:?}"));
                    Passage { received: text.get(), before, after, written }.unchanged();
                }
                (Some(before), Some(after)) => {
                    let written = written.get(&known);
                    let written =
                        written.unwrap_or_else(|| panic!("changed member {name} is lost: {self:?}"));
                    Passage { received: text.get(), before, after, written }.check();
                }
                (None, Some(after)) => {
                    assert!(
                        written.get(&known).is_some_and(|now| is_same(now, after)),
                        "new {name}: {self:?}"
                    );
                }
                (Some(_), None) => assert_eq!(now, None, "removed member {name}: {self:?}"),
            }
        }
        for (name, text) in &after.0 {
            if received.0.iter().any(|(received, _)| canonical(received) == *name) {
                continue;
            }
            let written = written.get(name).unwrap_or_else(|| panic!("new member {name} is lost: {self:?}"));
            assert!(is_same(written, text.get()), "new member {name}: {self:?}");
        }
        let comes_from = |name: &str| received.get(name).or(after.get(name)).is_some();
        assert!(written.names().into_iter().all(comes_from), "made up: {self:?}");
        let order = |of: &Members, other: &Members| -> Vec<String> {
            of.names().into_iter().filter(|name| other.get(name).is_some()).map(str::to_owned).collect()
        };
        assert_eq!(order(&received, &written), order(&written, &received), "out of order: {self:?}");
    }

    /// Elements that stay keep their text, wherever they are now; one that changed in its place is
    /// merged.
    fn array(self) {
        let parse = |text| -> Vec<Box<RawValue>> { serde_json::from_str(text).unwrap() };
        let [received, before, after, written] =
            [self.received, self.before, self.after, self.written].map(parse);
        assert_eq!((received.len(), after.len()), (before.len(), written.len()), "{self:?}");
        for (index, (after, written)) in after.iter().zip(&written).enumerate() {
            let at = |list: &[Box<RawValue>], of: &str| list.iter().position(|other| other.get() == of);
            let equal = before.iter().zip(&received).filter(|(before, _)| before.get() == after.get());
            let texts: BTreeSet<_> = equal.map(|(_, received)| received.get()).collect();
            if texts.len() > 1 {
                // Equal ones that differ in what the type does not know may be told apart, or not.
                continue;
            }
            if let Some(place) = at(&before, after.get()) {
                let ours = after.get();
                Passage {
                    received: received[place].get(),
                    before: ours,
                    after: ours,
                    written: written.get(),
                }
                .unchanged();
            } else if before.len() == parse(self.after).len() {
                let (received, before) = (received[index].get(), before[index].get());
                Passage { received, before, after: after.get(), written: written.get() }.check();
            } else {
                assert!(is_same(after.get(), written.get()), "new element {index}: {self:?}");
            }
        }
    }
}

/// Tells whether an object is the one that was there, changed, or another one, which has nothing
/// of what other programs put into the first.
fn is_same_thing(before: &str, after: &str) -> bool {
    let parse = |text| serde_json::from_str::<BTreeMap<String, Value>>(text).unwrap();
    let (before, after) = (parse(before), parse(after));
    let agree = |name: &str| before.get(name) == after.get(name);
    if before.contains_key("id") || after.contains_key("id") {
        return agree("id");
    }
    let is_id = |name: &str| {
        ["uid", "uuid"].contains(&name) || ["_id", "Id", "ID"].iter().any(|end| name.ends_with(end))
    };
    if before.keys().chain(after.keys()).any(|name| is_id(name) && !agree(name)) {
        return false;
    }
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let is_count = |value: &Value| value.is_number() || value.is_boolean();
    for counts in [&is_text as &dyn Fn(&Value) -> bool, &is_count] {
        let had: Vec<_> = before.iter().filter(|(_, value)| counts(value)).collect();
        if !had.is_empty() {
            return 2 * had.iter().filter(|(name, _)| agree(name)).count() >= had.len();
        }
    }
    true
}

/// Tells whether two texts are the same value, however it is spelled.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    let parse = |text| serde_json::from_str::<Value>(text).unwrap();
    a == b || normal(parse(a)) == normal(parse(b))
}

/// JavaScript has one kind of number.
pub(crate) fn normal(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(list) => list.into_iter().map(normal).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, normal(value))).collect(),
        other => other,
    }
}
