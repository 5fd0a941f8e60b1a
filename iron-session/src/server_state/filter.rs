//! A filter in front of the maps of revocations. It tells from 32 bits of a key that the key is in none of
//! them, which is so for nearly every request. It is small enough for the processor's caches, which the
//! maps are not.

use std::sync::atomic::{AtomicU64, Ordering};

use super::revocation::Start;

/// With so many bits, one of 16 keys passes that is in no map, or fewer.
const BITS_PER_KEY: usize = 16;

/// A Bloom filter with one bit for each key. It has no lock, so that the processor can look for the id and
/// for the subject of a session at the same time.
#[derive(Default)]
pub(super) struct Filter {
    words: Box<[AtomicU64]>,
    room: usize,
}

impl Filter {
    pub(super) fn with_room_for(keys: usize) -> Self {
        let words = keys.saturating_mul(BITS_PER_KEY).div_ceil(64);
        Self { words: (0..words).map(|_| AtomicU64::new(0)).collect(), room: keys }
    }

    /// Returns the number of keys for which it is large enough.
    pub(super) fn room(&self) -> usize {
        self.room
    }

    pub(super) fn insert(&self, start: Start) {
        let (index, bit) = self.place(start);
        if let Some(word) = self.words.get(index) {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Returns `true` for each key that was inserted, and for few others.
    pub(super) fn may_contain(&self, start: Start) -> bool {
        let (index, bit) = self.place(start);
        self.words.get(index).is_some_and(|word| word.load(Ordering::Relaxed) & bit != 0)
    }

    /// Returns the word of a key, and its bit.
    fn place(&self, start: Start) -> (usize, u64) {
        // The start is a fraction of 2^32, and its place the same fraction of all bits.
        let bits = (self.words.len() as u64).saturating_mul(64);
        let place = u64::from(start).saturating_mul(bits) >> 32;
        (usize::try_from(place / 64).unwrap_or_default(), 1 << (place % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks random, and is another for each number.
    fn start(number: u32) -> Start {
        number.wrapping_mul(0x9e37_79b9)
    }

    #[test]
    fn every_key_passes_that_was_inserted_and_few_others() {
        const KEYS: u32 = 10_000;
        let filter = Filter::with_room_for(KEYS as usize);
        (0..KEYS).for_each(|number| filter.insert(start(number)));
        assert!((0..KEYS).all(|number| filter.may_contain(start(number))));
        let passed = (KEYS..KEYS * 11).filter(|number| filter.may_contain(start(*number))).count();
        assert!(passed * 10 < KEYS as usize * 10, "{passed} of {}", KEYS * 10);
    }

    #[test]
    fn without_room_nothing_passes() {
        let filter = Filter::default();
        filter.insert(7);
        assert!(!filter.may_contain(7));
    }
}
