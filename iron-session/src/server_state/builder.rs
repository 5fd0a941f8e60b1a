//! The settings of a server state.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::dyn_store::DynStore;
use super::handle::ServerState;
use super::store::Store;
use crate::clock::{Clock, SystemClock};
use crate::error::ServerStateError;
use crate::seal::{PasswordSource, Randomness, Sealer};

/// How long a revocation of a subject or of every session is kept.
///
/// Browsers keep no cookie for longer than 400 days (RFC 6265bis).
const REMEMBER_FOR: Duration = Duration::from_secs(400 * 24 * 60 * 60);

const MAX_STALENESS: Duration = Duration::from_secs(30);

/// Collects the settings of a [`ServerState`].
#[must_use]
pub struct ServerStateBuilder {
    pub(super) store: Arc<dyn DynStore>,
    passwords: PasswordSource,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    pub(super) max_staleness: Duration,
    pub(super) accepts_stale: bool,
    pub(super) remember_for: Duration,
}

impl ServerStateBuilder {
    pub(super) fn new(store: impl Store, passwords: PasswordSource) -> Self {
        Self {
            store: Arc::new(store),
            passwords,
            clock: Arc::new(SystemClock),
            randomness: Randomness::default(),
            max_staleness: MAX_STALENESS,
            accepts_stale: false,
            remember_for: REMEMBER_FOR,
        }
    }

    /// Sets for how long sessions are judged by a list of revocations that could not be updated. After
    /// that, requests with a revocable session are refused with a 503, and their cookies are left
    /// alone.
    ///
    /// The time counts from the beginning of the last read that came to the end of the log. Such a
    /// read begins every few seconds, so up to a third of the time may have passed when the store goes
    /// away.
    ///
    /// Default: 30 s. It bridges a restart of the store. Meanwhile, a session that another server has
    /// revoked is accepted.
    pub fn max_staleness(mut self, max_staleness: Duration) -> Self {
        self.max_staleness = max_staleness;
        self
    }

    /// Accepts sessions even if the list of revocations is older than
    /// [`max_staleness`](Self::max_staleness), or was never read.
    ///
    /// Default: they are refused.
    ///
    /// # Security
    ///
    /// While the store is away, a session that was revoked on another server is accepted. So who can
    /// cut off a server from its store can use a revoked session there, and can renew its cookie until
    /// the revocation has ended.
    pub fn accept_stale(mut self) -> Self {
        self.accepts_stale = true;
        self
    }

    /// Sets how long a revocation of a subject or of every session is kept, which is the longest time
    /// for which a seal may be valid. A few minutes are added, because clocks differ. Every server
    /// keeps all of them in memory, with about 50 bytes each.
    ///
    /// Default: 400 days. Browsers keep no cookie for longer. The revocation of a single session is
    /// kept until the seals of this session have expired, which is usually earlier.
    pub fn remember_for(mut self, duration: Duration) -> Self {
        self.remember_for = duration;
        self
    }

    /// Sets the clock. Default: the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the source of random bytes. Default: the operating system.
    pub fn randomness(mut self, randomness: Randomness) -> Self {
        self.randomness = randomness;
        self
    }

    /// Starts to follow the log, in a task of the tokio runtime that calls it. The task ends when the
    /// last clone of the state is dropped.
    ///
    /// It waits for up to 5 s until the log has been read. If the store does not respond, the state
    /// starts nevertheless, and requests with a revocable session are refused until it does (see
    /// [`accept_stale`](Self::accept_stale)).
    ///
    /// # Errors
    ///
    /// - [`ServerStateError::NoRuntime`] outside a tokio runtime.
    /// - [`ServerStateError::NoSealingPassword`] if no password may seal.
    pub async fn start(self) -> Result<ServerState, ServerStateError> {
        ServerState::follow(self).await
    }

    /// Creates the sealer of one use, whose seals nothing else opens.
    pub(super) fn sealer(&self, purpose: &str) -> Sealer {
        Sealer::new(self.passwords.clone())
            .with_shared_clock(Arc::clone(&self.clock))
            .with_randomness(self.randomness)
            .with_purpose(purpose)
    }
}

impl fmt::Debug for ServerStateBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerStateBuilder")
            .field("max_staleness", &self.max_staleness)
            .field("accepts_stale", &self.accepts_stale)
            .field("remember_for", &self.remember_for)
            .finish_non_exhaustive()
    }
}
