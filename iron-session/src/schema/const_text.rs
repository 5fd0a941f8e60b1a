//! Text that is built at compile time, for compile errors.

use std::fmt;

use crate::limits::digits;

/// Room for the budget's table of a hundred fields. Longer text is cut off.
const CAPACITY: usize = 8 * 1024;

/// Text that was written at compile time.
#[derive(Clone, Copy)]
pub(crate) struct ConstText {
    bytes: [u8; CAPACITY],
    len: usize,
}

#[allow(clippy::indexing_slicing, reason = "constants have no iterators; each index was compared")]
impl ConstText {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }
    }

    /// Returns the text.
    #[must_use]
    pub(crate) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // The text was cut inside a character, so return everything before it.
            Err(error) => match std::str::from_utf8(self.bytes.split_at(error.valid_up_to()).0) {
                Ok(text) => text,
                Err(_) => "",
            },
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) const fn push(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while let [byte, tail @ ..] = rest {
            if self.len < CAPACITY {
                self.bytes[self.len] = *byte;
                self.len += 1;
            }
            rest = tail;
        }
    }

    /// Starts a line with a right-aligned number.
    pub(crate) const fn push_row(&mut self, size: usize, name: &str) {
        self.push("\n");
        let mut width = if size == usize::MAX { 1 } else { digits(size as u64) };
        while width < 9 {
            self.push(" ");
            width += 1;
        }
        self.push_size(size);
        self.push("  ");
        self.push(name);
    }

    pub(crate) const fn push_number(&mut self, number: u32) {
        self.push_size(number as usize);
    }

    pub(crate) const fn push_size(&mut self, size: usize) {
        // A saturated sum is not the real sum.
        if size == usize::MAX {
            self.push("∞");
            return;
        }
        let len = digits(size as u64);
        let mut rest = size;
        let mut position = len;
        while position > 0 {
            position -= 1;
            if self.len + position < CAPACITY {
                #[allow(clippy::cast_possible_truncation, reason = "a digit")]
                {
                    self.bytes[self.len + position] = b'0' + (rest % 10) as u8;
                }
            }
            rest /= 10;
        }
        self.len = if self.len + len < CAPACITY { self.len + len } else { CAPACITY };
    }
}

impl fmt::Debug for ConstText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
