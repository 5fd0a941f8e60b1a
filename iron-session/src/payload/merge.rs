//! Writing back: what a request did not change stays as it was received.
//!
//! A session cookie is shared: other programs keep members in it that our
//! struct does not know, and spell numbers their own way. So the payload that
//! is written is the *received* text with only those values replaced that
//! differ between our encoding of what was loaded (`before`) and of what the
//! request left (`after`). The same holds inside a value: members of a nested
//! object that its type does not know survive a change beside them, and so do
//! the untouched elements of an array.

use std::collections::{HashMap, VecDeque};

use super::encode::quote;
use super::members::{Member, elements_of, members_of};
use super::scan::kind;

/// Merges one value: all three are checked JSON text of the same member.
pub(super) fn merge_value(received: &str, before: &str, after: &str) -> String {
    if before == after {
        return received.to_owned();
    }
    let merged = match (kind(received), kind(before), kind(after)) {
        ("an object", "an object", "an object") => merge_object(received, before, after),
        ("an array", "an array", "an array") => merge_array(received, before, after),
        _ => None,
    };
    merged.unwrap_or_else(|| after.to_owned())
}

fn merge_object(received: &str, before: &str, after: &str) -> Option<String> {
    let received = members_of(received).ok()?;
    let (before, after) = (members_of(before).ok()?, members_of(after).ok()?);
    let by_name = |list: &[Member<'_>]| -> HashMap<String, String> {
        list.iter().map(|m| (m.name.clone().into_owned(), m.received.to_owned())).collect()
    };
    let (before, after_values) = (by_name(&before), by_name(&after));

    let mut object = ObjectWriter::default();
    for member in &received {
        let name = member.name.as_ref();
        match (before.get(name), after_values.get(name)) {
            (Some(before), Some(after)) => {
                object.push(member.received_name, &merge_value(member.received, before, after));
            }
            // The type wrote nothing for it before either: it does not know it.
            (None, None) => object.push(member.received_name, member.received),
            (None, Some(after)) => object.push(member.received_name, after),
            (Some(_), None) => {}
        }
    }
    let received_names: Vec<&str> = received.iter().map(|m| m.name.as_ref()).collect();
    for member in &after {
        let name = member.name.as_ref();
        let is_new = !received_names.contains(&name);
        let is_default = before.get(name).map(String::as_str) == Some(member.received);
        if is_new && !is_default {
            object.push(member.received_name, member.received);
        }
    }
    Some(object.finish())
}

/// Elements have no names: one that our encoding shows unchanged, wherever it
/// moved to, keeps its text; one that changed in place is merged.
fn merge_array(received: &str, before: &str, after: &str) -> Option<String> {
    let received = elements_of(received).ok()?;
    let (before, after) = (elements_of(before).ok()?, elements_of(after).ok()?);
    if received.len() != before.len() {
        return None;
    }
    let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (index, element) in before.iter().enumerate() {
        places.entry(element).or_default().push_back(index);
    }
    let same_length = before.len() == after.len();
    let merged = after.iter().enumerate().map(|(index, &element)| {
        let place = places.get_mut(element).and_then(VecDeque::pop_front);
        match (place, received.get(index), before.get(index)) {
            (Some(place), ..) => (*received.get(place).unwrap_or(&element)).to_owned(),
            (None, Some(received), Some(before)) if same_length => merge_value(received, before, element),
            _ => element.to_owned(),
        }
    });
    Some(format!("[{}]", merged.collect::<Vec<_>>().join(",")))
}

/// Writes an object's members; names come with their quotes.
#[derive(Default)]
pub(super) struct ObjectWriter(String);

impl ObjectWriter {
    pub(super) fn push(&mut self, quoted_name: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(quoted_name);
        self.0.push(':');
        self.0.push_str(value);
    }

    pub(super) fn push_named(&mut self, name: &str, value: &str) {
        self.push(&quote(name), value);
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_merge(received: &str, before: &str, after: &str, expected: &str) {
        assert_eq!(merge_value(received, before, after), expected);
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
    fn does_not_write_a_default_that_was_not_there() {
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
        assert_merge(r#"[{"q":1,"js":1},2]"#, r#"[{"q":1},2]"#, r#"[{"q":9},2]"#, r#"[{"q":9,"js":1},2]"#);
    }

    #[test]
    fn takes_a_value_of_another_kind_whole() {
        assert_merge(r#"{"a":1}"#, r#"{"a":1}"#, "[1]", "[1]");
    }
}
