//! The bounds that a field can have.

use crate::error::{FieldTooLarge, Unit};
use crate::payload::{count_items, encode_value};

/// Limits how large a field's value may be: `max_bytes` and `max_items`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Bounds {
    max_bytes: Option<usize>,
    max_items: Option<usize>,
    /// The type's own limit for its JSON, quotes included.
    largest: Option<usize>,
}

impl Bounds {
    /// No bounds.
    pub const NONE: Self = Self { max_bytes: None, max_items: None, largest: None };

    /// Bounds the bytes of the encoded value (for text: between the quotes, after escaping).
    pub const fn with_max_bytes(self, max_bytes: usize) -> Self {
        Self { max_bytes: Some(max_bytes), ..self }
    }

    /// Bounds the number of elements or members.
    pub const fn with_max_items(self, max_items: usize) -> Self {
        Self { max_items: Some(max_items), ..self }
    }

    /// Adds the type's own limit, if it has one. Its parts may have bounds that are checked
    /// nowhere else.
    pub(super) const fn with_largest(self, largest: Option<usize>) -> Self {
        Self { largest, ..self }
    }

    pub(crate) const fn largest(self) -> Option<usize> {
        self.largest
    }

    /// Returns the maximum bytes of the encoded value (for text: between the quotes).
    pub const fn max_bytes(&self) -> Option<usize> {
        self.max_bytes
    }

    /// Returns the maximum number of elements or members.
    pub const fn max_items(&self) -> Option<usize> {
        self.max_items
    }

    /// Checks a value before it is set.
    ///
    /// A value that can't be encoded passes; saving reports it.
    pub(crate) fn check_value<T: serde::Serialize + ?Sized>(
        self,
        field: &str,
        value: &T,
    ) -> Result<(), FieldTooLarge> {
        encode_value(value).map_or(Ok(()), |text| self.check(field, text.as_text()))
    }

    /// Checks a value's JSON text.
    pub(crate) fn check(self, field: &str, text: &str) -> Result<(), FieldTooLarge> {
        let quotes = if text.starts_with('"') { 2 } else { 0 };
        let too_large = |unit, found, limit: Option<usize>| match limit {
            Some(limit) if found > limit => {
                Err(FieldTooLarge { field: field.to_owned(), unit, found, limit })
            }
            _ => Ok(()),
        };
        too_large(Unit::Bytes, text.len() - quotes, self.max_bytes)?;
        if self.max_items.is_some() {
            too_large(Unit::Items, count_items(text), self.max_items)?;
        }
        too_large(Unit::Bytes, text.len(), self.largest)
    }
}
