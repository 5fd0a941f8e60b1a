//! Decoding a session: each field from the text of its own member.

use serde::de::DeserializeOwned;

use super::members::{Member, Members, members_of};
use super::scan::kind;
use super::text::Text;
use crate::clock::Timestamp;
use crate::erase::Erasing;
use crate::error::{DecodeError, UnsealError};

/// The members of a member that ends by itself.
pub(super) const VALUE: &str = "value";
pub(super) const UNTIL: &str = "until_ms";

/// Decodes a whole value for [`Sealer::unseal`](crate::Sealer::unseal).
pub(crate) fn decode_value<T: DeserializeOwned>(plaintext: Erasing<Vec<u8>>) -> Result<T, UnsealError> {
    let mut text = Text::from_plaintext(plaintext)?;
    text.check(|scanner| scanner.value(0).map(drop))?;

    if kind(text.received()) != "an object" {
        return Ok(decode_text(text.readable())?);
    }
    // serde's derive refuses duplicate members, JavaScript takes the last.
    let members = Members::parse(text)?;
    if members.has_shadowed() {
        let list = members.iter().map(|m| format!("{}:{}", m.readable_name, m.readable));
        let text = Erasing::new(format!("{{{}}}", list.collect::<Vec<_>>().join(",")));
        return Ok(decode_text(&text)?);
    }
    Ok(decode_text(members.readable())?)
}

fn decode_text<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The scan has bounded the depth, one level beyond serde_json's own limit.
    deserializer.disable_recursion_limit();
    T::deserialize(&mut deserializer).map_err(|_| DecodeError::Type { found: kind(text) })
}

/// Hands out the members of a received session to the fields of a type.
pub struct Decoder<'a> {
    members: &'a Members,
    /// Where to look first: members mostly come in the order of the fields.
    cursor: usize,
    now: Timestamp,
    losses: Losses,
}

/// What a field did not take over from its member.
#[derive(Default)]
pub(crate) struct Losses {
    /// Indices of members whose time has passed.
    pub(crate) expired: Vec<usize>,
    /// Members that don't fit their field, whose default took their place.
    pub(crate) defaulted: Vec<DecodeError>,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(members: &'a Members, now: Timestamp) -> Self {
        Self { members, cursor: 0, now, losses: Losses::default() }
    }

    pub(crate) fn into_losses(self) -> Losses {
        self.losses
    }

    /// Decodes the field that goes by one of `names` on the wire.
    ///
    /// A member that is missing or `null` reads as the default. Of several
    /// members for one field (a name and an alias) the last counts.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Member`] when the value does not fit the field's type.
    pub fn field<T: DeserializeOwned>(
        &mut self,
        names: &[&str],
        default: impl FnOnce() -> T,
    ) -> Result<T, DecodeError> {
        let Some((_, member)) = self.find(names) else { return Ok(default()) };
        if kind(member.readable) == "null" {
            return Ok(default());
        }
        decode_member(&member, member.readable)
    }

    /// Decodes a field whose member says until when it is valid; `None` when
    /// its time has passed, or when it does not say.
    ///
    /// # Errors
    ///
    /// As [`Decoder::field`].
    pub fn expiring<T: DeserializeOwned>(
        &mut self,
        names: &[&str],
    ) -> Result<Option<(T, Timestamp)>, DecodeError> {
        let Some((index, member)) = self.find(names) else { return Ok(None) };
        let Some((value, until)) = split_expiring(member.readable) else { return Ok(None) };
        if until <= self.now {
            self.losses.expired.push(index);
            return Ok(None);
        }
        Ok(Some((decode_member(&member, value)?, until)))
    }

    /// Lets a field that could not be decoded keep its default, and remembers
    /// to tell about it. The member itself stays as it was received.
    pub fn or_default(&mut self, decoded: Result<(), DecodeError>) {
        self.losses.defaulted.extend(decoded.err());
    }

    fn find(&mut self, names: &[&str]) -> Option<(usize, Member<'a>)> {
        let (index, member) = match names {
            [name] => {
                let next = self.members.get(self.cursor).filter(|member| member.name == *name);
                match next {
                    Some(member) => (self.cursor, member),
                    None => (0..).zip(self.members.iter()).find(|(_, member)| member.name == *name)?,
                }
            }
            _ => (0..).zip(self.members.iter()).filter(|(_, m)| names.contains(&m.name.as_ref())).last()?,
        };
        self.cursor = index + 1;
        Some((index, member))
    }

    /// Returns every member's name and text, for types that know no names.
    pub(crate) fn members(&self) -> impl Iterator<Item = Member<'a>> {
        self.members.iter()
    }
}

fn decode_member<T: DeserializeOwned>(member: &Member<'_>, text: &str) -> Result<T, DecodeError> {
    serde_json::from_str(text)
        .map_err(|_| DecodeError::Member { member: member.name.clone().into_owned(), found: kind(text) })
}

/// Splits `{"value":…,"until_ms":…}`.
pub(super) fn split_expiring(text: &str) -> Option<(&str, Timestamp)> {
    let members = members_of(text).ok()?;
    let find = |name| members.iter().rev().find(|member| member.name == name).map(|member| member.readable);
    let until_ms = find(UNTIL)?.parse().ok()?;
    Some((find(VALUE)?, Timestamp::from_unix_ms(until_ms)))
}

impl std::fmt::Debug for Decoder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.members.iter().map(|member| member.name)).finish()
    }
}
