//! Encodes a session: its members as JSON text, in one buffer.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;
use std::time::Duration;

use serde::Serialize;

use super::deadline::Deadline;
use super::lookup::{Lookup, Named};
#[cfg(feature = "compress")]
use super::secrets_written;
use super::session_type::IronSession;
use crate::clock::Timestamp;
use crate::error::{EncodeError, FieldTooLarge};
use crate::payload::{Fragment, Hidden, is_reordered, write_json};
use crate::schema::bounds::Bounds;
use crate::scratch::Scratch;

/// Room for a small session's members, so that their list does not grow step by step.
const FEW_MEMBERS: usize = 8;

/// Takes the members of a session and encodes them one by one.
pub struct Encoder {
    buffer: Scratch,
    members: Vec<Encoded>,
    now: Timestamp,
    purpose: Purpose,
}

/// The use that the encoder makes of the members that it gets.
enum Purpose {
    Collect,
    /// Collects all but these. They come in this order.
    LeaveOut(std::vec::IntoIter<Cow<'static, str>>),
    /// Collects only these. The list is sorted.
    Take(Vec<Cow<'static, str>>),
    /// Collects none, and compares them with the members collected before: counts equal ones,
    /// and notes whether one differs.
    Compare {
        same: usize,
        differs: bool,
    },
}

struct Encoded {
    name: Cow<'static, str>,
    text: Range<usize>,
    hidden: Hidden,
    deadline: Option<Deadline>,
    /// Why the member may not be written, once it has changed. It is boxed so that the
    /// list of a few members is small: allocators are slower for more than a kilobyte.
    refusal: Option<Box<FieldTooLarge>>,
    /// Whether it holds a `CsrfToken` or a `Secret`.
    #[cfg(feature = "compress")]
    holds_secret: bool,
}

/// A member's encoding, borrowed from its encoder.
#[derive(Clone, Copy)]
pub(crate) struct Encoding<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    /// Values that the text does not show.
    pub(super) hidden: Hidden,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) refusal: Option<&'a FieldTooLarge>,
}

impl<'a> Encoding<'a> {
    /// Tells whether the two differ in nothing but the order of elements and members.
    pub(super) fn may_say_the_same(&self, other: &Encoding<'_>) -> bool {
        self.deadline == other.deadline && self.hidden == other.hidden && is_reordered(self.text, other.text)
    }

    /// Tells whether the text alone represents the value.
    pub(super) fn is_plain(&self) -> bool {
        self.deadline.is_none() && self.hidden.is_nothing()
    }

    /// Returns the text of a member for which nothing was received.
    pub(super) fn own_text(&self) -> Fragment<'a> {
        match self.deadline {
            None => Fragment::Old(self.text),
            Some(deadline) => Fragment::New(deadline.wrap(self.text)),
        }
    }

    /// Tells whether two encodings represent the same state.
    pub(crate) fn says_the_same(&self, other: &Encoding<'_>) -> bool {
        self.text == other.text && self.deadline == other.deadline && self.hidden == other.hidden
    }
}

impl Encoder {
    /// Creates an encoder whose deadlines count from `now`.
    pub(crate) fn new(now: Timestamp) -> Self {
        let members = Vec::with_capacity(FEW_MEMBERS);
        Self { buffer: Scratch::new(), members, now, purpose: Purpose::Collect }
    }

    /// Creates an encoder for another state of the same session, which leaves out the members
    /// at these places.
    pub(crate) fn without(&self, places: impl Fn(usize) -> bool) -> Self {
        let names = self.members.iter().enumerate().filter(|(place, _)| places(*place));
        let names: Vec<_> = names.map(|(_, member)| member.name.clone()).collect();
        Self { purpose: Purpose::LeaveOut(names.into_iter()), ..Self::new(self.now) }
    }

    /// Creates an encoder that collects only the members at these places.
    pub(crate) fn only(&self, places: impl Iterator<Item = usize>) -> Self {
        let mut names: Vec<_> =
            places.filter_map(|place| self.members.get(place)).map(|member| member.name.clone()).collect();
        names.sort_unstable();
        Self { purpose: Purpose::Take(names), ..Self::new(self.now) }
    }

    /// Adds the members of a session.
    pub(super) fn encode<T: IronSession>(mut self, session: &T) -> Result<Self, EncodeError> {
        session.encode(&mut self)?;
        Ok(self)
    }

    /// Tells whether another session has the same members. Deadlines are ignored.
    pub(crate) fn matches<T: IronSession>(&mut self, session: &T) -> Result<bool, EncodeError> {
        let purpose = mem::replace(&mut self.purpose, Purpose::Compare { same: 0, differs: false });
        let result = session.encode(self);
        let found = mem::replace(&mut self.purpose, purpose);
        result?;
        Ok(matches!(found, Purpose::Compare { same, differs: false } if same == self.members.len()))
    }

    /// Adds a member.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if the value's own `Serialize` fails, or if it is nested too deep to be
    /// read back.
    pub fn member<T: Serialize + ?Sized>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: &T,
    ) -> Result<(), EncodeError> {
        let name = name.into();
        match &mut self.purpose {
            Purpose::LeaveOut(names) if names.as_slice().first() == Some(&name) => {
                names.next();
                return Ok(());
            }
            Purpose::Take(names) if names.binary_search(&name).is_err() => return Ok(()),
            // If one differs, the others need not be encoded.
            Purpose::Compare { differs: true, .. } => return Ok(()),
            Purpose::Compare { same, differs }
                if self.members.get(*same).is_none_or(|it| it.name != name) =>
            {
                *differs = true;
                return Ok(());
            }
            _ => {}
        }
        let start = self.buffer.len();
        #[cfg(feature = "compress")]
        let secrets_before = secrets_written::count();
        let hidden = match write_json(&mut self.buffer, value, 1) {
            Ok(hidden) => hidden,
            Err(reason) => return Err(reason.into_error(Some(name.into_owned()))),
        };
        let text = start..self.buffer.len();
        if let Purpose::Compare { same, differs } = &mut self.purpose {
            let member = self.members.get(*same);
            *differs = member.is_none_or(|member| {
                member.hidden != hidden || self.buffer.get(member.text.clone()) != self.buffer.get(text)
            });
            *same += 1;
            self.buffer.truncate(start);
            return Ok(());
        }
        self.members.push(Encoded {
            name,
            text,
            hidden,
            deadline: None,
            refusal: None,
            #[cfg(feature = "compress")]
            holds_secret: secrets_written::count() != secrets_before,
        });
        Ok(())
    }

    /// Adds a member. `None` is left out.
    ///
    /// # Errors
    ///
    /// As [`Encoder::member`].
    pub fn optional<T: Serialize>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: &Option<T>,
    ) -> Result<(), EncodeError> {
        match value {
            Some(value) => self.member(name, value),
            None => Ok(()),
        }
    }

    /// Lets the last member expire `ttl` from now, if it has changed.
    pub fn expire_changed(&mut self, name: &str, ttl: Duration) {
        let until = self.now.saturating_add(ttl);
        self.set_deadline(name, Deadline::WhenChanged(until));
    }

    /// Lets the last member expire at its own time, or `ttl` from now.
    pub(crate) fn expire_at(&mut self, name: &str, until: Option<Timestamp>, ttl: Duration) {
        let until = until.unwrap_or_else(|| self.now.saturating_add(ttl));
        self.set_deadline(name, Deadline::At(until));
    }

    /// Refuses the last member if it has changed and is larger than the bounds allow.
    pub fn limit(&mut self, name: &str, bounds: Bounds) {
        let Some(text) = self.last(name).map(|last| last.text.clone()) else { return };
        let text = self.buffer.get(text).unwrap_or_default();
        let refusal = bounds.check(name, std::str::from_utf8(text).unwrap_or_default()).err();
        if let Some(last) = self.members.last_mut() {
            last.refusal = refusal.map(Box::new);
        }
    }

    fn set_deadline(&mut self, name: &str, deadline: Deadline) {
        if let Some(last) = self.last(name) {
            last.deadline = Some(deadline);
        }
    }

    /// Returns the last member if it has this name. Another name means that the member was left
    /// out.
    fn last(&mut self, name: &str) -> Option<&mut Encoded> {
        match self.purpose {
            Purpose::Compare { .. } => None,
            _ => self.members.last_mut().filter(|last| last.name == name),
        }
    }

    /// Tells whether a member holds a secret and may therefore not be compressed.
    #[cfg(feature = "compress")]
    pub(crate) fn holds_guarded_secret<T: IronSession>(&self) -> bool {
        let is_waived =
            |name: &str| T::FIELDS.iter().any(|field| field.name() == name && field.waives_secrets());
        self.members.iter().any(|member| member.holds_secret && !is_waived(&member.name))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Encoding<'_>> {
        let text = self.buffer.as_text();
        self.members.iter().map(|member| member.encoding(text.get(member.text.clone()).unwrap_or_default()))
    }

    /// Finishes the encoding.
    pub(super) fn finish(self) -> Encodings {
        Encodings { buffer: self.buffer, members: Lookup::new(self.members) }
    }
}

impl Encoded {
    fn encoding<'a>(&'a self, text: &'a str) -> Encoding<'a> {
        Encoding {
            name: &self.name,
            text,
            hidden: self.hidden,
            deadline: self.deadline,
            refusal: self.refusal.as_deref(),
        }
    }
}

impl Named for Encoded {
    fn name(&self) -> &str {
        &self.name
    }
}

/// The members of an encoded session, which can be looked up by name.
pub(super) struct Encodings {
    buffer: Scratch,
    members: Lookup<Encoded>,
}

impl Encodings {
    pub(super) fn find(&self, name: &str) -> Option<Encoding<'_>> {
        let (_, member) = self.members.find(name)?;
        let text = self.buffer.get(member.text.clone()).unwrap_or_default();
        Some(member.encoding(std::str::from_utf8(text).unwrap_or_default()))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.list().iter().map(Named::name)
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.members.iter().map(|member| &member.name)).finish()
    }
}
