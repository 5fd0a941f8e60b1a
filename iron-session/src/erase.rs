//! Buffers that are overwritten when they are dropped.
//!
//! They hold payloads. `Zeroizing` would do the same, a byte at a time, which for
//! a payload of some kilobytes takes as long as decrypting it; this writes zeros
//! as fast as memory takes them, and `zeroize`'s barrier keeps the compiler from
//! leaving that out.

use std::mem;
use std::ops::{Deref, DerefMut};

use zeroize::optimization_barrier;

/// A buffer on the heap whose memory can be overwritten.
pub(crate) trait Buffer: Default {
    /// Overwrites all of it, what is unused included.
    fn erase(&mut self);
}

impl Buffer for Vec<u8> {
    fn erase(&mut self) {
        let capacity = self.capacity();
        self.clear();
        self.resize(capacity, 0);
        optimization_barrier(self.as_slice());
    }
}

impl Buffer for String {
    fn erase(&mut self) {
        mem::take(self).into_bytes().erase();
    }
}

/// Erases a buffer when it is dropped.
#[derive(Default)]
pub(crate) struct Erasing<B: Buffer>(B);

impl<B: Buffer> Erasing<B> {
    pub(crate) fn new(buffer: B) -> Self {
        Self(buffer)
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

impl<B: Buffer> Deref for Erasing<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.0
    }
}

impl<B: Buffer> DerefMut for Erasing<B> {
    fn deref_mut(&mut self) -> &mut B {
        &mut self.0
    }
}

impl<B: Buffer> Drop for Erasing<B> {
    fn drop(&mut self) {
        self.0.erase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_buffer_is_overwritten() {
        let mut buffer = Vec::with_capacity(100);
        buffer.extend([7; 60]);
        buffer.truncate(10);
        buffer.erase();
        assert_eq!(buffer, [0; 100]);
    }
}
