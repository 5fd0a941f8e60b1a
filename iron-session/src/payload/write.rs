//! Writing a session's payload over the one that was received.

use zeroize::Zeroizing;

use super::encode::Encoder;
use super::merge::{ObjectWriter, merge_value};
use super::metadata::{self, Metadata};
use super::{Payload, members::Member};
use crate::error::EncodeError;
use crate::schema::IronSession;

/// What a request made of a session.
pub(crate) struct Change<'a, T> {
    /// The payload whose members stay unless they were changed; `None` for a
    /// session that began (or began anew) in this request.
    pub(crate) received: Option<&'a Payload>,
    pub(crate) before: &'a T,
    pub(crate) after: &'a T,
    pub(crate) metadata: Metadata,
}

/// A payload ready to be sealed.
pub(crate) struct Written {
    pub(crate) text: Zeroizing<String>,
    /// Whether it differs from what was received.
    pub(crate) changed: bool,
    /// Whether nothing is left in it that an empty session would not have.
    pub(crate) empty: bool,
    /// Each member's bytes, name and punctuation included.
    pub(crate) sizes: Vec<(String, usize)>,
}

/// Writes the payload.
pub(crate) fn write<T: IronSession>(change: &Change<'_, T>) -> Result<Written, EncodeError> {
    let before = encode(change.before)?;
    let after = encode(change.after)?;
    let received: Vec<Member<'_>> = change.received.map_or_else(Vec::new, |r| r.members.iter().collect());

    let mut object = Recorder::default();
    let mut changed = change.received.map_or_else(Metadata::default, Payload::metadata) != change.metadata;
    let mut unknown_left = false;

    let received_metadata = received.iter().find(|member| member.name == metadata::NAME);
    if let Some(text) = change.metadata.write(received_metadata.map(|member| member.received)) {
        object.push(metadata::NAME, r#""$""#, &text);
    }

    let mut written: Vec<&str> = Vec::new();
    for (index, member) in received.iter().enumerate() {
        if member.name == metadata::NAME {
            continue;
        }
        let Some(name) = T::canonical(&member.name) else {
            unknown_left = true;
            object.push(&member.name, member.received_name, member.received);
            continue;
        };
        let (before, after) = (before.get(name), after.get(name));
        if before == after {
            object.push(&member.name, member.received_name, member.received);
            written.push(name);
            continue;
        }
        changed = true;
        // A field's name and its alias may both be there. The last was read;
        // once the field changes, the others would contradict it.
        let is_shadowed = received
            .get(index + 1..)
            .is_some_and(|later| later.iter().any(|later| T::canonical(&later.name) == Some(name)));
        if is_shadowed {
            continue;
        }
        written.push(name);
        match (before, after) {
            (Some(before), Some(after)) => {
                object.push_named(name, &merge_value(member.received, before, after));
            }
            (None, Some(after)) => object.push_named(name, after),
            (_, None) => {}
        }
    }
    for (name, value) in after.iter() {
        let was_default = change.received.is_some() && before.get(name) == Some(value);
        if !written.contains(&name) && !was_default {
            changed |= before.get(name) != Some(value);
            object.push_named(name, value);
        }
    }

    let empty = !unknown_left && encode(&T::empty())?.iter().eq(after.iter());
    Ok(Written { text: Zeroizing::new(object.object.finish()), changed, empty, sizes: object.sizes })
}

fn encode<T: IronSession>(value: &T) -> Result<Encoder, EncodeError> {
    let mut encoder = Encoder::default();
    value.encode(&mut encoder)?;
    Ok(encoder)
}

/// Writes members and remembers how large they were.
#[derive(Default)]
struct Recorder {
    object: ObjectWriter,
    sizes: Vec<(String, usize)>,
}

impl Recorder {
    fn push(&mut self, name: &str, quoted_name: &str, value: &str) {
        const PUNCTUATION: usize = ":,".len();
        self.sizes.push((name.to_owned(), quoted_name.len() + value.len() + PUNCTUATION));
        self.object.push(quoted_name, value);
    }

    fn push_named(&mut self, name: &str, value: &str) {
        self.push(name, &super::encode::quote(name), value);
    }
}
