//! Memory that is overwritten when it is dropped.
//!
//! It holds payloads, keys, and what they are made of. `Zeroizing` would do the
//! same, a byte at a time, which for a payload of some kilobytes takes as long as
//! decrypting it; this writes zeros as fast as memory takes them, and `zeroize`'s
//! barrier keeps the compiler from leaving that out.

use std::cell::RefCell;
use std::io;
use std::mem;
use std::ops::{Deref, DerefMut};

use zeroize::optimization_barrier;

/// Memory that can be overwritten.
pub(crate) trait Erase {
    /// Overwrites all of it, what is unused included.
    fn erase(&mut self);
}

/// What an array can be overwritten with.
pub(crate) trait Zero: Copy {
    const ZERO: Self;
}

impl Zero for u8 {
    const ZERO: Self = 0;
}

impl Zero for u32 {
    const ZERO: Self = 0;
}

impl<T: Zero, const N: usize> Zero for [T; N] {
    const ZERO: Self = [T::ZERO; N];
}

impl<T: Zero, const N: usize> Erase for [T; N] {
    fn erase(&mut self) {
        *self = Self::ZERO;
        optimization_barrier(self);
    }
}

impl Erase for Vec<u8> {
    fn erase(&mut self) {
        let capacity = self.capacity();
        self.clear();
        self.resize(capacity, 0);
        optimization_barrier(self.as_slice());
    }
}

impl Erase for String {
    fn erase(&mut self) {
        mem::take(self).into_bytes().erase();
    }
}

/// Erases memory when it is dropped.
#[derive(Clone, Default)]
pub(crate) struct Erasing<M: Erase>(M);

impl<M: Erase> Erasing<M> {
    pub(crate) fn new(memory: M) -> Self {
        Self(memory)
    }
}

impl Erasing<Vec<u8>> {
    /// Takes the bytes for text, in place; where they are not UTF-8, replaced as
    /// JavaScript's `TextDecoder` does.
    pub(crate) fn into_text_lossy(mut self) -> Erasing<String> {
        match String::from_utf8(mem::take(&mut self.0)) {
            Ok(text) => Erasing(text),
            Err(error) => {
                let bytes = Self(error.into_bytes());
                Erasing(String::from_utf8_lossy(&bytes).into_owned())
            }
        }
    }
}

impl<M: Erase> Deref for Erasing<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.0
    }
}

impl<M: Erase> DerefMut for Erasing<M> {
    fn deref_mut(&mut self) -> &mut M {
        &mut self.0
    }
}

impl<M: Erase> Drop for Erasing<M> {
    fn drop(&mut self) {
        self.0.erase();
    }
}

/// Room for a payload while it is worked on: memory that the thread keeps and uses
/// again, so that a seal need not ask for any.
///
/// It is erased after every use, and nothing is left behind where it grows.
pub(crate) struct Scratch(Vec<u8>);

/// What a thread keeps: as many as a request works on at once, each with room for
/// the payload of a seal that fills four cookies.
const KEPT: usize = 4;
const KEPT_BYTES: usize = 16 * 1024;

/// Room for a session that nearly fills a cookie.
const FIRST_BYTES: usize = 4 * 1024;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

impl Scratch {
    /// Takes the thread's memory, or new one where that is in use.
    pub(crate) fn new() -> Self {
        // While the thread ends there is nothing to take.
        let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
        Self(spare.ok().flatten().unwrap_or_default())
    }

    /// Returns what was written as text; only text may have been.
    pub(crate) fn as_text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Makes room for so many bytes more.
    #[inline]
    fn reserve(&mut self, more: usize) {
        if self.0.capacity() - self.0.len() < more {
            self.grow(more);
        }
    }

    /// Moves to a larger memory, and erases the one that was outgrown.
    #[cold]
    fn grow(&mut self, more: usize) {
        let needed = self.0.len().saturating_add(more);
        let mut larger = Vec::with_capacity(needed.next_power_of_two().max(FIRST_BYTES));
        larger.extend_from_slice(&self.0);
        erase_used(&mut self.0);
        self.0 = larger;
    }

    /// Appends text.
    pub(crate) fn push_str(&mut self, text: &str) {
        self.reserve(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Appends zeros.
    pub(crate) fn extend_zeroed(&mut self, len: usize) {
        self.reserve(len);
        self.0.resize(self.0.len() + len, 0);
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
        let mut memory = mem::take(&mut self.0);
        memory.clear();
        // While the thread ends it is freed.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < KEPT && (1..=KEPT_BYTES).contains(&memory.capacity()) {
                spare.push(memory);
            }
        });
    }
}

/// Erases what a buffer that only grew has held.
fn erase_used(buffer: &mut [u8]) {
    buffer.fill(0);
    optimization_barrier(buffer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_is_overwritten() {
        let mut buffer = *b"a payload";
        erase_used(&mut buffer);
        assert_eq!(buffer, [0; 9]);
    }

    #[test]
    fn scratch_is_used_again() {
        use std::io::Write as _;

        let mut scratch = Scratch::new();
        scratch.write_all(b"abc").unwrap();
        scratch.extend_zeroed(2);
        assert_eq!(&*scratch, b"abc\0\0");
        let memory = scratch.as_ptr();
        drop(scratch);
        let mut again = Scratch::new();
        again.extend_zeroed(5);
        assert_eq!(again.as_ptr(), memory);
        assert_eq!(&*again, [0; 5]);
        // Another one meanwhile has memory of its own.
        let mut other = Scratch::new();
        other.write_all(&vec![7; KEPT_BYTES + 1]).unwrap();
        drop(other);
        assert_eq!(&*again, [0; 5]);
    }

    #[test]
    fn all_of_a_buffer_is_overwritten() {
        let mut buffer = Vec::with_capacity(100);
        buffer.extend([7; 60]);
        buffer.truncate(10);
        buffer.erase();
        assert_eq!(buffer, [0; 100]);
    }
}
