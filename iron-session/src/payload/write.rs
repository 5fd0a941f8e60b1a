//! Writing a session's payload over the one that was received.

use std::collections::{HashMap, HashSet};

use super::decode::{UNTIL, VALUE, split_expiring};
use super::encode::{Deadline, Encoder, Encoding};
use super::merge::{ObjectWriter, are_equal, merge_value};
use super::metadata::{self, Metadata};
use super::scan::holds_rounded_integer;
use super::text::Text;
use super::{
    Payload, Source,
    members::{Member, Members},
};
use crate::clock::Timestamp;
use crate::erase::Erasing;
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
    /// When deadlines are counted from.
    pub(crate) now: Timestamp,
}

/// A payload ready to be sealed.
pub(crate) struct Written {
    pub(crate) text: Erasing<String>,
    /// Whether it differs from what was received.
    pub(crate) changed: bool,
    /// Whether nothing is left in it that an empty session would not have.
    pub(crate) empty: bool,
    /// Each member's bytes, name and punctuation included.
    pub(crate) sizes: Vec<(String, usize)>,
    /// Whether a member is in it beside which nothing may be compressed.
    #[cfg_attr(not(feature = "compress"), expect(dead_code, reason = "nothing is compressed"))]
    pub(crate) keeps_plain: bool,
}

/// Writes the payload.
pub(crate) fn write<T: IronSession>(change: &Change<'_, T>) -> Result<Written, EncodeError> {
    let before = encode(change.before, change.now)?;
    let after = encode(change.after, change.now)?;
    let sides = Sides {
        received: change.received.map_or_else(Vec::new, |payload| payload.members.iter().collect()),
        expired: change.received.map_or(&[], |payload| &payload.expired),
        before: before.iter().map(|member| (member.name, member)).collect(),
        after: after.iter().map(|member| (member.name, member)).collect(),
    };

    let mut composed = compose(change, &sides, &after, &HashSet::new())?;
    let misread = misread::<T>(&composed, &sides, change.now);
    if !misread.is_empty() {
        composed = compose(change, &sides, &after, &misread)?;
    }
    let empty = encode(&T::empty(), change.now)?;
    let says = |encoder: &Encoder| -> Vec<_> {
        encoder.iter().map(|m| (m.name.to_owned(), m.text.to_owned())).collect()
    };
    Ok(Written {
        empty: !composed.unknown_left && says(&empty) == says(&after),
        keeps_plain: composed.sizes.iter().any(|(name, _)| keeps_plain::<T>(name)),
        text: composed.text,
        changed: composed.changed,
        sizes: composed.sizes,
    })
}

fn keeps_plain<T: IronSession>(name: &str) -> bool {
    let canonical = T::canonical(name);
    T::FIELDS.iter().any(|field| field.keeps_plain() && Some(field.name()) == canonical)
}

/// What was received, and our encodings of what was loaded and of what is left.
struct Sides<'a> {
    received: Vec<Member<'a>>,
    /// Indices of received members whose time has passed.
    expired: &'a [usize],
    before: HashMap<&'a str, Encoding<'a>>,
    after: HashMap<&'a str, Encoding<'a>>,
}

struct Composed<'a> {
    text: Erasing<String>,
    changed: bool,
    unknown_left: bool,
    sizes: Vec<(String, usize)>,
    /// The members that are neither as received nor as encoded.
    merged: HashSet<&'a str>,
}

/// Composes the text; members in `whole` are taken as they are encoded.
fn compose<'a, T: IronSession>(
    change: &Change<'_, T>,
    sides: &'a Sides<'a>,
    after: &'a Encoder,
    whole: &HashSet<&str>,
) -> Result<Composed<'a>, EncodeError> {
    let mut object = Recorder::default();
    let mut merged = HashSet::new();
    // A newer tag alone is no reason to write.
    let mut changed =
        change.received.and_then(|payload| payload.metadata.lifetime) != change.metadata.lifetime;
    let mut unknown_left = false;

    let received_metadata = sides.received.iter().find(|member| member.name == metadata::NAME);
    if let Some(text) = change.metadata.write(received_metadata.map(|member| member.received)) {
        object.push(metadata::NAME, r#""$""#, &text);
    }

    // A field's name and its alias may both be there. The last was read; once
    // the field changes, the others would contradict it.
    let canonical = |index: usize| T::canonical(&sides.received.get(index)?.name);
    let last: HashMap<&str, usize> =
        (0..sides.received.len()).filter_map(|index| Some((canonical(index)?, index))).collect();
    for (index, member) in sides.received.iter().enumerate() {
        if member.name == metadata::NAME {
            continue;
        }
        let Some(name) = canonical(index) else {
            unknown_left = true;
            object.push(&member.name, member.received_name, member.received);
            continue;
        };
        let (before, after) = (sides.before.get(name), sides.after.get(name));
        if is_same(before, after) {
            // What has ended goes with the next write, but is no reason for one.
            if !sides.expired.contains(&index) {
                object.push(&member.name, member.received_name, member.received);
            }
            continue;
        }
        let Some(after) = after.filter(|_| last.get(name) == Some(&index)) else {
            changed = true;
            continue;
        };
        let text = match before.filter(|_| !whole.contains(name)) {
            Some(before) => merge_member::<T>(member.received, before, after)?,
            None => new_member::<T>(after)?,
        };
        changed |= text != member.received;
        if text != after.text {
            merged.insert(after.name);
        }
        object.push_named(name, &text);
    }
    let migrated = change.received.is_some_and(|payload| payload.migrated);
    // Of what a migration made, and the handler took away, there is nothing received to miss.
    changed |= migrated && sides.before.keys().any(|name| !sides.after.contains_key(name));
    for after in after.iter().filter(|after| !last.contains_key(after.name)) {
        let is_as_before = is_same(sides.before.get(after.name), Some(&after));
        if change.received.is_none() || migrated || !is_as_before {
            changed |= !is_as_before;
            object.push_named(after.name, &new_member::<T>(&after)?);
        }
    }
    let text = Erasing::new(object.object.finish());
    Ok(Composed { text, changed, unknown_left, sizes: object.sizes, merged })
}

/// Reads the text as the next request will, and returns the merged members that
/// it would read otherwise than this request meant them.
fn misread<'a, T: IronSession>(
    composed: &Composed<'a>,
    sides: &Sides<'_>,
    now: Timestamp,
) -> HashSet<&'a str> {
    if composed.merged.is_empty() {
        return HashSet::new();
    }
    let read = || -> Option<Encoder> {
        let members = Members::parse(Text::new(&composed.text)).ok()?;
        let value = Source::new(&members, now).decode::<T>().ok()?;
        encode(&value, now).ok()
    };
    let Some(read) = read() else { return composed.merged.clone() };
    let read: HashMap<&str, &str> = read.iter().map(|member| (member.name, member.text)).collect();
    let is_meant = |name: &str| match (sides.after.get(name), read.get(name)) {
        (Some(after), Some(read)) => are_equal(after.text, read),
        _ => false,
    };
    composed.merged.iter().filter(|name| !is_meant(name)).copied().collect()
}

fn encode<T: IronSession>(value: &T, now: Timestamp) -> Result<Encoder, EncodeError> {
    let mut encoder = Encoder::new(now);
    value.encode(&mut encoder)?;
    Ok(encoder)
}

fn is_same(before: Option<&Encoding<'_>>, after: Option<&Encoding<'_>>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => before.says_the_same(after),
        (before, after) => before.is_none() && after.is_none(),
    }
}

/// Writes a changed member over the one that was received.
fn merge_member<T: IronSession>(
    received: &str,
    before: &Encoding<'_>,
    after: &Encoding<'_>,
) -> Result<String, EncodeError> {
    check::<T>(after)?;
    let Some(deadline) = after.deadline else { return Ok(merge_value(received, before.text, after.text)) };
    let value = match split_expiring(received) {
        Some((received, _)) => merge_value(received, before.text, after.text),
        None => after.text.to_owned(),
    };
    Ok(with_deadline(&value, deadline))
}

fn new_member<T: IronSession>(after: &Encoding<'_>) -> Result<String, EncodeError> {
    check::<T>(after)?;
    Ok(after.deadline.map_or_else(|| after.text.to_owned(), |deadline| with_deadline(after.text, deadline)))
}

fn with_deadline(value: &str, deadline: Deadline) -> String {
    let (Deadline::At(until) | Deadline::WhenChanged(until)) = deadline;
    let mut object = ObjectWriter::default();
    object.push_named(VALUE, value);
    object.push_named(UNTIL, &until.to_string());
    object.finish()
}

/// Checks what only a changed member is held to: what another program wrote,
/// and nobody here touched, must not keep a session from being saved.
fn check<T: IronSession>(member: &Encoding<'_>) -> Result<(), EncodeError> {
    if let Some(refusal) = member.refusal {
        return Err(refusal.clone().into());
    }
    if T::SCHEMA.is_read_by_javascript() && holds_rounded_integer(member.text) {
        return Err(EncodeError::RoundedByJavaScript { member: member.name.to_owned() });
    }
    Ok(())
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
