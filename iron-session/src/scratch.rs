//! Reusable memory for payloads.

use std::cell::RefCell;
use std::io;
use std::mem;
use std::ops::{Deref, DerefMut};

use zeroize::optimization_barrier;

/// Memory that a thread keeps and uses again, so that neither sealing nor opening has to
/// allocate. (For more than a kilobyte, allocators such as glibc's first tidy up their free
/// lists.)
///
/// It is erased after every use, and no copy is left behind when it grows.
pub(crate) struct Scratch(Vec<u8>);

/// Text in a [`Scratch`].
pub(crate) struct ScratchText(String);

/// How many buffers a thread keeps: as many as a request usually needs at once (the received
/// payload, our encodings of the session before and after, the new payload, and what of it is
/// read back). Each has room for the payload of a seal that fills four cookies.
const KEPT: usize = 5;
const KEPT_BYTES: usize = 16 * 1024;

/// Room for a session that nearly fills one cookie.
const FIRST_BYTES: usize = 4 * 1024;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

impl Scratch {
    /// Takes memory that the thread has kept, or new memory if all of it is in use.
    pub(crate) fn new() -> Self {
        let mut memory = spare();
        memory.clear();
        Self(memory)
    }

    /// Returns the content as text; only text may have been written to it.
    pub(crate) fn as_text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Converts the bytes to text, in place. Invalid UTF-8 is replaced as JavaScript's
    /// `TextDecoder` does.
    pub(crate) fn into_text_lossy(mut self) -> ScratchText {
        match String::from_utf8(mem::take(&mut self.0)) {
            Ok(text) => ScratchText(text),
            Err(error) => {
                // A replacement is longer than one byte, so the text may not
                // fit; erase the old memory.
                let bytes = Self(error.into_bytes());
                let mut text = Self::new();
                for chunk in bytes.utf8_chunks() {
                    text.push_str(chunk.valid());
                    if !chunk.invalid().is_empty() {
                        text.push_str("\u{fffd}");
                    }
                }
                text.into_text_lossy()
            }
        }
    }

    /// Makes room for `more` bytes.
    #[inline]
    fn reserve(&mut self, more: usize) {
        if self.0.capacity() - self.0.len() < more {
            self.grow(more);
        }
    }

    /// Moves to a larger memory, and erases the old one.
    #[cold]
    fn grow(&mut self, more: usize) {
        let needed = self.0.len().saturating_add(more);
        let mut larger = Vec::with_capacity(needed.next_power_of_two().max(FIRST_BYTES));
        larger.extend_from_slice(&self.0);
        erase_used(&mut self.0);
        self.0 = larger;
    }

    /// Erases and drops everything after the first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        erase_used(self.0.get_mut(len..).unwrap_or_default());
        self.0.truncate(len);
    }

    /// Appends text.
    pub(crate) fn push_str(&mut self, text: &str) {
        self.reserve(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Takes memory that the thread has kept, or new memory, with `len` zeros in it.
    pub(crate) fn zeroed(len: usize) -> Self {
        // Kept memory is full of zeros.
        let mut scratch = Self(spare());
        if len <= scratch.0.len() {
            scratch.0.truncate(len);
        } else {
            scratch.reserve(len - scratch.0.len());
            scratch.0.resize(len, 0);
        }
        scratch
    }
}

impl From<&[u8]> for Scratch {
    fn from(bytes: &[u8]) -> Self {
        let mut scratch = Self::new();
        scratch.reserve(bytes.len());
        scratch.0.extend_from_slice(bytes);
        scratch
    }
}

impl From<&str> for ScratchText {
    fn from(text: &str) -> Self {
        Scratch::from(text.as_bytes()).into_text_lossy()
    }
}

impl Deref for ScratchText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Drop for ScratchText {
    fn drop(&mut self) {
        drop(Scratch(mem::take(&mut self.0).into_bytes()));
    }
}

impl Deref for Scratch {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl io::Write for Scratch {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.reserve(bytes.len());
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        erase_used(&mut self.0);
        let memory = mem::take(&mut self.0);
        // While the thread exits, the memory is freed instead.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < KEPT && (1..=KEPT_BYTES).contains(&memory.capacity()) {
                spare.push(memory);
            }
        });
    }
}

/// Takes memory that the thread has kept; it is full of zeros.
fn spare() -> Vec<u8> {
    // While the thread exits, there is none.
    SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten().unwrap_or_default()
}

/// Erases the content of a buffer that has only grown.
fn erase_used(buffer: &mut [u8]) {
    buffer.fill(0);
    optimization_barrier(buffer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_keeps_was_overwritten() {
        let mut scratch = Scratch::new();
        scratch.push_str("a payload");
        drop(scratch);
        let kept = SPARE.with_borrow(|spare| spare.last().cloned());
        assert_eq!(kept, Some(vec![0; 9]));
    }

    #[test]
    fn what_was_cut_off_or_taken_for_text_is_overwritten() {
        let mut scratch = Scratch::from(&b"a payload"[..]);
        scratch.truncate(2);
        drop(scratch);
        assert_eq!(&*Scratch::zeroed(9), [0; 9]);
        drop(ScratchText::from("another payload"));
        assert_eq!(&*Scratch::zeroed(15), [0; 15]);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_as_by_javascript() {
        for bytes in [&b"a\xff\xffb"[..], b"\xf0\x9f\x92", b"\xed\xa0\x80", &[0x80; 5000]] {
            assert_eq!(&*Scratch::from(bytes).into_text_lossy(), String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn scratch_is_used_again() {
        use std::io::Write as _;

        let mut scratch = Scratch::new();
        scratch.write_all(b"abc").unwrap();
        let memory = scratch.as_ptr();
        drop(scratch);
        let again = Scratch::zeroed(5);
        assert_eq!(again.as_ptr(), memory);
        assert_eq!(&*again, [0; 5]);
        // Another buffer in the meantime has its own memory.
        let mut other = Scratch::new();
        other.write_all(&vec![7; KEPT_BYTES + 1]).unwrap();
        drop(other);
        assert_eq!(&*again, [0; 5]);
    }
}
