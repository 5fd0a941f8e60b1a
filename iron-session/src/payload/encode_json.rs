//! Writes a value as JSON that our own reader accepts.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::hidden::Hidden;
use super::scan::Scanner;
use crate::error::{DecodeError, EncodeError};
use crate::limits::MAX_DEPTH;
use crate::scratch::Scratch;

/// The reason why a value can't be written.
pub(crate) enum Reason {
    TooDeep,
    Serialize(serde_json::Error),
}

impl Reason {
    /// Adds the member's name.
    pub(crate) fn into_error(self, member: Option<String>) -> EncodeError {
        match self {
            Self::TooDeep => EncodeError::TooDeep { member },
            Self::Serialize(error) => EncodeError::serialize(member, &error),
        }
    }
}

/// Appends a value that is already nested `outer_depth` levels deep, and returns the values that
/// its text hides.
pub(crate) fn write_json<T: Serialize + ?Sized>(
    buffer: &mut Scratch,
    value: &T,
    outer_depth: u32,
) -> Result<Hidden, Reason> {
    let mut watch = Watch { level: outer_depth, deepest: outer_depth, has_null: false };
    let mut serializer = Serializer::with_formatter(buffer, &mut watch);
    value.serialize(&mut serializer).map_err(Reason::Serialize)?;
    if watch.deepest > MAX_DEPTH {
        return Err(Reason::TooDeep);
    }
    Ok(if watch.has_null { Hidden::from_value(value) } else { Hidden::default() })
}

/// Counts the levels while `serde_json` writes them, and looks for a `null`.
struct Watch {
    level: u32,
    deepest: u32,
    has_null: bool,
}

impl Watch {
    fn enter(&mut self) {
        self.level += 1;
        self.deepest = self.deepest.max(self.level);
    }

    /// Rejects text that could not be read back.
    fn check(&mut self, text: &str) -> io::Result<()> {
        match Scanner::new(text).value(self.level) {
            Ok(_) => Ok(()),
            Err(DecodeError::TooDeep) => {
                self.deepest = MAX_DEPTH + 1;
                Ok(())
            }
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

impl Formatter for &mut Watch {
    fn write_null<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.has_null = true;
        CompactFormatter.write_null(writer)
    }

    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.enter();
        CompactFormatter.begin_array(writer)
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.level -= 1;
        CompactFormatter.end_array(writer)
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.enter();
        CompactFormatter.begin_object(writer)
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.level -= 1;
        CompactFormatter.end_object(writer)
    }

    /// With `serde_json`'s `arbitrary_precision`, a number is text already.
    fn write_number_str<W: io::Write + ?Sized>(&mut self, writer: &mut W, number: &str) -> io::Result<()> {
        self.check(number)?;
        CompactFormatter.write_number_str(writer, number)
    }

    /// A `RawValue` is text already.
    fn write_raw_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.check(fragment)?;
        CompactFormatter.write_raw_fragment(writer, fragment)
    }
}
