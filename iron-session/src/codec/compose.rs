//! Composes the text of a payload: received members that stay, changed ones, and new ones.

use std::ops::Range;

use super::change::{Inherits, SessionChange};
use super::compare::{Comparison, CurrentMember, ReceivedMember};
use super::deadline::split_expiring;
use super::encoder::{Encoder, Encoding};
use super::metadata;
use super::reread::{Reading, misread};
use super::session_type::IronSession;
use crate::error::EncodeError;
use crate::limits::METADATA_NAME;
use crate::payload::{Fragment, Identity, ObjectWriter, complete, holds_rounded_integer, merge_value};
use crate::schema::field_budget::FieldBudget;
use crate::scratch::Scratch;

/// A payload's text, and how it differs from the received one.
pub(super) struct Composed {
    pub(super) text: Scratch,
    /// Whether this request's changes are in it.
    pub(super) changed: bool,
    /// Whether it has defaults that were not received.
    pub(super) completed: bool,
    /// Whether it has members that the type does not know.
    pub(super) has_unknown: bool,
    /// The members whose text is new.
    new: Vec<New>,
}

struct New {
    /// The place among the current members.
    place: usize,
    /// The range of the value.
    text: Range<usize>,
    /// Whether it would be lost if it were left out. A default would not be lost.
    needed: bool,
}

impl Composed {
    /// Returns the places of members that would be misread and can be written in another way.
    /// From the second call on, reads only the members again that had failed.
    ///
    /// # Errors
    ///
    /// [`EncodeError::Misread`] for a member that would be misread although it is written
    /// exactly as it was set.
    pub(super) fn misread<T: IronSession>(
        &self,
        after: &Encoder,
        comparison: &Comparison<'_>,
        failed: &[usize],
    ) -> Result<Vec<usize>, EncodeError> {
        let text = self.text.as_text();
        let counts = |new: &&New| failed.is_empty() || failed.contains(&new.place);
        let reading = |new: &New| {
            let meant = comparison.current.list().get(new.place)?.encoding;
            let text = text.get(new.text.clone())?;
            Some(Reading { place: new.place, meant, text, needed: new.needed })
        };
        let readings = self.new.iter().filter(counts).filter_map(reading);
        let mut places = Vec::new();
        for (reading, cause) in misread::<T>(after, readings)? {
            if reading.needed && !reading.is_merged() {
                return Err(EncodeError::Misread { member: Some(reading.meant.name.to_owned()), cause });
            }
            places.push(reading.place);
        }
        Ok(places)
    }
}

/// Composes the text. Members that have `failed` once to be read back are not completed, and
/// those that have failed twice are not merged either.
pub(super) fn compose<T: IronSession>(
    change: &SessionChange<'_, T>,
    comparison: &Comparison<'_>,
    failed: &[usize],
) -> Result<Composed, EncodeError> {
    let mut object = ObjectWriter::new();
    let mut new = Vec::with_capacity(comparison.current.list().len());
    // A newer tag alone is no reason to write.
    let mut changed =
        change.received.and_then(|payload| payload.metadata.lifetime) != change.metadata.lifetime;
    let tries = |place: usize| failed.iter().filter(|failed| **failed == place).count();
    let mut completed = false;
    let mut has_unknown = false;

    let received_metadata = comparison.received.iter().find(|received| received.member.name == METADATA_NAME);
    if let Some(text) = change.metadata.write(received_metadata.map(|it| it.member.received)) {
        has_unknown |= metadata::is_of_others(&text);
        object.push(r#""$""#, &text);
    }

    let expired = change.received.map_or(&[][..], |payload| &payload.expired);
    for ReceivedMember { index, member, place } in &comparison.received {
        let index = *index;
        if member.name == METADATA_NAME {
            continue;
        }
        let Some(name) = T::canonical(&member.name) else {
            // A forgotten member is dropped at the next write, but is no reason for one.
            if T::SCHEMA.forgets(&member.name) {
                continue;
            }
            has_unknown = true;
            object.push(member.received_name, member.received);
            continue;
        };
        let found = place.and_then(|place| Some((place, comparison.current.list().get(place)?)));
        if found.map_or_else(|| comparison.before.find(name).is_none(), |(_, current)| current.unchanged) {
            // An expired member is dropped at the next write, but is no reason for one.
            if expired.binary_search(&index).is_ok() {
                continue;
            }
            let lacks = |(place, current): &(usize, &CurrentMember<'_>)| {
                change.touched && current.may_lack(index) && tries(*place) == 0
            };
            let complete = found.filter(lacks).and_then(|(place, current)| {
                let encoding = &current.encoding;
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
        let Some((place, CurrentMember { encoding: after, cleared, .. })) =
            found.filter(|(_, current)| current.last == Some(index))
        else {
            changed = true;
            continue;
        };
        check::<T>(after)?;
        let own = after.own_text();
        let before = if *cleared || tries(place) >= 2 { None } else { comparison.before.find(name) };
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
    // If the handler removed a member that the migration created, no received member shows it.
    changed |= migrated && comparison.before.names().any(|name| comparison.current.find(name).is_none());
    let is_all_new = change.received.is_none() || migrated || change.inherits != Inherits::All;
    for (place, current) in comparison.current.list().iter().enumerate() {
        let is_default = current.unchanged && !migrated;
        let is_wanted = !is_default || is_all_new || change.touched;
        if current.last.is_some() || !is_wanted || (is_default && tries(place) > 0) {
            continue;
        }
        check::<T>(&current.encoding)?;
        changed |= !current.unchanged;
        completed |= !is_all_new;
        let text = object.push_named(current.encoding.name, current.encoding.own_text().as_str());
        new.push(New { place, text, needed: !is_default });
    }
    Ok(Composed { text: object.finish(), changed, completed, has_unknown, new })
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
    Fragment::New(deadline.wrap(value.as_str()))
}

/// Checks the limits of a member that has changed. A member that another program wrote and
/// nobody here changed must not prevent the session from being saved.
fn check<T: IronSession>(member: &Encoding<'_>) -> Result<(), EncodeError> {
    if let Some(refusal) = member.refusal {
        return Err(refusal.clone().into());
    }
    if T::SCHEMA.is_read_by_javascript() && holds_rounded_integer(member.text) {
        return Err(EncodeError::RoundedByJavaScript { member: member.name.to_owned() });
    }
    Ok(())
}
