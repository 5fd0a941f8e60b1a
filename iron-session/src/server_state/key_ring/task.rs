//! The task that keeps a ring up to date.

use std::sync::Weak;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time;

use super::shared::{Change, Shared};

/// Reads the ring again and again, until the last handle of the ring is dropped.
pub(super) async fn run(shared: Weak<Shared>, poll_every: Duration, mut is_in_use: watch::Receiver<()>) {
    // The sender never sends. It is dropped with the ring, and then the wait ends with an error.
    while time::timeout(jittered(poll_every), is_in_use.changed()).await.is_err() {
        let Some(shared) = shared.upgrade() else { return };
        // Errors were logged.
        let _ = shared.update(Change::None).await;
    }
}

/// Changes a duration by up to a tenth, so that servers that were started together don't ask the store
/// together.
fn jittered(duration: Duration) -> Duration {
    let mut random = [0; 1];
    // Without random bytes, there is no jitter, and nothing worse.
    let _ = getrandom::fill(&mut random);
    let [random] = random;
    duration.mul_f64(0.9 + 0.2 * f64::from(random) / 255.0)
}
