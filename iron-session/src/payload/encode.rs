//! Encoding a session: its members as JSON text, in one buffer.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;
use zeroize::Zeroizing;

use super::scan::Scanner;
use crate::error::{DecodeError, EncodeError};

/// Encodes a whole value for [`Sealer::seal`](crate::Sealer::seal).
pub(crate) fn encode_value<T: Serialize + ?Sized>(value: &T) -> Result<Zeroizing<String>, EncodeError> {
    let text = serde_json::to_string(value)
        .map_err(|error| EncodeError::Serialize { member: None, message: error.to_string() })?;
    let text = Zeroizing::new(text);
    check(&text, 0).map_err(|()| EncodeError::TooDeep { member: None })?;
    Ok(text)
}

/// Checks that our own reader will accept what serde wrote.
fn check(text: &str, outer_depth: u32) -> Result<(), ()> {
    match Scanner::new(text).value(outer_depth) {
        Err(DecodeError::TooDeep) => Err(()),
        _ => Ok(()),
    }
}

/// Takes the members of a session and encodes them one by one.
#[derive(Default)]
pub struct Encoder {
    buffer: Zeroizing<Vec<u8>>,
    entries: Vec<(Cow<'static, str>, Range<usize>)>,
}

impl Encoder {
    /// Adds a member.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] when the value's own `Serialize` fails, or it is nested
    /// too deep to be read back.
    pub fn member<T: Serialize + ?Sized>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: &T,
    ) -> Result<(), EncodeError> {
        let name = name.into();
        let start = self.buffer.len();
        let written = serde_json::to_writer(&mut *self.buffer, value);
        if let Err(error) = written {
            let member = Some(name.into_owned());
            return Err(EncodeError::Serialize { member, message: error.to_string() });
        }
        let range = start..self.buffer.len();
        if check(self.text(&range), 1).is_err() {
            return Err(EncodeError::TooDeep { member: Some(name.into_owned()) });
        }
        self.entries.push((name, range));
        Ok(())
    }

    /// Adds a member unless it is `None`, which is left out.
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

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, range)| (name.as_ref(), self.text(range)))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(found, _)| *found == name).map(|(_, text)| text)
    }

    fn text(&self, range: &Range<usize>) -> &str {
        let bytes = self.buffer.get(range.clone()).unwrap_or_default();
        // serde_json writes UTF-8 only.
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.entries.iter().map(|(name, _)| name)).finish()
    }
}

/// Writes text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
