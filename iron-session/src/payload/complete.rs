//! Adds the parts to a received value that its type writes and the text lacks.
//!
//! A field that was not received has its default. A handler may have set it to the same value,
//! which must stay even if a later release has a different default.

use std::collections::HashMap;

use super::members::{elements_of, members_of};
use super::merge::ObjectWriter;
use super::scan::kind;
use crate::scratch::Scratch;

/// Adds the members of `ours` that were not received, at any depth. Returns `None` if none is
/// missing. Both texts are checked JSON of the same value.
pub(crate) fn complete(received: &str, ours: &str) -> Option<Scratch> {
    if received == ours {
        return None;
    }
    match (kind(received), kind(ours)) {
        ("an object", "an object") => complete_object(received, ours),
        ("an array", "an array") => complete_array(received, ours),
        // `null` reads as absent.
        ("null", _) => Some(Scratch::from(ours.as_bytes())),
        _ => None,
    }
}

fn complete_object(received: &str, ours: &str) -> Option<Scratch> {
    let (received, ours) = (members_of(received).ok()?, members_of(ours).ok()?);
    let mut lacking: HashMap<&str, &str> = ours.iter().map(|m| (m.name.as_ref(), m.received)).collect();
    let mut is_complete = true;
    let mut object = ObjectWriter::new();
    for member in &received {
        let completed = lacking.remove(member.name.as_ref()).and_then(|ours| complete(member.received, ours));
        is_complete &= completed.is_none();
        object.push(member.received_name, completed.as_ref().map_or(member.received, Scratch::as_text));
    }
    for member in ours.iter().filter(|member| lacking.contains_key(member.name.as_ref())) {
        is_complete = false;
        object.push(member.received_name, member.received);
    }
    (!is_complete).then(|| object.finish())
}

fn complete_array(received: &str, ours: &str) -> Option<Scratch> {
    let (received, ours) = (elements_of(received).ok()?, elements_of(ours).ok()?);
    if received.len() != ours.len() {
        return None;
    }
    let mut is_complete = true;
    let mut array = Scratch::new();
    for (received, ours) in received.iter().zip(ours) {
        let completed = complete(received, ours);
        is_complete &= completed.is_none();
        array.push_str(if array.is_empty() { "[" } else { "," });
        array.push_str(completed.as_ref().map_or(received, Scratch::as_text));
    }
    array.push_str("]");
    (!is_complete).then_some(array)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_what_is_lacking_and_keeps_the_rest_as_it_is() {
        for (received, ours, expected) in [
            (r#"{"a":1e0, "js":[ ]}"#, r#"{"a":1,"n":0}"#, Some(r#"{"a":1e0,"js":[ ],"n":0}"#)),
            (r#"{"x":[{"js":1},2]}"#, r#"{"x":[{"n":{}},2]}"#, Some(r#"{"x":[{"js":1,"n":{}},2]}"#)),
            (r#"{ "a": 1e0 }"#, r#"{"a":1}"#, None),
            (r#"{"a":null,"b":null}"#, r#"{"a":0,"b":null}"#, Some(r#"{"a":0,"b":null}"#)),
            ("[1, 2]", "[1,2]", None),
            ("[{}]", r#"[{"a":1},2]"#, None),
            ("1e0", "1", None),
            ("[]", "{}", None),
        ] {
            let completed = complete(received, ours);
            assert_eq!(completed.as_ref().map(Scratch::as_text), expected, "{received}");
        }
    }
}
