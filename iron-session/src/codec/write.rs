//! Writing a session's payload over the one that was received.

use std::ops::Range;

use super::decoder::split_expiring;
use super::encoder::{Encoder, Encoding, Encodings};
use super::lookup::{Lookup, Named};
use super::metadata::{self, Metadata};
use super::payload::Payload;
use super::reread::{Draft, is_ordered, misread};
use super::session_type::IronSession;
use crate::clock::Timestamp;
use crate::error::EncodeError;
use crate::limits::METADATA_NAME;
use crate::payload::{
    Fragment, Identity, Member, ObjectWriter, complete, holds_rounded_integer, members_of, merge_value,
};
use crate::schema::{FieldBudget, LeftOut};
use crate::scratch::Scratch;

/// What a request made of a session.
pub(crate) struct Change<'a, T> {
    /// The payload whose members stay unless they were changed; `None` for a
    /// session that began (or began anew) in this request.
    pub(crate) received: Option<&'a Payload>,
    pub(crate) before: &'a T,
    pub(crate) after: &'a T,
    /// Whether somebody may have set what is equal now.
    pub(crate) touched: bool,
    pub(crate) metadata: Metadata,
    /// The fields that were emptied at some time in this request: what they hold now
    /// is not what they held before.
    pub(crate) cleared: LeftOut,
    /// When deadlines are counted from.
    pub(crate) now: Timestamp,
}

/// A payload ready to be sealed.
#[cfg_attr(
    feature = "compress",
    expect(clippy::struct_excessive_bools, reason = "independent facts about the text, no states")
)]
pub(crate) struct Written {
    text: Scratch,
    /// Whether it differs from what was received.
    pub(crate) changed: bool,
    /// Whether members were added to it that the received payload lacks, without being set.
    pub(crate) completed: bool,
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
    let mut after = encode(change.after, Encoder::new(change.now))?;
    let is_default = after.matches(&T::empty())?;
    let (received, left) = match_up(change, &after);
    let before = encode(change.before, after.without(|place| stays(left.list().get(place))))?;
    let mut sides = Sides { received, before: before.finish(), left };
    sides.compare::<T>(&after)?;

    let mut composed = compose(change, &sides, &[])?;
    let empty = is_default && !composed.unknown_left;
    if !empty {
        let mut failed = Vec::new();
        loop {
            let misread = composed.misread::<T>(&after, &sides, &failed)?;
            if misread.is_empty() {
                break;
            }
            failed.extend(misread);
            composed = compose(change, &sides, &failed)?;
        }
    }
    let Composed { text, changed, completed, .. } = composed;
    Ok(Written {
        text,
        changed: changed || (completed && !empty),
        completed,
        empty,
        #[cfg(feature = "compress")]
        holds_guarded_secret: after.holds_guarded_secret::<T>(),
    })
}

/// What was received, and our encodings of what was loaded and of what is left.
struct Sides<'a> {
    received: Vec<ReceivedMember<'a>>,
    /// Without the members that stay as they are, whatever they were.
    before: Encodings,
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
    /// Whether it is what was loaded.
    unchanged: bool,
    /// Whether what was received is none of its business.
    cleared: bool,
}

impl Named for Left<'_> {
    fn name(&self) -> &str {
        self.encoding.name
    }
}

impl Left<'_> {
    /// Tells whether the received member of this index may lack what its field writes.
    fn may_lack(&self, index: usize) -> bool {
        !self.stays && self.last == Some(index) && self.encoding.is_plain()
    }
}

impl Sides<'_> {
    /// Compares what is left with what was loaded.
    fn compare<T: IronSession>(&mut self, after: &Encoder) -> Result<(), EncodeError> {
        for (place, left) in self.left.list_mut().iter_mut().enumerate() {
            left.unchanged = left.stays
                || !left.cleared
                    && match self.before.find(left.encoding.name) {
                        Some(before) if before.says_the_same(&left.encoding) => true,
                        // A set that changed and changed back may come in another order.
                        Some(before) if before.may_say_the_same(&left.encoding) => {
                            !is_ordered::<T>(after, place, [before, left.encoding])?
                        }
                        _ => false,
                    };
        }
        Ok(())
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
    let new = |encoding| Left { encoding, last: None, stays: false, unchanged: false, cleared: false };
    let mut left = Lookup::new(after.iter().map(new).collect());
    let Some(payload) = change.received else { return (Vec::new(), left) };

    // Only the names of fields are known to differ.
    let is_all_new = T::FIELDS.is_empty() || payload.migrated;
    let of_member = |(index, member): (usize, Member<'a>)| {
        let place = T::canonical(&member.name).and_then(|name| left.find(name)).map(|(place, _)| place);
        if let Some(left) = place.and_then(|place| left.list_mut().get_mut(place)) {
            left.last = Some(index);
            left.cleared = change.cleared.holds(T::FIELDS, left.encoding.name);
            left.stays = !is_all_new
                && !left.cleared
                && left.encoding.is_plain()
                && left.encoding.text == member.received;
        }
        ReceivedMember { member, place }
    };
    let received = payload.members.iter().enumerate().map(of_member).collect();
    (received, left)
}

struct Composed {
    text: Scratch,
    /// Whether it differs from what was received in what this request has set.
    changed: bool,
    /// Whether it has defaults that were not received.
    completed: bool,
    unknown_left: bool,
    /// The members whose text is new.
    new: Vec<New>,
}

struct New {
    /// The place among the members that are left.
    place: usize,
    /// Where the value stands.
    text: Range<usize>,
    /// Whether it would be lost if it were left out: a default would not.
    needed: bool,
}

impl Composed {
    /// Returns the places of members that would be misread, and may be written otherwise.
    /// After a first time only those are read again that had failed.
    ///
    /// # Errors
    ///
    /// When a member that is written just as it was set would be misread.
    fn misread<T: IronSession>(
        &self,
        after: &Encoder,
        sides: &Sides<'_>,
        failed: &[usize],
    ) -> Result<Vec<usize>, EncodeError> {
        let text = self.text.as_text();
        let counts = |new: &&New| failed.is_empty() || failed.contains(&new.place);
        let draft = |new: &New| {
            let meant = sides.left.list().get(new.place)?.encoding;
            let text = text.get(new.text.clone())?;
            Some(Draft { place: new.place, meant, text, needed: new.needed })
        };
        let drafts = self.new.iter().filter(counts).filter_map(draft);
        let mut places = Vec::new();
        for (draft, cause) in misread::<T>(after, drafts)? {
            if draft.needed && !draft.is_merged() {
                return Err(EncodeError::Misread { member: Some(draft.meant.name.to_owned()), cause });
            }
            places.push(draft.place);
        }
        Ok(places)
    }
}

/// Composes the text. Members that have `failed` to be read back are not completed; after a
/// second time they are not merged either.
fn compose<T: IronSession>(
    change: &Change<'_, T>,
    sides: &Sides<'_>,
    failed: &[usize],
) -> Result<Composed, EncodeError> {
    let mut object = ObjectWriter::new();
    let mut new = Vec::with_capacity(sides.left.list().len());
    // A newer tag alone is no reason to write.
    let mut changed =
        change.received.and_then(|payload| payload.metadata.lifetime) != change.metadata.lifetime;
    let tries = |place: usize| failed.iter().filter(|failed| **failed == place).count();
    let mut completed = false;
    let mut unknown_left = false;

    let received_metadata = sides.received.iter().find(|received| received.member.name == METADATA_NAME);
    if let Some(text) = change.metadata.write(received_metadata.map(|it| it.member.received)) {
        unknown_left |= metadata::is_of_others(&text);
        object.push(r#""$""#, &text);
    }

    let expired = change.received.map_or(&[][..], |payload| &payload.expired);
    for (index, ReceivedMember { member, place }) in sides.received.iter().enumerate() {
        if member.name == METADATA_NAME {
            continue;
        }
        let Some(name) = T::canonical(&member.name) else {
            // What is forgotten goes with the next write, but is no reason for one.
            if T::SCHEMA.forgets(&member.name) {
                continue;
            }
            unknown_left = true;
            object.push(member.received_name, member.received);
            continue;
        };
        let found = place.and_then(|place| Some((place, sides.left.list().get(place)?)));
        if found.map_or_else(|| sides.before.find(name).is_none(), |(_, left)| left.unchanged) {
            // What has ended goes with the next write, but is no reason for one.
            if expired.binary_search(&index).is_ok() {
                continue;
            }
            let lacks = |(place, left): &(usize, &Left<'_>)| {
                change.touched && left.may_lack(index) && tries(*place) == 0
            };
            let complete = found.filter(lacks).and_then(|(place, left)| {
                let encoding = &left.encoding;
                check::<T>(encoding).ok()?;
                Some((place, complete(member.received, encoding.text)?))
            });
            match complete {
                None => {
                    object.push(member.received_name, member.received);
                }
                Some((place, text)) => {
                    completed = true;
                    let text = object.push_at(member.received_name, text.as_text());
                    new.push(New { place, text, needed: false });
                }
            }
            continue;
        }
        let Some((place, Left { encoding: after, cleared, .. })) =
            found.filter(|(_, left)| left.last == Some(index))
        else {
            changed = true;
            continue;
        };
        check::<T>(after)?;
        let own = after.own_text();
        let before = if *cleared || tries(place) >= 2 { None } else { sides.before.find(name) };
        let merged = match &before {
            Some(before) => merge_member::<T>(member.received, before, after),
            None => after.own_text(),
        };
        let complete = if tries(place) == 0 { complete(merged.as_str(), own.as_str()) } else { None };
        let text = complete.as_ref().map_or(merged.as_str(), Scratch::as_text);
        changed |= text != member.received;
        new.push(New { place, text: object.push_named(name, text), needed: true });
    }
    let migrated = change.received.is_some_and(|payload| payload.migrated);
    // Of what a migration made, and the handler took away, there is nothing received to miss.
    changed |= migrated && sides.before.names().any(|name| sides.left.find(name).is_none());
    let is_all_new = change.received.is_none() || migrated;
    for (place, left) in sides.left.list().iter().enumerate() {
        let is_default = left.unchanged && !migrated;
        let is_wanted = !is_default || is_all_new || change.touched;
        if left.last.is_some() || !is_wanted || (is_default && tries(place) > 0) {
            continue;
        }
        check::<T>(&left.encoding)?;
        changed |= !left.unchanged;
        completed |= !is_all_new;
        let text = object.push_named(left.encoding.name, left.encoding.own_text().as_str());
        new.push(New { place, text, needed: !is_default });
    }
    Ok(Composed { text: object.finish(), changed, completed, unknown_left, new })
}

fn encode<T: IronSession>(value: &T, mut encoder: Encoder) -> Result<Encoder, EncodeError> {
    value.encode(&mut encoder)?;
    Ok(encoder)
}

/// Writes a changed member over the one that was received.
fn merge_member<'a, T: IronSession>(
    received: &'a str,
    before: &Encoding<'_>,
    after: &Encoding<'a>,
) -> Fragment<'a> {
    let field = T::FIELDS.iter().find(|field| field.name() == after.name);
    let identity = field.map_or(Identity::Alike, FieldBudget::identity);
    let merge = |received| merge_value(received, before.text, after.text, identity);
    let Some(deadline) = after.deadline else { return merge(received) };
    let value = match split_expiring(received) {
        Some((received, _)) => merge(received),
        None => Fragment::Old(after.text),
    };
    Fragment::New(deadline.around(value.as_str()))
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
