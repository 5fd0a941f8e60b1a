//! The only module that asks for the current time.
//!
//! Expiry is checked with a [`Clock`] that is passed in as a value, so that tests can set the
//! time and platforms without a system clock can provide their own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A point in time: milliseconds since the Unix epoch, as JavaScript counts.
///
/// Arithmetic saturates: the expiry of a seal may have any number of digits, and a number that
/// is too large to store means "later than anything".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The latest time that a timestamp can hold.
    pub const MAX: Self = Self(u64::MAX);

    /// Creates a timestamp from Unix milliseconds (JavaScript's `Date.now()`).
    pub const fn from_unix_ms(unix_ms: u64) -> Self {
        Self(unix_ms)
    }

    /// Returns the Unix milliseconds.
    pub const fn as_unix_ms(self) -> u64 {
        self.0
    }

    /// Adds a duration, stopping at [`Timestamp::MAX`].
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// Subtracts a duration, stopping at the epoch.
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }
}

impl fmt::Display for Timestamp {
    /// Formats the timestamp as in a seal: Unix milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A source of the current time.
///
/// # Example
///
/// ```
/// use iron_session::clock::{Clock, ManualClock, Timestamp};
///
/// let clock = ManualClock::at(Timestamp::from_unix_ms(1_763_650_000_000));
/// clock.advance(std::time::Duration::from_secs(60));
/// assert_eq!(clock.now().as_unix_ms(), 1_763_650_060_000);
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// The system's clock (on `wasm32-unknown-unknown`: JavaScript's).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
        use std::time::{SystemTime, UNIX_EPOCH};
        #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
        use web_time::{SystemTime, UNIX_EPOCH};

        // If the clock shows a time before 1970, it is wrong. The epoch is the safe
        // reading, because a new seal then expires too early rather than too late.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(millis(since_epoch))
    }
}

/// A clock that stands still until it is moved. Clones share the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// Creates a clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(AtomicU64::new(now.0)))
    }

    /// Sets the clock to `now`.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        self.set(self.now().saturating_add(duration));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}
