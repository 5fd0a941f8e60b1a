//! Decoding a member into its field.

use serde::de::DeserializeOwned;

use crate::clock::Timestamp;
use crate::error::DecodeError;
use crate::payload::{Scanner, kind, members_of};

/// The members of a member that ends by itself.
pub(crate) const VALUE: &str = "value";
pub(crate) const UNTIL: &str = "until_ms";

/// Hands one member of a received session to the field that knows its name.
///
/// Where the value ends may not be known yet: then reading it finds out.
pub struct Decoder<'a> {
    name: &'a str,
    /// The value, or all the text from where it begins.
    text: &'a str,
    /// The length of the value, once it is known.
    len: Option<usize>,
    /// The member's index.
    index: usize,
    now: Timestamp,
    /// The fields that were read in a single pass, by bits; `None` when it is
    /// known that each is read once.
    seen: Option<&'a mut u128>,
    losses: &'a mut Losses,
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
    /// Begins with a member whose value is known.
    pub(super) fn of_value(
        (index, name): (usize, &'a str),
        text: &'a str,
        now: Timestamp,
        losses: &'a mut Losses,
    ) -> Self {
        Self { name, text, len: Some(text.len()), index, now, seen: None, losses }
    }

    /// Begins with a member whose value is at the start of a text that is not
    /// checked. Whatever is out of the ordinary is an error then, and says only
    /// that it must be read the exact way.
    pub(super) fn of_text(
        (index, name): (usize, &'a str),
        text: &'a str,
        now: Timestamp,
        seen: &'a mut u128,
        losses: &'a mut Losses,
    ) -> Self {
        Self { name, text, len: None, index, now, seen: Some(seen), losses }
    }

    /// Returns the value's length, if a field has read it.
    pub(super) fn value_len(&self) -> Option<usize> {
        self.len
    }

    /// Says that the member is the field's of this index.
    ///
    /// # Errors
    ///
    /// When another member was this field's before: which of them counts is not
    /// decided in a single pass.
    pub fn claim(&mut self, field: usize) -> Result<(), DecodeError> {
        let Some(seen) = &mut self.seen else { return Ok(()) };
        let bit = u32::try_from(field).ok().and_then(|field| 1_u128.checked_shl(field)).unwrap_or_default();
        if bit == 0 || **seen & bit != 0 {
            return Err(self.unfit());
        }
        **seen |= bit;
        Ok(())
    }

    /// Decodes the value; `None` for `null`, which reads as the field's default.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Member`] when the value does not fit the type.
    pub fn value<T: DeserializeOwned>(&mut self) -> Result<Option<T>, DecodeError> {
        if self.text.starts_with('n') {
            let is_null = matches!(self.scan(), Ok("null"));
            return if is_null { Ok(None) } else { Err(self.unfit()) };
        }
        if self.len.is_some() {
            return serde_json::from_str(self.text).map(Some).map_err(|_| self.unfit());
        }
        let mut values = serde_json::Deserializer::from_str(self.text).into_iter();
        let Some(Ok(value)) = values.next() else { return Err(self.unfit()) };
        self.len = Some(values.byte_offset());
        Ok(Some(value))
    }

    /// Decodes a value that says until when it is valid; `None` when its time
    /// has passed, or when it does not say.
    ///
    /// # Errors
    ///
    /// As [`Decoder::value`].
    pub fn expiring<T: DeserializeOwned>(&mut self) -> Result<Option<(T, Timestamp)>, DecodeError> {
        let Some((value, until)) = split_expiring(self.scan()?) else { return Ok(None) };
        if until <= self.now {
            self.losses.expired.push(self.index);
            return Ok(None);
        }
        serde_json::from_str(value).map(|value| Some((value, until))).map_err(|_| self.unfit())
    }

    /// Returns the value's text.
    ///
    /// # Errors
    ///
    /// When it is no JSON.
    pub(crate) fn scan(&mut self) -> Result<&'a str, DecodeError> {
        let len = match self.len {
            Some(len) => len,
            None => Scanner::new(self.text).value(1)?.end,
        };
        self.len = Some(len);
        Ok(self.text.get(..len).unwrap_or_default())
    }

    /// Lets a field that could not be decoded keep its default, and remembers
    /// to tell about it. The member itself stays as it was received.
    ///
    /// # Errors
    ///
    /// In a single pass, which judges nothing.
    pub fn or_default(&mut self, decoded: Result<(), DecodeError>) -> Result<(), DecodeError> {
        if self.seen.is_some() {
            return decoded;
        }
        self.losses.defaulted.extend(decoded.err());
        Ok(())
    }

    fn unfit(&self) -> DecodeError {
        DecodeError::Member { member: self.name.to_owned(), found: kind(self.text) }
    }
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
        f.debug_struct("Decoder").field("name", &self.name).finish_non_exhaustive()
    }
}
