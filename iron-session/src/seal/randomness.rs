//! The source of a seal's random bytes.

use crate::error::SealError;

/// The source of a seal's random bytes: two salts and an iv, 80 bytes in total.
///
/// The bytes must not repeat and must not be predictable. Both sources ensure that; they differ
/// in what you have to trust.
///
/// # Example
///
/// ```
/// use iron_session::{Passwords, Randomness, Sealer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let sealer = Sealer::new(passwords).with_randomness(Randomness::System);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Randomness {
    /// The operating system, which is asked for each seal. This is the default, because the
    /// program keeps no generator state: a process that forks, or a virtual machine that is
    /// copied, continues with different bytes.
    ///
    /// It costs one system call per seal, which is the largest part of the cost of a small
    /// seal.
    #[default]
    System,
    /// A generator in each thread: `rand`'s `ThreadRng`, which is `ChaCha12`. The operating
    /// system seeds it, and seeds it again every 64 kB. Sealing a session of 300 bytes
    /// takes about 30 % less time.
    ///
    /// # Security
    ///
    /// A copy of the process (a `fork` without `exec`, or a snapshot of a virtual machine
    /// that is started twice) continues with the same bytes until the next seeding. If two
    /// seals of one password have the same salts and iv, an attacker can tell whether their
    /// payloads start with the same bytes, but cannot decrypt them.
    #[cfg(feature = "thread-rng")]
    Thread,
}

impl Randomness {
    pub(super) fn fill(self, bytes: &mut [u8]) -> Result<(), SealError> {
        match self {
            Self::System => getrandom::fill(bytes).map_err(SealError::randomness)?,
            #[cfg(feature = "thread-rng")]
            Self::Thread => {
                can_seed()?;
                rand::Rng::fill_bytes(&mut rand::rng(), bytes);
            }
        }
        Ok(())
    }
}

/// Asks the system before the thread's generator does, because that generator panics if it gets
/// no seed.
#[cfg(feature = "thread-rng")]
fn can_seed() -> Result<(), SealError> {
    use std::cell::Cell;

    thread_local! {
        static SEEDED: Cell<bool> = const { Cell::new(false) };
    }
    if !SEEDED.get() {
        getrandom::fill(&mut [0; 32]).map_err(SealError::randomness)?;
        SEEDED.set(true);
    }
    Ok(())
}
