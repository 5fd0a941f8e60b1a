//! Decodes a member into its field.

use serde::de::DeserializeOwned;

use super::deadline::split_expiring;
use crate::clock::Timestamp;
use crate::error::DecodeError;
use crate::payload::{Scanner, kind};

/// Passes one member of a received session to the field that knows its name.
///
/// On the fast path, the end of the value is not known until the value is read.
pub struct Decoder<'a> {
    name: &'a str,
    /// The value, or the whole text from the start of the value.
    text: &'a str,
    /// The length of the value, once it is known.
    len: Option<usize>,
    /// The member's index.
    index: usize,
    now: Timestamp,
    /// On the fast path: the fields that were read, one bit for each. `None` on the slow path,
    /// which reads each field once.
    seen: Option<&'a mut u128>,
    skipped: &'a mut Skipped,
}

/// Members whose value no field has taken.
#[derive(Default)]
pub(crate) struct Skipped {
    /// Indices of members that have expired.
    pub(crate) expired: Vec<usize>,
    /// Members that don't fit their field, which has its default instead.
    pub(crate) defaulted: Vec<DecodeError>,
}

impl<'a> Decoder<'a> {
    /// Takes a member whose value is known (slow path).
    pub(super) fn new(
        (index, name): (usize, &'a str),
        text: &'a str,
        now: Timestamp,
        skipped: &'a mut Skipped,
    ) -> Self {
        Self { name, text, len: Some(text.len()), index, now, seen: None, skipped }
    }

    /// Takes a member whose value is at the start of a text that was not checked (fast path).
    /// Anything unusual is then an error, which means only that the slow path must read it.
    pub(super) fn unchecked(
        (index, name): (usize, &'a str),
        text: &'a str,
        now: Timestamp,
        seen: &'a mut u128,
        skipped: &'a mut Skipped,
    ) -> Self {
        Self { name, text, len: None, index, now, seen: Some(seen), skipped }
    }

    /// Returns the value's length, if a field has read it.
    pub(super) fn value_len(&self) -> Option<usize> {
        self.len
    }

    /// Claims the member for the field with this index.
    ///
    /// # Errors
    ///
    /// On the fast path, if the field has claimed another member before. The slow path decides
    /// which of them counts.
    pub fn claim(&mut self, field: usize) -> Result<(), DecodeError> {
        let Some(seen) = &mut self.seen else { return Ok(()) };
        let bit = u32::try_from(field).ok().and_then(|field| 1_u128.checked_shl(field)).unwrap_or_default();
        if bit == 0 || **seen & bit != 0 {
            return Err(self.unfit());
        }
        **seen |= bit;
        Ok(())
    }

    /// Decodes the value. Returns `None` for `null`, which reads as the field's default.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Member`] if the value does not fit the type.
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

    /// Decodes a value that has a deadline. Returns `None` if it has expired, or if it has no
    /// deadline.
    ///
    /// # Errors
    ///
    /// As [`Decoder::value`].
    pub fn expiring<T: DeserializeOwned>(&mut self) -> Result<Option<(T, Timestamp)>, DecodeError> {
        let Some((value, until)) = split_expiring(self.scan()?) else { return Ok(None) };
        if until <= self.now {
            self.skipped.expired.push(self.index);
            return Ok(None);
        }
        serde_json::from_str(value).map(|value| Some((value, until))).map_err(|_| self.unfit())
    }

    /// Returns the value's text.
    ///
    /// # Errors
    ///
    /// If it is not JSON.
    pub(crate) fn scan(&mut self) -> Result<&'a str, DecodeError> {
        let len = match self.len {
            Some(len) => len,
            None => Scanner::new(self.text).value(1)?.end,
        };
        self.len = Some(len);
        Ok(self.text.get(..len).unwrap_or_default())
    }

    /// Lets a field that could not be decoded keep its default, and records the error. The member
    /// stays as it was received.
    ///
    /// # Errors
    ///
    /// On the fast path, which decides nothing.
    pub fn or_default(&mut self, decoded: Result<(), DecodeError>) -> Result<(), DecodeError> {
        if self.seen.is_some() {
            return decoded;
        }
        self.skipped.defaulted.extend(decoded.err());
        Ok(())
    }

    fn unfit(&self) -> DecodeError {
        DecodeError::Member { member: self.name.to_owned(), found: kind(self.text) }
    }
}

impl std::fmt::Debug for Decoder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("name", &self.name).finish_non_exhaustive()
    }
}
