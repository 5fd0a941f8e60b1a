//! Where the random bytes of a seal come from.

use crate::error::SealError;

/// Where the random bytes of a seal come from: two salts and an iv, 80 bytes.
///
/// They must not repeat, and must not be foreseen. Both sources see to that; they
/// differ in what is trusted for it.
///
/// # Example
///
/// ```
/// use iron_session::{Passwords, Randomness, Sealer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let sealer = Sealer::new(passwords).randomness(Randomness::System);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Randomness {
    /// The operating system, asked anew for each seal. The default, since nothing
    /// of it is kept in the program: a process that forks, and a virtual machine
    /// that is copied, go on with different bytes.
    ///
    /// One system call a seal, which is the largest single part of a small one.
    #[default]
    System,
    /// A generator in each thread, seeded by the operating system and again every
    /// 64 kB: `rand`'s `ThreadRng`, which is `ChaCha12`. Sealing a session of
    /// 300 bytes takes about 30 % less time.
    ///
    /// # Security
    ///
    /// A copy of the process (a `fork` without `exec`, a snapshot of a virtual
    /// machine that is started twice) goes on with the same bytes until it seeds
    /// again. Two seals of one password with the same salts and iv tell whether
    /// their payloads begin alike; they open for nobody.
    #[cfg(feature = "thread-rng")]
    Thread,
}

impl Randomness {
    pub(super) fn fill(self, bytes: &mut [u8]) -> Result<(), SealError> {
        match self {
            Self::System => getrandom::fill(bytes)?,
            #[cfg(feature = "thread-rng")]
            Self::Thread => {
                can_seed()?;
                rand::Rng::fill_bytes(&mut rand::rng(), bytes);
            }
        }
        Ok(())
    }
}

/// Asks the system before the thread's generator does, which panics where it gets
/// no seed.
#[cfg(feature = "thread-rng")]
fn can_seed() -> Result<(), SealError> {
    use std::cell::Cell;

    thread_local! {
        static SEEDED: Cell<bool> = const { Cell::new(false) };
    }
    if !SEEDED.get() {
        getrandom::fill(&mut [0; 32])?;
        SEEDED.set(true);
    }
    Ok(())
}
