//! The settings of a ring, and how it starts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};

use super::files::{Files, Stored};
use super::health::Health;
use super::periods::Periods;
use super::ring::Ring;
use super::rules::{Step, View};
use super::shared::{Held, Shared};
use super::{KeyRing, PURPOSE, task};
use crate::clock::{Clock, SystemClock};
use crate::error::{KeyRingError, PasswordError};
use crate::event;
use crate::limits::digits;
use crate::seal::password::shown;
use crate::seal::passwords::Passwords;
use crate::seal::randomness::Randomness;
use crate::seal::rotating::RotatingPasswords;
use crate::seal::sealer::Sealer;
use crate::seal::{PasswordSource, Ttl};
use crate::server_state::dyn_store::DynStore;

/// How often a new ring is tried to be created, because others create one at the same time.
const ATTEMPTS: usize = 16;

/// The highest former id: JavaScript counts exactly up to here.
const MAX_FORMER_ID: u64 = 999_999_999_999_999;

/// The fewest digits of an id for which session options must have room.
const MIN_ID_DIGITS: usize = 4;

/// Sets up a [`KeyRing`]; see [`KeyRing::builder`].
///
/// All servers should have the same settings. While a release with other settings is deployed, the
/// longer `seals_last` counts.
#[must_use]
pub struct KeyRingBuilder {
    store: Box<dyn DynStore>,
    master: PasswordSource,
    periods: Periods,
    poll_every: Duration,
    former: Option<Passwords>,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
}

impl KeyRingBuilder {
    pub(super) fn new(store: Box<dyn DynStore>, master: PasswordSource) -> Self {
        Self {
            store,
            master,
            periods: Periods::default(),
            poll_every: Duration::from_secs(30),
            former: None,
            clock: Arc::new(SystemClock),
            randomness: Randomness::default(),
        }
    }

    /// Sets how long each password seals. Default: 90 days, which is the default of ASP.NET Core's
    /// Data Protection, too. It must be at least twice the activation delay.
    pub fn rotate_every(mut self, period: Duration) -> Self {
        self.periods.rotate_every = period;
        self
    }

    /// Sets how long a password is published before it seals. Default: two days, so that a server
    /// that can't reach the store over a weekend's night or day still learns it in time. It must be at
    /// least ten minutes, because clocks differ.
    pub fn activation_delay(mut self, delay: Duration) -> Self {
        self.periods.activation_delay = delay;
        self
    }

    /// Sets the longest life of a seal, "remember me" included: a password is forgotten when it has
    /// not sealed for so long, and one activation delay more.
    ///
    /// Default: 400 days, because browsers keep no cookie longer. It costs about five more passwords
    /// in memory, and nothing per request. If your sessions are shorter, a lower value makes a
    /// leaked password useless sooner. Seals for other uses, such as a link in a mail, count too.
    ///
    /// A higher value also applies to the password that seals when it is set; a lower one only to
    /// later passwords.
    pub fn seals_last(mut self, longest: Duration) -> Self {
        self.periods.seals_last = longest;
        self
    }

    /// Sets how often the ring is read, give or take a tenth. Default: 30 seconds, which is how long
    /// a revoked password may still be accepted. It must be at most a quarter of the activation
    /// delay.
    pub fn poll_every(mut self, period: Duration) -> Self {
        self.poll_every = period;
        self
    }

    /// Adds the passwords that were used before the ring, so that nobody is signed out when an
    /// application starts to use it. The ids of the ring are higher than theirs.
    ///
    /// The one that seals goes on sealing until the first password of the ring has been published
    /// for the activation delay. Until then, servers of the previous release can open everything.
    /// If all of them are [`retired`](crate::PasswordsBuilder::retired), the ring seals at once.
    ///
    /// Remove them when the last session that they sealed has ended.
    pub fn former(mut self, passwords: Passwords) -> Self {
        self.former = Some(passwords);
        self
    }

    /// Sets the clock. Default: the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the source of the random bytes that the ring is sealed with. Default:
    /// [`Randomness::System`]. New passwords always come from the operating system.
    pub fn randomness(mut self, randomness: Randomness) -> Self {
        self.randomness = randomness;
        self
    }

    /// Reads the ring, or creates it if the store is empty, and starts the task that keeps it up to
    /// date.
    ///
    /// # Errors
    ///
    /// The errors of [`KeyRing::start`].
    pub async fn start(self) -> Result<KeyRing, KeyRingError> {
        let runtime = Handle::try_current().map_err(|_| KeyRingError::NoRuntime)?;
        let poll_every = self.poll_every;
        let (files, highest_former) = self.files()?;
        let ring = read_or_create(&files, highest_former).await?;
        let (ring, is_in_use) = ring_of(files, ring, poll_every)?;
        ring.refresh().await?;
        runtime.spawn(task::run(Arc::downgrade(&ring.shared), poll_every, is_in_use));
        Ok(ring)
    }

    /// Reads the ring for a tool, such as the command line: creates nothing, starts no task, and goes
    /// by the durations of the servers.
    ///
    /// # Errors
    ///
    /// [`KeyRingError::Missing`] if the store holds no ring, and the errors of [`KeyRing::start`].
    pub async fn open(self) -> Result<KeyRing, KeyRingError> {
        let poll_every = self.poll_every;
        let (files, _) = self.files()?;
        let files = Files { periods: None, ..files };
        let stored = files.read().await?.ok_or(KeyRingError::Missing)?;
        ring_of(files, stored.ring, poll_every).map(|(ring, _)| ring)
    }

    /// Checks the settings. Returns the highest former id, too.
    fn files(self) -> Result<(Files, u64), KeyRingError> {
        let periods = self.periods.check(self.poll_every)?;
        let mut highest_former = 0;
        for (id, _) in self.former.iter().flat_map(Passwords::entries) {
            let is_number = id.as_str().bytes().all(|b| b.is_ascii_digit());
            if is_number {
                let number = id.as_str().parse().ok().filter(|number| *number <= MAX_FORMER_ID);
                let number =
                    number.ok_or_else(|| KeyRingError::FormerIdTooHigh { id: shown(id.as_str()) })?;
                highest_former = highest_former.max(number);
            }
        }
        let sealer = Sealer::new(self.master)
            .with_purpose(PURPOSE)
            .with_ttl(Ttl::Unlimited)
            .with_shared_clock(Arc::clone(&self.clock))
            .with_randomness(self.randomness);
        let files = Files {
            store: self.store,
            sealer,
            clock: self.clock,
            periods: Some(periods),
            former: self.former,
        };
        Ok((files, highest_former))
    }
}

/// Reads the ring of the store, or creates one with a first password. If another server creates one at
/// the same time, its ring is used. Its later passwords get no id of a former one.
async fn read_or_create(files: &Files, highest_former: u64) -> Result<Ring, KeyRingError> {
    for _ in 0..ATTEMPTS {
        if let Some(Stored { mut ring, .. }) = files.read().await? {
            if ring.last_id >= highest_former {
                return Ok(ring);
            }
            let replaces = ring.revision;
            ring.last_id = highest_former;
            ring.revision = ring.revision.saturating_add(1);
            if files.write(&ring, Some(replaces)).await? {
                return Ok(ring);
            }
            continue;
        }
        let periods = files.periods.unwrap_or_default();
        let now = files.clock.now();
        let mut ring = Ring::new(now, periods, highest_former)?;
        let view = View { now, periods, so_far: None, former_seals: files.former_seals() };
        let steps = ring.advance(view)?;
        ring.revision = 1;
        if files.write(&ring, None).await? {
            for step in steps {
                if let Step::Published { id, seals_from } = step {
                    event::ring_password_published(id, seals_from);
                }
            }
            return Ok(ring);
        }
    }
    Err(KeyRingError::Busy)
}

fn ring_of(
    files: Files,
    ring: Ring,
    poll_every: Duration,
) -> Result<(KeyRing, watch::Receiver<()>), KeyRingError> {
    let now = files.clock.now();
    let sealing = ring.sealing(now, None, files.former_seals()).map(|entry| entry.id);
    let set = files.set_of(&ring, sealing)?;
    if set.sealing_id().is_none() {
        return Err(PasswordError::NoSealingPassword.into());
    }
    // A rotation by hand every few days adds no digit within the life of a process.
    let id_bytes = digits(ring.last_id).max(MIN_ID_DIGITS - 1) + 1;
    let activation_delay = files.periods.unwrap_or(ring.periods).activation_delay;
    let (sender, is_in_use) = watch::channel(());
    let shared = Shared {
        files,
        poll_every,
        passwords: RotatingPasswords::with_reserved_id(set, id_bytes),
        held: ArcSwap::from_pointee(Held { newest: ring.clone(), in_use: ring, sealing }),
        health: Mutex::new(Health::new(now, activation_delay)),
        _is_in_use: sender,
    };
    Ok((KeyRing { shared: Arc::new(shared) }, is_in_use))
}

impl fmt::Debug for KeyRingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRingBuilder")
            .field("periods", &self.periods)
            .field("poll_every", &self.poll_every)
            .field("former", &self.former)
            .finish_non_exhaustive()
    }
}
