//! Memory that is overwritten when it is dropped.
//!
//! It holds keys, compressed payloads, and the data that they are made from; other payloads are
//! in `scratch`. `Zeroizing` would do the same one byte at a time, which for a payload of some
//! kilobytes takes as long as decrypting it. This module writes zeros as fast as the memory
//! accepts them, and `zeroize`'s barrier stops the compiler from removing the writes.

use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};

use zeroize::optimization_barrier;

/// Memory that can be overwritten.
pub(crate) trait Erase {
    /// Overwrites all of the memory, including its unused capacity.
    fn erase(&mut self);
}

/// An element that an array can be overwritten with.
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

/// Erases memory when it is dropped.
#[derive(Clone, Default)]
pub(crate) struct Erasing<M: Erase>(M);

impl<M: Erase> Erasing<M> {
    pub(crate) fn new(memory: M) -> Self {
        Self(memory)
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

/// How far down the stack a seal's keys get, in lines: 4 KiB; and 64 KiB where the compiler
/// leaves every copy in place.
const STACK_LINES: usize = if cfg!(debug_assertions) { 512 } else { 32 };

/// Overwrites the part of the stack that the functions used which have just returned.
///
/// A function that is given a key, or returns one, leaves copies of it there, which nobody
/// owns and so nobody erases. Call this from where nothing of the key was, after a function
/// that is not inlined.
#[inline(never)]
#[cfg_attr(debug_assertions, allow(clippy::large_stack_arrays, reason = "it is the stack that is meant"))]
pub(crate) fn erase_dead_stack() {
    let mut dead: [MaybeUninit<[u64; 16]>; STACK_LINES] = [const { MaybeUninit::uninit() }; STACK_LINES];
    // A line at a time, by the processor's widest stores: for all of it at once the compiler
    // would call `memset`, which takes longer to begin than this takes.
    for line in &mut dead {
        optimization_barrier(line.write([0; 16]));
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
