//! The only module that asks for the current time.
//!
//! Expiry is checked with a [`Clock`] that is passed in as a value, so that tests can set the
//! time and platforms without a system clock can provide their own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time: milliseconds since the Unix epoch, as JavaScript counts.
///
/// Arithmetic saturates: the expiry of a seal may have any number of digits, and a number that
/// is too large to store means "later than anything". A [`SystemTime`] converts likewise: a
/// time before 1970 becomes the epoch, and fractions of a millisecond are cut off. The other
/// direction can fail, because some systems have no room for a time so late.
///
/// # Example
///
/// ```
/// use std::time::SystemTime;
///
/// use iron_session::clock::Timestamp;
///
/// let at = Timestamp::from_unix_ms(1_763_650_000_000);
/// let system = SystemTime::try_from(at)?;
/// assert_eq!(Timestamp::from(system), at);
/// # Ok::<(), iron_session::clock::OutOfRange>(())
/// ```
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

    /// Writes the time for people, as RFC 3339 has it: in UTC and whole seconds.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::clock::Timestamp;
    /// let at = Timestamp::from_unix_ms(1_763_650_000_000);
    /// assert_eq!(at.to_rfc3339(), "2025-11-20T14:46:40Z");
    /// ```
    pub fn to_rfc3339(self) -> String {
        let secs = self.0 / 1000;
        let (days, secs) = (secs / 86_400, secs % 86_400);
        let (year, month, day) = civil_date(days);
        let (hour, minute, second) = (secs / 3600, secs / 60 % 60, secs % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
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

/// Returns year, month and day of a day since the epoch (Gregorian calendar).
///
/// Years begin in March, so that the leap day is the last one; 400 of them have 146,097 days.
fn civil_date(days_since_epoch: u64) -> (u64, u64, u64) {
    /// From the 1st of March of the year 0 to the epoch.
    const EPOCH: u64 = 719_468;
    let days = days_since_epoch + EPOCH;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = 400 * era + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(millis(time.duration_since(UNIX_EPOCH).unwrap_or_default()))
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = OutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, OutOfRange> {
        UNIX_EPOCH.checked_add(Duration::from_millis(timestamp.0)).ok_or(OutOfRange)
    }
}

/// A [`Timestamp`] is later than this system's [`SystemTime`] can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the timestamp is later than a `SystemTime` can be on this system; use an earlier one")]
#[non_exhaustive]
pub struct OutOfRange;

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

/// The system's clock.
///
/// On `wasm32-unknown-unknown` with the feature `js`, it is JavaScript's.
///
/// # Panics
///
/// On `wasm32-unknown-unknown` without the feature `js`, [`now`](Clock::now) panics, because
/// there is no clock. A made-up time would accept expired seals. Pass a [`Clock`] of your own
/// to [`Sealer::with_clock`](crate::Sealer::with_clock) or
/// [`SessionOptionsBuilder::clock`](crate::SessionOptionsBuilder::clock).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        system_now()
    }
}

// If a clock shows a time before 1970, it is wrong. The epoch is the safe reading, because a
// new seal then expires too early rather than too late.
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown", feature = "js")))]
fn system_now() -> Timestamp {
    SystemTime::now().into()
}

#[cfg(all(target_arch = "wasm32", target_os = "unknown", feature = "js"))]
fn system_now() -> Timestamp {
    use web_time::{SystemTime, UNIX_EPOCH};

    Timestamp(millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()))
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
