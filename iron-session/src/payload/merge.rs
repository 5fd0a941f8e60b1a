//! Merges a changed value into the received text, so that unchanged parts stay as received.
//!
//! A session cookie is shared: other programs keep members in it that our struct does not
//! know, and spell numbers their own way. The merged value is therefore the *received* text, in
//! which only the parts are replaced that differ between our encoding of the loaded value
//! (`before`) and of the current one (`after`). Members of a nested object that its type does
//! not know survive a change next to them, and so do the unchanged elements of an array. A value
//! that is a different thing from the one before is written as a whole, because the parts that
//! belonged to the old thing do not belong to the new one.
//!
//! This module does not know how a type's own `Deserialize` reads the merged text (a set sorts,
//! an alias has two names). The caller therefore decodes the result, and uses `after` if the
//! result differs.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_json::Value;

use super::identity::{Identity, inside, is_same_thing};
use super::members::{Member, elements_of, members_of};
use super::origin::{Origin, origins};
use super::scan::kind;
use crate::scratch::Scratch;

/// A value's text: an existing one, or a new one.
pub(crate) enum Fragment<'a> {
    Old(&'a str),
    New(Scratch),
}

impl Fragment<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Old(text) => text,
            Self::New(text) => text.as_text(),
        }
    }
}

/// Merges one value. All three texts are checked JSON of the same member.
pub(crate) fn merge_value<'a>(
    received: &'a str,
    before: &str,
    after: &'a str,
    identity: Identity,
) -> Fragment<'a> {
    if before == after {
        return Fragment::Old(received);
    }
    let merged = match (kind(received), kind(before), kind(after)) {
        ("an object", "an object", "an object") => merge_object(received, before, after, identity),
        ("an array", "an array", "an array") => merge_array(received, before, after, identity),
        _ => None,
    };
    merged.map_or(Fragment::Old(after), Fragment::New)
}

fn merge_object(received: &str, before: &str, after: &str, identity: Identity) -> Option<Scratch> {
    let received = members_of(received).ok()?;
    let (before, after) = (members_of(before).ok()?, members_of(after).ok()?);
    if !is_same_thing(&before, &after, identity) {
        return None;
    }
    let identity = inside(&after, identity);
    let (before, after_values) = (by_name(&before), by_name(&after));

    let mut object = ObjectWriter::new();
    for member in &received {
        let name = member.name.as_ref();
        match (before.get(name), after_values.get(name)) {
            (Some(before), Some(after)) => {
                object.push(
                    member.received_name,
                    merge_value(member.received, before, after, identity).as_str(),
                );
            }
            // The type never wrote this member, so it does not know it.
            (None, None) => object.push(member.received_name, member.received),
            (None, Some(after)) => object.push(member.received_name, after),
            (Some(_), None) => {}
        }
    }
    let received_names: HashSet<&str> = received.iter().map(|m| m.name.as_ref()).collect();
    for member in &after {
        let name = member.name.as_ref();
        let is_new = !received_names.contains(name);
        let is_default = before.get(name) == Some(&member.received);
        if is_new && !is_default {
            object.push(member.received_name, member.received);
        }
    }
    Some(object.finish())
}

fn by_name<'a>(list: &'a [Member<'_>]) -> HashMap<&'a str, &'a str> {
    list.iter().map(|member| (member.name.as_ref(), member.received)).collect()
}

fn merge_array(received: &str, before: &str, after: &str, identity: Identity) -> Option<Scratch> {
    let received = elements_of(received).ok()?;
    let (before, after) = (elements_of(before).ok()?, elements_of(after).ok()?);
    if received.len() != before.len() {
        return None;
    }
    let mut array = Scratch::new();
    let origins = origins(&received, &before, &after, identity);
    for (index, (&element, origin)) in after.iter().zip(origins).enumerate() {
        let merged = match origin {
            Origin::Kept(place) => Fragment::Old(received.get(place).unwrap_or(&element)),
            Origin::Changed(place) => match (received.get(place), before.get(place)) {
                (Some(received), Some(before)) => merge_value(received, before, element, identity),
                _ => Fragment::Old(element),
            },
            Origin::New => Fragment::Old(element),
        };
        array.push_str(if index == 0 { "[" } else { "," });
        array.push_str(merged.as_str());
    }
    array.push_str(if after.is_empty() { "[]" } else { "]" });
    Some(array)
}

/// Writes an object's members.
pub(crate) struct ObjectWriter(Scratch);

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        Self(Scratch::new())
    }

    /// Adds a member whose name comes with its quotes.
    pub(crate) fn push(&mut self, quoted_name: &str, value: &str) {
        self.push_parts(&[quoted_name, ":", value]);
    }

    /// Adds a member, and returns the range of its value.
    pub(crate) fn push_at(&mut self, quoted_name: &str, value: &str) -> Range<usize> {
        self.push(quoted_name, value);
        self.0.len() - value.len()..self.0.len()
    }

    /// Adds a member, and returns the range of its value.
    pub(crate) fn push_named(&mut self, name: &str, value: &str) -> Range<usize> {
        let is_plain = |byte: u8| byte >= 0x20 && !matches!(byte, b'"' | b'\\');
        if name.bytes().all(is_plain) {
            self.push_parts(&["\"", name, "\":", value]);
            self.0.len() - value.len()..self.0.len()
        } else {
            self.push_at(&Value::from(name).to_string(), value)
        }
    }

    fn push_parts(&mut self, parts: &[&str]) {
        self.0.push_str(if self.0.is_empty() { "{" } else { "," });
        for part in parts {
            self.0.push_str(part);
        }
    }

    /// Finishes the object.
    pub(crate) fn finish(mut self) -> Scratch {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_merge(received: &str, before: &str, after: &str, expected: &str) {
        assert_eq!(merge_value(received, before, after, Identity::Alike).as_str(), expected);
    }

    #[test]
    fn keeps_members_the_type_does_not_know() {
        assert_merge(
            r#"{"id":1e2,"theme":"dark","name":"a"}"#,
            r#"{"id":100,"name":"a"}"#,
            r#"{"id":100,"name":"b"}"#,
            r#"{"id":1e2,"theme":"dark","name":"b"}"#,
        );
    }

    #[test]
    fn drops_members_the_type_dropped_and_adds_new_ones() {
        assert_merge(
            r#"{"a":1,"b":2,"x":0}"#,
            r#"{"a":1,"b":2}"#,
            r#"{"b":2,"c":3}"#,
            r#"{"b":2,"x":0,"c":3}"#,
        );
    }

    #[test]
    fn leaves_adding_a_default_to_others() {
        assert_merge(r#"{"a":1}"#, r#"{"a":1,"n":0}"#, r#"{"a":2,"n":0}"#, r#"{"a":2}"#);
    }

    #[test]
    fn keeps_untouched_elements_when_others_come_and_go() {
        assert_merge(
            r#"[{"sku":"a","js":1},{"sku":"b","js":2}]"#,
            r#"[{"sku":"a"},{"sku":"b"}]"#,
            r#"[{"sku":"b"},{"sku":"c"},{"sku":"d"}]"#,
            r#"[{"sku":"b","js":2},{"sku":"c"},{"sku":"d"}]"#,
        );
    }

    #[test]
    fn merges_an_element_that_changed_in_place() {
        assert_merge(
            r#"[{"sku":"a","q":1,"js":1},2]"#,
            r#"[{"sku":"a","q":1},2]"#,
            r#"[{"sku":"a","q":9},2]"#,
            r#"[{"sku":"a","q":9,"js":1},2]"#,
        );
    }

    #[test]
    fn gives_nothing_of_an_element_to_another_one() {
        // Replaced: they have nothing in common.
        assert_merge(r#"[{"sku":"a","js":1}]"#, r#"[{"sku":"a"}]"#, r#"[{"sku":"b"}]"#, r#"[{"sku":"b"}]"#);
        // Shifted: what stood in the new one's place is still there.
        assert_merge(
            r#"[{"sku":"a","q":1,"js":1},{"sku":"b","q":1,"js":2}]"#,
            r#"[{"sku":"a","q":1},{"sku":"b","q":1}]"#,
            r#"[{"sku":"b","q":1},{"sku":"c","q":1}]"#,
            r#"[{"sku":"b","q":1,"js":2},{"sku":"c","q":1}]"#,
        );
    }

    #[test]
    fn takes_a_value_of_another_kind_whole() {
        assert_merge(r#"{"a":1}"#, r#"{"a":1}"#, "[1]", "[1]");
    }
}
