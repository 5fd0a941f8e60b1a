//! Random numbers that can be repeated.

use std::hash::{BuildHasher as _, RandomState};

/// A small generator of numbers (xorshift). They need not be unpredictable.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Takes the seed from `IRON_SESSION_SEED`, or a new one. Prints it, so that a failed test shows
    /// how to repeat its numbers.
    pub fn printed() -> Self {
        let given = std::env::var("IRON_SESSION_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed: u64 = given.unwrap_or_else(|| RandomState::new().hash_one(0));
        println!("IRON_SESSION_SEED={seed}");
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Returns a number from 0 to `limit - 1`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}
