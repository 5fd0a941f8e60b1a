//! Whether the list of revocations is recent enough to judge sessions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::{Clock as _, SystemClock};

/// Remembers when the log was last read to its end.
///
/// The age is the larger one by two clocks: nobody can set the time since the program started, and the
/// system's clock goes on while the machine sleeps.
pub(super) struct Staleness {
    started: Instant,
    max: Duration,
    /// Milliseconds after the start, plus 1; 0 before the first time.
    read: AtomicU64,
    /// Unix milliseconds.
    read_at: AtomicU64,
}

impl Staleness {
    pub(super) fn new(max: Duration) -> Self {
        Self { started: Instant::now(), max, read: AtomicU64::new(0), read_at: AtomicU64::new(0) }
    }

    /// Records that the log was read to its end, by a call that began at this time.
    pub(super) fn was_read(&self, began: Instant) {
        let at = began.saturating_duration_since(self.started);
        let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX - 1);
        let system = SystemClock.now().saturating_sub(began.elapsed());
        self.read_at.store(system.as_unix_ms(), Ordering::Release);
        self.read.store(at + 1, Ordering::Release);
    }

    /// Returns how long ago the log was last read to its end. `None`: never.
    pub(super) fn age(&self) -> Option<Duration> {
        let read = self.read.load(Ordering::Acquire).checked_sub(1)?;
        let age = self.started.elapsed().saturating_sub(Duration::from_millis(read));
        let read_at = self.read_at.load(Ordering::Acquire);
        let by_system = Duration::from_millis(SystemClock.now().as_unix_ms().saturating_sub(read_at));
        Some(age.max(by_system))
    }

    pub(super) fn is_stale(&self) -> bool {
        self.age().is_none_or(|age| age > self.max)
    }
}
