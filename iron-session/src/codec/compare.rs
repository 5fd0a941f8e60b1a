//! Compares a session's members with those that were received and loaded.

use super::change::SessionChange;
use super::encoder::{Encoder, Encoding, Encodings};
use super::lookup::{Lookup, Named};
use super::reread::is_ordered;
use super::session_type::IronSession;
use crate::error::EncodeError;
use crate::payload::Member;

/// The received members, our encodings of the session as it was loaded, and those of the
/// session as it is now.
pub(super) struct Comparison<'a> {
    pub(super) received: Vec<ReceivedMember<'a>>,
    /// Without the members that stay as they were received.
    pub(super) before: Encodings,
    pub(super) current: Lookup<CurrentMember<'a>>,
}

/// A member that was received.
pub(super) struct ReceivedMember<'a> {
    /// Its index in the payload.
    pub(super) index: usize,
    pub(super) member: Member<'a>,
    /// The place of its field among the current members.
    pub(super) place: Option<usize>,
}

/// A member that the session has now.
pub(super) struct CurrentMember<'a> {
    pub(super) encoding: Encoding<'a>,
    /// The index of the last received member of its field. A payload can hold both the name and
    /// an alias of a field. The last one was read; once the field changes, the others would
    /// contradict it.
    pub(super) last: Option<usize>,
    /// Whether its text is identical to the received text.
    stays: bool,
    /// Whether its value is the one that was loaded.
    pub(super) unchanged: bool,
    /// Whether its field was empty in between, so that it inherits nothing from the received
    /// member.
    pub(super) cleared: bool,
}

impl Named for CurrentMember<'_> {
    fn name(&self) -> &str {
        self.encoding.name
    }
}

impl CurrentMember<'_> {
    /// Tells whether the received member of this index may lack parts that its field writes.
    pub(super) fn may_lack(&self, index: usize) -> bool {
        !self.stays && self.last == Some(index) && self.encoding.is_plain()
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn new<T: IronSession>(
        change: &SessionChange<'a, T>,
        after: &'a Encoder,
    ) -> Result<Self, EncodeError> {
        let (received, current) = match_up(change, after);
        let stays = |place: usize| current.list().get(place).is_some_and(|member| member.stays);
        let before = after.without(stays).encode(change.before)?.finish();
        let mut comparison = Self { received, before, current };
        comparison.find_unchanged::<T>(after)?;
        Ok(comparison)
    }

    fn find_unchanged<T: IronSession>(&mut self, after: &Encoder) -> Result<(), EncodeError> {
        for (place, member) in self.current.list_mut().iter_mut().enumerate() {
            member.unchanged = member.stays
                || !member.cleared
                    && match self.before.find(member.encoding.name) {
                        Some(before) if before.says_the_same(&member.encoding) => true,
                        // A set that changed and changed back may have another order.
                        Some(before) if before.may_say_the_same(&member.encoding) => {
                            !is_ordered::<T>(after, place, [before, member.encoding])?
                        }
                        _ => false,
                    };
        }
        Ok(())
    }
}

/// Finds the current member of each received one, and the reverse.
fn match_up<'a, T: IronSession>(
    change: &SessionChange<'a, T>,
    after: &'a Encoder,
) -> (Vec<ReceivedMember<'a>>, Lookup<CurrentMember<'a>>) {
    let new =
        |encoding| CurrentMember { encoding, last: None, stays: false, unchanged: false, cleared: false };
    let mut current = Lookup::new(after.iter().map(new).collect());
    let Some(payload) = change.received else { return (Vec::new(), current) };

    // Only the names of fields are known to differ.
    let is_all_new = T::FIELDS.is_empty() || payload.migrated;
    let of_member = |(index, member): (usize, Member<'a>)| {
        let place = T::canonical(&member.name).and_then(|name| current.find(name)).map(|(place, _)| place);
        if let Some(found) = place.and_then(|place| current.list_mut().get_mut(place)) {
            found.last = Some(index);
            found.cleared = change.cleared.holds(T::FIELDS, found.encoding.name);
            found.stays = !is_all_new
                && !found.cleared
                && found.encoding.is_plain()
                && found.encoding.text == member.received;
        }
        ReceivedMember { index, member, place }
    };
    let stays = |(_, member): &(usize, Member<'_>)| change.inherits.includes::<T>(&member.name);
    let received = payload.members.iter().enumerate().filter(stays).map(of_member).collect();
    (received, current)
}
