//! Writing a session's payload over the one that was received.

use super::decode::{UNTIL, VALUE, split_expiring};
use super::encode::{Deadline, Encoder, Encoding};
use super::lookup::Lookup;
use super::members::{Member, Members, members_of};
use super::merge::{Fragment, ObjectWriter, are_equal, merge_value};
use super::metadata::{self, Metadata};
use super::scan::holds_rounded_integer;
use super::text::Text;
use super::{Payload, Source};
use crate::clock::Timestamp;
use crate::error::EncodeError;
use crate::schema::IronSession;
use crate::scratch::Scratch;

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
    text: Scratch,
    /// Whether it differs from what was received.
    pub(crate) changed: bool,
    /// Whether nothing is left in it that an empty session would not have.
    pub(crate) empty: bool,
}

impl Written {
    pub(crate) fn text(&self) -> &str {
        self.text.as_text()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Counts each member's bytes, name and punctuation included.
    pub(crate) fn sizes(&self) -> Vec<(String, usize)> {
        const PUNCTUATION: usize = ":,".len();
        let size = |member: Member<'_>| {
            let bytes = member.received_name.len() + member.received.len() + PUNCTUATION;
            (member.name.into_owned(), bytes)
        };
        members_of(self.text()).unwrap_or_default().into_iter().map(size).collect()
    }

    /// Tells whether a member is in it beside which nothing may be compressed.
    #[cfg(feature = "compress")]
    pub(crate) fn keeps_plain<T: IronSession>(&self) -> bool {
        let mut marked = T::FIELDS.iter().filter(|field| field.keeps_plain()).peekable();
        marked.peek().is_some() && {
            // What can't be taken apart may hold one.
            let Ok(members) = members_of(self.text()) else { return true };
            let names: Vec<_> = members.iter().filter_map(|member| T::canonical(&member.name)).collect();
            marked.any(|field| names.contains(&field.name()))
        }
    }
}

/// Writes the payload.
pub(crate) fn write<T: IronSession>(change: &Change<'_, T>) -> Result<Written, EncodeError> {
    let after = encode(change.after, Encoder::new(change.now))?;
    let received: Vec<_> = change.received.map_or_else(Vec::new, |payload| payload.members.iter().collect());
    let fields: Vec<_> = received.iter().map(|member| T::canonical(&member.name)).collect();
    let places = Places::new(change, &received, &fields, Lookup::new(after.iter().collect()));
    let before = encode(change.before, after.without(|place| places.stays(place)))?;
    let sides = Sides {
        fields,
        received: &received,
        expired: change.received.map_or(&[], |payload| &payload.expired),
        before: Lookup::new(before.iter().collect()),
        places,
    };

    let mut composed = compose(change, &sides, &[])?;
    let mut misread = misread::<T>(&composed, &sides, change.now);
    misread.sort_unstable();
    if !misread.is_empty() {
        composed = compose(change, &sides, &misread)?;
    }
    let empty = !composed.unknown_left && {
        let empty = encode(&T::empty(), Encoder::new(change.now))?;
        empty
            .iter()
            .map(|member| (member.name, member.text))
            .eq(after.iter().map(|member| (member.name, member.text)))
    };
    Ok(Written { text: composed.text, changed: composed.changed, empty })
}

/// What was received, and our encodings of what was loaded and of what is left.
struct Sides<'a> {
    received: &'a [Member<'a>],
    /// Which field each received member is of.
    fields: Vec<Option<&'a str>>,
    /// Indices of received members whose time has passed.
    expired: &'a [usize],
    /// Without the members that stay as they are, whatever they were.
    before: Lookup<'a>,
    places: Places<'a>,
}

/// Our encoding of what is left, and what of it was received.
struct Places<'a> {
    after: Lookup<'a>,
    /// For each member the last received one of its field. A field's name and its
    /// alias may both be there: the last was read; once the field changes, the others
    /// would contradict it.
    last: Vec<Option<usize>>,
    /// Which members are, letter by letter, what was received.
    stays: Vec<bool>,
}

impl<'a> Places<'a> {
    fn new<T: IronSession>(
        change: &Change<'_, T>,
        received: &[Member<'_>],
        fields: &[Option<&str>],
        after: Lookup<'a>,
    ) -> Self {
        let mut last = vec![None; after.list().len()];
        for (index, field) in fields.iter().enumerate() {
            if let Some((place, _)) = field.and_then(|name| after.find(name))
                && let Some(last) = last.get_mut(place)
            {
                *last = Some(index);
            }
        }
        // Only the names of fields are known to differ.
        let is_all_new = T::FIELDS.is_empty() || change.received.is_none_or(|payload| payload.migrated);
        let stays = after.list().iter().zip(&last).map(|(member, last)| {
            let received = last.and_then(|index| received.get(index));
            !is_all_new
                && member.deadline.is_none()
                && received.is_some_and(|was| was.received == member.text)
        });
        Self { stays: stays.collect(), after, last }
    }

    fn stays(&self, place: usize) -> bool {
        self.stays.get(place).copied().unwrap_or_default()
    }
}

struct Composed<'a> {
    text: Scratch,
    changed: bool,
    unknown_left: bool,
    /// The members that are neither as received nor as encoded.
    merged: Vec<&'a str>,
}

/// Composes the text; members in `whole`, which is sorted, are taken as they are
/// encoded.
fn compose<'a, T: IronSession>(
    change: &Change<'_, T>,
    sides: &'a Sides<'a>,
    whole: &[&str],
) -> Result<Composed<'a>, EncodeError> {
    let mut object = ObjectWriter::new();
    let mut merged = Vec::new();
    // A newer tag alone is no reason to write.
    let mut changed =
        change.received.and_then(|payload| payload.metadata.lifetime) != change.metadata.lifetime;
    let mut unknown_left = false;

    let received_metadata = sides.received.iter().find(|member| member.name == metadata::NAME);
    if let Some(text) = change.metadata.write(received_metadata.map(|member| member.received)) {
        object.push(r#""$""#, &text);
    }

    let Places { after: left, last, .. } = &sides.places;
    for (index, (member, field)) in sides.received.iter().zip(&sides.fields).enumerate() {
        if member.name == metadata::NAME {
            continue;
        }
        let Some(name) = field else {
            unknown_left = true;
            object.push(member.received_name, member.received);
            continue;
        };
        let found = left.find(name);
        let stays = found.is_some_and(|(place, _)| sides.places.stays(place));
        let before = sides.before.find(name).map(|(_, before)| before);
        if stays || is_same(before, found.map(|(_, after)| after)) {
            // What has ended goes with the next write, but is no reason for one.
            if sides.expired.binary_search(&index).is_err() {
                object.push(member.received_name, member.received);
            }
            continue;
        }
        let Some((_, after)) = found.filter(|(place, _)| last.get(*place) == Some(&Some(index))) else {
            changed = true;
            continue;
        };
        let fragment = match before.filter(|_| whole.binary_search(name).is_err()) {
            Some(before) => merge_member::<T>(member.received, before, after)?,
            None => new_member::<T>(after)?,
        };
        let text = fragment.as_str();
        changed |= text != member.received;
        if text != after.text {
            merged.push(after.name);
        }
        object.push_named(name, text);
    }
    let migrated = change.received.is_some_and(|payload| payload.migrated);
    // Of what a migration made, and the handler took away, there is nothing received to miss.
    changed |= migrated && sides.before.list().iter().any(|before| left.find(before.name).is_none());
    for (after, last) in left.list().iter().zip(last) {
        if last.is_some() {
            continue;
        }
        let before = sides.before.find(after.name).map(|(_, before)| before);
        let is_as_before = is_same(before, Some(after));
        if change.received.is_none() || migrated || !is_as_before {
            changed |= !is_as_before;
            object.push_named(after.name, new_member::<T>(after)?.as_str());
        }
    }
    Ok(Composed { text: object.finish(), changed, unknown_left, merged })
}

/// Reads the text as the next request will, and returns the merged members that
/// it would read otherwise than this request meant them.
fn misread<'a, T: IronSession>(composed: &Composed<'a>, sides: &Sides<'_>, now: Timestamp) -> Vec<&'a str> {
    if composed.merged.is_empty() {
        return Vec::new();
    }
    let read = || -> Option<Encoder> {
        let members = Members::parse(Text::new(composed.text.as_text())).ok()?;
        let value = Source::new(&members, now).decode::<T>().ok()?;
        encode(&value, Encoder::new(now)).ok()
    };
    let Some(read) = read() else { return composed.merged.clone() };
    let read = Lookup::new(read.iter().collect());
    let is_meant = |name: &str| match (sides.places.after.find(name), read.find(name)) {
        (Some((_, after)), Some((_, read))) => are_equal(after.text, read.text),
        _ => false,
    };
    composed.merged.iter().filter(|name| !is_meant(name)).copied().collect()
}

fn encode<T: IronSession>(value: &T, mut encoder: Encoder) -> Result<Encoder, EncodeError> {
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
fn merge_member<'a, T: IronSession>(
    received: &'a str,
    before: &Encoding<'_>,
    after: &Encoding<'a>,
) -> Result<Fragment<'a>, EncodeError> {
    check::<T>(after)?;
    let Some(deadline) = after.deadline else { return Ok(merge_value(received, before.text, after.text)) };
    let value = match split_expiring(received) {
        Some((received, _)) => merge_value(received, before.text, after.text),
        None => Fragment::Old(after.text),
    };
    Ok(Fragment::New(with_deadline(value.as_str(), deadline)))
}

fn new_member<'a, T: IronSession>(after: &Encoding<'a>) -> Result<Fragment<'a>, EncodeError> {
    check::<T>(after)?;
    Ok(match after.deadline {
        None => Fragment::Old(after.text),
        Some(deadline) => Fragment::New(with_deadline(after.text, deadline)),
    })
}

fn with_deadline(value: &str, deadline: Deadline) -> Scratch {
    let (Deadline::At(until) | Deadline::WhenChanged(until)) = deadline;
    let mut object = ObjectWriter::new();
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
