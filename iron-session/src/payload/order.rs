//! Compares texts without regard to order, because a set or a map can write its parts in any
//! order.

use super::members::{elements_of, members_of};
use super::merge::{Fragment, ObjectWriter};
use super::scan::kind;
use crate::scratch::Scratch;

/// Tells whether two texts differ only in the order of elements and members, at any depth. Both
/// are checked JSON.
pub(crate) fn is_reordered(one: &str, other: &str) -> bool {
    // The length and the sum of the bytes are usually enough to see a difference.
    let sum = |text: &str| text.bytes().map(u64::from).sum::<u64>();
    one.len() == other.len() && sum(one) == sum(other) && sorted(one).as_str() == sorted(other).as_str()
}

/// Writes a value with its elements and members sorted.
fn sorted(text: &str) -> Fragment<'_> {
    let written = match kind(text) {
        "an object" => members_of(text).ok().map(|members| {
            let mut list: Vec<_> = members.iter().map(|m| (m.received_name, sorted(m.received))).collect();
            list.sort_by(|(name, value), (other, than)| (name, value.as_str()).cmp(&(other, than.as_str())));
            let mut object = ObjectWriter::new();
            for (name, value) in list {
                object.push(name, value.as_str());
            }
            object.finish()
        }),
        "an array" => elements_of(text).ok().map(|elements| {
            let mut list: Vec<_> = elements.into_iter().map(sorted).collect();
            list.sort_by(|one, other| one.as_str().cmp(other.as_str()));
            let mut array = Scratch::new();
            for element in list {
                array.push_str(if array.is_empty() { "[" } else { "," });
                array.push_str(element.as_str());
            }
            array
        }),
        _ => None,
    };
    written.map_or(Fragment::Old(text), Fragment::New)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_alone_does_not_count() {
        for (one, other) in [
            ("[1,2]", "[2,1]"),
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
            (r#"[{"a":[1,2]},[3]]"#, r#"[[3],{"a":[2,1]}]"#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2,"a":1}"#),
            ("[[],{}]", "[{},[]]"),
            ("1", "1"),
        ] {
            assert!(is_reordered(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("12", "21"),
            ("[1,1,2]", "[1,2,2]"),
            ("[[1],2]", "[[2],1]"),
            (r#"{"a":1,"b":2}"#, r#"{"a":2,"b":1}"#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2,"a":2}"#),
            (r#""ab""#, r#""ba""#),
            ("1", "1.0"),
        ] {
            assert!(!is_reordered(one, other), "{one} {other}");
        }
    }
}
