//! Writing a session's payload over the one that was received.

use super::decode::{UNTIL, VALUE, split_expiring};
use super::encode::{Deadline, Encoder, Encoding};
use super::lookup::{Lookup, Named};
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
    /// Whether a secret is in it that nobody said may be compressed.
    #[cfg(feature = "compress")]
    holds_guarded_secret: bool,
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
        self.holds_guarded_secret
            || marked.peek().is_some() && {
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
    let (received, left) = match_up(change, &after);
    let before = encode(change.before, after.without(|place| stays(left.list().get(place))))?;
    let sides = Sides { received, before: Lookup::new(before.iter().collect()), left };

    let mut composed = compose(change, &sides, &[])?;
    let mut misread = misread::<T>(&composed, &sides, change.now);
    misread.sort_unstable();
    if !misread.is_empty() {
        composed = compose(change, &sides, &misread)?;
    }
    let Composed { text, changed, unknown_left, .. } = composed;
    #[cfg(feature = "compress")]
    let holds_guarded_secret = after.holds_guarded_secret::<T>();
    let empty = !unknown_left && after.matches(&T::empty())?;
    Ok(Written {
        text,
        changed,
        empty,
        #[cfg(feature = "compress")]
        holds_guarded_secret,
    })
}

/// What was received, and our encodings of what was loaded and of what is left.
struct Sides<'a> {
    received: Vec<ReceivedMember<'a>>,
    /// Without the members that stay as they are, whatever they were.
    before: Lookup<Encoding<'a>>,
    left: Lookup<Left<'a>>,
}

/// A member that was received.
struct ReceivedMember<'a> {
    member: Member<'a>,
    /// The place of its field among what is left.
    place: Option<usize>,
}

/// A member that is left.
struct Left<'a> {
    encoding: Encoding<'a>,
    /// The last received member of its field. A field's name and its alias may both be
    /// there: the last was read; once the field changes, the others would contradict it.
    last: Option<usize>,
    /// Whether it is, letter by letter, what was received.
    stays: bool,
}

impl Named for Left<'_> {
    fn name(&self) -> &str {
        self.encoding.name
    }
}

fn stays(left: Option<&Left<'_>>) -> bool {
    left.is_some_and(|left| left.stays)
}

/// Finds for each received member what is left of it, and the reverse.
fn match_up<'a, T: IronSession>(
    change: &Change<'a, T>,
    after: &'a Encoder,
) -> (Vec<ReceivedMember<'a>>, Lookup<Left<'a>>) {
    let left = after.iter().map(|encoding| Left { encoding, last: None, stays: false });
    let mut left = Lookup::new(left.collect());
    let Some(payload) = change.received else { return (Vec::new(), left) };

    // Only the names of fields are known to differ.
    let is_all_new = T::FIELDS.is_empty() || payload.migrated;
    let of_member = |(index, member): (usize, Member<'a>)| {
        let place = T::canonical(&member.name).and_then(|name| left.find(name)).map(|(place, _)| place);
        if let Some(left) = place.and_then(|place| left.list_mut().get_mut(place)) {
            let Encoding { text, deadline, .. } = left.encoding;
            left.last = Some(index);
            left.stays = !is_all_new && deadline.is_none() && text == member.received;
        }
        ReceivedMember { member, place }
    };
    let received = payload.members.iter().enumerate().map(of_member).collect();
    (received, left)
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
    sides: &Sides<'a>,
    whole: &[&str],
) -> Result<Composed<'a>, EncodeError> {
    let mut object = ObjectWriter::new();
    let mut merged = Vec::new();
    // A newer tag alone is no reason to write.
    let mut changed =
        change.received.and_then(|payload| payload.metadata.lifetime) != change.metadata.lifetime;
    let mut unknown_left = false;

    let received_metadata = sides.received.iter().find(|received| received.member.name == metadata::NAME);
    if let Some(text) = change.metadata.write(received_metadata.map(|it| it.member.received)) {
        object.push(r#""$""#, &text);
    }

    let expired = change.received.map_or(&[][..], |payload| &payload.expired);
    for (index, ReceivedMember { member, place }) in sides.received.iter().enumerate() {
        if member.name == metadata::NAME {
            continue;
        }
        let Some(name) = T::canonical(&member.name) else {
            unknown_left = true;
            object.push(member.received_name, member.received);
            continue;
        };
        let left = place.and_then(|place| sides.left.list().get(place));
        let before = sides.before.find(name).map(|(_, before)| before);
        if stays(left) || is_same(before, left.map(|left| &left.encoding)) {
            // What has ended goes with the next write, but is no reason for one.
            if expired.binary_search(&index).is_err() {
                object.push(member.received_name, member.received);
            }
            continue;
        }
        let Some(Left { encoding: after, .. }) = left.filter(|left| left.last == Some(index)) else {
            changed = true;
            continue;
        };
        let fragment = match before.filter(|_| whole.binary_search(&name).is_err()) {
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
    changed |= migrated && sides.before.list().iter().any(|before| sides.left.find(before.name).is_none());
    for Left { encoding: after, last, .. } in sides.left.list() {
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
    let is_meant = |name: &str| match (sides.left.find(name), read.find(name)) {
        (Some((_, left)), Some((_, read))) => are_equal(left.encoding.text, read.text),
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
