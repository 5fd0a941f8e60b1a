//! `ServerState`: the state as options and applications hold it.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::time::{self, Instant};

use super::appender::{self, Confirmation};
use super::builder::ServerStateBuilder;
use super::dyn_store::DynStore;
use super::follower;
use super::record::{OWNER, RECORD, RecordSealer};
use super::revocation::{FOREVER, Revocation, Target, UnixSecs, secs_at, subject_key};
use super::revocations::{Facts, Revocations};
use super::staleness::Staleness;
use super::store::Store;
use crate::clock::Timestamp;
use crate::codec::SessionId;
use crate::error::{RevokeError, ServerStateError};
use crate::event::{self, Repeated};
use crate::seal::{CLOCK_SKEW, PasswordSource, Sealer, Ttl};

/// Binds the entries of the log to their use: nothing else that the passwords seal is a revocation.
const REVOCATION: &str = "revocation";

/// How long one read of the log waits for an entry, at most.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long [`ServerState::follow`] waits for the first read of the log.
const FIRST_READ: Duration = Duration::from_secs(5);

/// How long a revocation waits until the store has confirmed it.
const CONFIRMATION: Duration = Duration::from_secs(5);

/// How long a request may take that has read its session before it was revoked.
const UNDER_WAY: Duration = Duration::from_secs(60);

/// Holds what the servers of an application know together: which sessions are revoked, and which links
/// were used.
///
/// Each server follows a log of revocations, and keeps those that are in force in memory. So a request
/// is judged without a call of the [`Store`], and a revocation reaches the other servers as soon as the
/// store passes it on. To revoke sessions, mark the struct with `#[session(revocable)]`, and give the
/// state to [`SessionOptionsBuilder::server_state`](crate::SessionOptionsBuilder::server_state).
///
/// Create one when the program starts. Cloning is cheap, and all clones are the same state.
///
/// # Example
///
/// ```
/// # tokio_test::block_on(async {
/// use iron_session::server_state::{MemoryStore, ServerState};
/// use iron_session::{Passwords, SessionOptions};
///
/// let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let state = ServerState::start(MemoryStore::new(), passwords.clone()).await?;
/// let options = SessionOptions::builder("app_session", passwords).server_state(state.clone()).build()?;
///
/// // Ban a user: every session of the user ends, on every server.
/// state.revoke_subject("app_session", &42).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct ServerState {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) store: Arc<dyn DynStore>,
    pub(super) sealer: Sealer,
    pub(super) records: RecordSealer,
    pub(super) revocations: Revocations,
    staleness: Staleness,
    accepts_stale: bool,
    max_staleness: Duration,
    remember_for: Duration,
    /// Whether it was logged that the list is stale.
    stale_is_logged: AtomicBool,
    /// Tells the start that the log was read.
    first_read: watch::Sender<bool>,
    /// The runtime of the tasks. The one of a caller may end earlier.
    pub(super) runtime: Handle,
    /// Revocations that this server knows and a restarted log has lost.
    pub(super) lost: Mutex<HashSet<Revocation>>,
    /// Revocations that the store has not confirmed yet.
    pub(super) unconfirmed: mpsc::UnboundedSender<Option<appender::Unconfirmed>>,
    /// The number of appends that are not done.
    pub(super) open: watch::Sender<usize>,
    pub(super) repeated: Repeated,
}

/// How a session was revoked.
pub(crate) struct Revoked {
    /// Whether it is known that this happened more than a minute ago. So no response that is under way
    /// starts another session in the same browser.
    pub(crate) is_long_ago: bool,
}

impl ServerState {
    /// Starts to follow the log of a store, with the defaults of [`builder`](Self::builder).
    ///
    /// # Errors
    ///
    /// Those of [`ServerStateBuilder::start`].
    pub async fn start(
        store: impl Store,
        passwords: impl Into<PasswordSource>,
    ) -> Result<Self, ServerStateError> {
        Self::builder(store, passwords).start().await
    }

    /// Creates a builder for a state with other settings. The passwords seal what the store holds; use
    /// those of the sessions, so that they rotate together.
    pub fn builder(store: impl Store, passwords: impl Into<PasswordSource>) -> ServerStateBuilder {
        ServerStateBuilder::new(store, passwords.into())
    }

    pub(super) async fn follow(builder: ServerStateBuilder) -> Result<Self, ServerStateError> {
        let runtime = Handle::try_current().map_err(|_| ServerStateError::NoRuntime)?;
        let sealer = builder.sealer(REVOCATION);
        if sealer.passwords().sealing_id().is_none() {
            return Err(ServerStateError::NoSealingPassword);
        }
        let (unconfirmed, queue) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            records: RecordSealer::new(builder.sealer(RECORD), builder.sealer(OWNER)),
            store: builder.store,
            sealer,
            revocations: Revocations::default(),
            staleness: Staleness::new(builder.max_staleness),
            accepts_stale: builder.accepts_stale,
            max_staleness: builder.max_staleness,
            remember_for: builder.remember_for,
            stale_is_logged: AtomicBool::new(false),
            first_read: watch::Sender::new(false),
            runtime: runtime.clone(),
            lost: Mutex::default(),
            unconfirmed,
            open: watch::Sender::new(0),
            repeated: Repeated::default(),
        });
        runtime.spawn(follower::follow(Arc::downgrade(&shared)));
        runtime.spawn(appender::append_all(Arc::downgrade(&shared), queue));
        let mut first_read = shared.first_read.subscribe();
        // Without a store, the server starts too; sessions are then stale.
        let was_read = time::timeout(FIRST_READ, first_read.wait_for(|read| *read)).await.is_ok();
        if !was_read {
            shared.notice_staleness();
        }
        Ok(Self { shared })
    }

    /// Revokes a session, on every server. Every copy of its cookie is refused from now on, and its
    /// record, if it has one, is deleted.
    ///
    /// A handler revokes its own session with [`Session::revoke`](crate::Session::revoke).
    ///
    /// # Errors
    ///
    /// [`RevokeError::Unconfirmed`] if the store has not confirmed it within 5 s.
    pub async fn revoke_session(&self, id: SessionId) -> Result<(), RevokeError> {
        let revoked = self.revoke(Target::Session(id.to_bytes()), self.shared.remembered_until()).await;
        // Its record is refused in any case, and ends by itself.
        let _ = self.delete(id).await;
        revoked
    }

    /// Revokes every session of a subject that was issued until now, on every server. New ones work at
    /// once.
    ///
    /// *Now* is the time of the call, also if the store confirms it much later. Sessions for which the
    /// subject signs in meanwhile, on servers that don't know of it yet, stay valid. Another call ends them.
    ///
    /// `cookie_name` is that of the sessions, and `subject` is the value of their field
    /// `#[session(subject)]`. In a handler, use
    /// [`Session::revoke_subject`](crate::Session::revoke_subject), which knows both.
    ///
    /// # Errors
    ///
    /// - [`RevokeError::Unconfirmed`] if the store has not confirmed it within 5 s.
    /// - [`RevokeError::Subject`] if the subject can't be written as JSON.
    pub async fn revoke_subject(
        &self,
        cookie_name: &str,
        subject: &(impl Serialize + ?Sized),
    ) -> Result<(), RevokeError> {
        let subject = serde_json::to_string(subject).map_err(|error| RevokeError::Subject(error.into()))?;
        self.end_subject(cookie_name, &subject).within(CONFIRMATION).await
    }

    /// Revokes every session that was issued before an instant, of every cookie that uses this state,
    /// on every server. An instant in the future counts as now.
    ///
    /// Sessions that were issued up to a minute after the instant end as well, because the clocks of
    /// servers differ.
    ///
    /// # Errors
    ///
    /// [`RevokeError::Unconfirmed`] if the store has not confirmed it within 5 s.
    pub async fn revoke_all_before(&self, instant: impl Into<Timestamp>) -> Result<(), RevokeError> {
        let (instant, now) = (instant.into(), self.shared.sealer.now());
        let mut before = before(instant.min(now));
        if instant >= now {
            before = before.max(self.shared.revocations.latest().saturating_add(1));
        }
        let before = before.min(latest_before(now));
        self.revoke(Target::All(before), self.shared.remembered_until()).await
    }

    /// Waits until the store has confirmed every revocation that this server has begun. Call it when the
    /// program ends, after the last response: a revocation that the store has not confirmed is tried
    /// again only as long as the process lives.
    ///
    /// It also waits for revocations that the store has lost and that this server appends again. If there
    /// is nothing to wait for, it returns at once.
    ///
    /// # Errors
    ///
    /// [`RevokeError::Unconfirmed`] if the store has not confirmed all of them within `limit`. The state
    /// goes on trying.
    ///
    /// # Example
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// # use iron_session::Passwords;
    /// # use iron_session::server_state::MemoryStore;
    /// use std::time::Duration;
    ///
    /// use iron_session::server_state::ServerState;
    ///
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let store = MemoryStore::new();
    /// let state = ServerState::start(store, passwords).await?;
    /// // axum::serve(listener, app).with_graceful_shutdown(signal).await?;
    /// if let Err(error) = state.flush(Duration::from_secs(10)).await {
    ///     eprintln!("some sessions may still be valid on other servers: {error}");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub async fn flush(&self, limit: Duration) -> Result<(), RevokeError> {
        let mut open = self.shared.open.subscribe();
        let is_done = |open: &usize| *open == 0 && self.shared.has_lost_nothing();
        let is_done = time::timeout(limit, open.wait_for(is_done)).await.is_ok_and(|waited| waited.is_ok());
        if is_done { Ok(()) } else { Err(RevokeError::Unconfirmed) }
    }

    /// Returns how long ago the log of revocations was last read to its end. `None`: never.
    pub fn staleness(&self) -> Option<Duration> {
        self.shared.staleness.age()
    }

    /// Returns the number of revocations that this server keeps in memory.
    pub fn revocations(&self) -> usize {
        self.shared.revocations.len()
    }

    async fn revoke(&self, target: Target, until: UnixSecs) -> Result<(), RevokeError> {
        self.shared.begin(Revocation { target, until }).within(CONFIRMATION).await
    }
}

// What sessions ask of it.
impl ServerState {
    /// Returns whether the list of revocations is too old to judge a session.
    pub(crate) fn refuses_all(&self) -> bool {
        let is_refused = !self.shared.accepts_stale && self.shared.staleness.is_stale();
        if is_refused {
            self.shared.notice_staleness();
        }
        is_refused
    }

    /// Returns how a session was revoked, if it was, given its metadata and the JSON text of its subject.
    pub(crate) fn is_revoked(
        &self,
        cookie: &str,
        id: Option<SessionId>,
        issued_at: Option<u64>,
        subject: impl FnOnce() -> Option<String>,
    ) -> Option<Revoked> {
        let end = self.shared.revocations.end_of(Facts {
            cookie,
            id: id.map(SessionId::to_bytes),
            // A session that does not tell its age may be of any age.
            issued_at: issued_at.unwrap_or(0),
            subject,
        })?;
        Some(Revoked { is_long_ago: end <= secs_at(self.shared.sealer.now()) })
    }

    /// Returns the earliest time, in Unix seconds, at which a session can be issued now so that it is not
    /// revoked.
    pub(crate) fn earliest_issue(&self, cookie: &str, subject: impl FnOnce() -> Option<String>) -> u64 {
        self.shared.revocations.earliest(cookie, subject).into()
    }

    /// Returns how long a revocation of a subject is kept.
    pub(crate) fn remembers_for(&self) -> Duration {
        self.shared.remember_for
    }

    /// Revokes the sessions of a subject, given its JSON text.
    pub(crate) fn end_subject(&self, cookie: &str, subject: &str) -> Confirmation {
        // A session that was issued after another revocation is dated ahead, and must end as well.
        let after_others =
            self.shared.revocations.earliest(cookie, || Some(subject.to_owned())).saturating_add(1);
        let now = self.shared.sealer.now();
        let before = before(now).max(after_others).min(latest_before(now));
        let target = Target::Subject(subject_key(cookie, subject), before);
        self.shared.begin(Revocation { target, until: self.shared.remembered_until() })
    }

    /// Revokes a session whose seals are valid for this long, given when the latest known one expires. If
    /// servers that don't know revocations may seal it again, the revocation is kept for as long as that of
    /// a subject.
    pub(crate) fn end_session(
        &self,
        id: SessionId,
        ttl: Ttl,
        expires: Option<Timestamp>,
        may_return: bool,
    ) -> Confirmation {
        let shared = &self.shared;
        let until = match (ttl, expires) {
            (Ttl::After(ttl), Some(expires)) => {
                secs_at(shared.sealer.now().saturating_add(ttl).max(expires).saturating_add(shared.margin()))
            }
            (Ttl::Unlimited, _) | (_, None) => FOREVER,
        };
        let may_return = may_return || shared.accepts_stale;
        let until = if may_return { until.max(shared.remembered_until()) } else { until };
        shared.begin(Revocation { target: Target::Session(id.to_bytes()), until })
    }
}

impl Shared {
    pub(super) fn store_and_wait(&self) -> (Arc<dyn DynStore>, Duration) {
        // Several reads fit into the time after which the list is stale.
        (Arc::clone(&self.store), LONGEST_WAIT.min(self.max_staleness / 6))
    }

    /// Records that the log was read to its end, by a call that began at this time.
    pub(super) fn was_read(&self, began: Instant) {
        self.staleness.was_read(began);
        self.first_read.send_if_modified(|read| !std::mem::replace(read, true));
        if self.stale_is_logged.swap(false, Ordering::Relaxed) {
            event::revocations_current(self.revocations.len());
        }
    }

    /// Logs once that the list is stale.
    pub(super) fn notice_staleness(&self) {
        if self.staleness.is_stale() && !self.stale_is_logged.swap(true, Ordering::Relaxed) {
            event::revocations_stale(self.staleness.age(), self.accepts_stale);
        }
    }

    fn remembered_until(&self) -> UnixSecs {
        secs_at(self.sealer.now().saturating_add(self.remember_for).saturating_add(self.margin()))
    }

    /// Returns how long a revocation is kept after the last seal has expired that this server knows
    /// of. A server that does not know the revocation yet may seal the session again, also at the end
    /// of a request that was under way. And of three clocks each may differ: that of the server that
    /// revokes, that of the server that seals, and that of the store, which then forgets the entry.
    /// Servers allow for a fourth difference when they judge the seal.
    fn margin(&self) -> Duration {
        self.max_staleness.saturating_add(UNDER_WAY).saturating_add(CLOCK_SKEW * 3)
    }
}

impl fmt::Debug for ServerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerState")
            .field("revocations", &self.revocations())
            .field("staleness", &self.staleness())
            .finish_non_exhaustive()
    }
}

/// Returns the time before which sessions are revoked that were issued until an instant. The clock of the
/// server that issued them may be ahead.
fn before(instant: Timestamp) -> UnixSecs {
    secs_at(instant.saturating_add(CLOCK_SKEW))
}

/// Returns the latest time that a revocation of this server can reach. A session that is issued after it
/// must not be dated further ahead than readers accept, or nobody could sign in.
fn latest_before(now: Timestamp) -> UnixSecs {
    secs_at(now.saturating_add(CLOCK_SKEW * 2)).saturating_sub(1)
}

/// Returns the latest time that a revocation of another server can reach, whose clock may be ahead. From
/// the same session on a third server, whose clock may be behind, this is [`CLOCK_SKEW`] more: readers accept
/// no later time of issue.
pub(super) fn latest_of_others(now: Timestamp) -> UnixSecs {
    latest_before(now.saturating_add(CLOCK_SKEW))
}
