//! Passwords that can be replaced while a server runs.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use arc_swap::{ArcSwap, Guard};

use super::environment;
use super::password::shown;
use super::passwords::{PasswordId, Passwords};
use crate::error::PasswordError;
use crate::event;

/// Holds passwords that can be replaced while the server runs.
///
/// Give a clone to [`SessionOptions::builder`](crate::SessionOptions::builder) or
/// [`Sealer::new`](crate::Sealer::new), and keep one to put in a new set: with
/// [`reload`](Self::reload) from the file that the passwords were read from, or with
/// [`replace`](Self::replace). The next seal that is opened or made uses the new set, also with
/// a sealer for a [purpose](crate::Sealer::with_purpose). Sealers read the set without a lock.
/// The old set is erased from memory as soon as no request uses it.
///
/// To rotate without signing users out, follow the steps of [`Passwords`] on every server.
///
/// Cloning is cheap, and all clones hold the same set.
///
/// # Example
///
/// ```
/// use iron_session::{Password, Passwords, RotatingPasswords, SessionOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (old, new) = (Password::generate()?, Password::generate()?);
/// let passwords = RotatingPasswords::new(Passwords::new(old.clone())?);
/// let options = SessionOptions::builder("app_session", passwords.clone()).build()?;
///
/// // Later, while the server runs:
/// let both = Passwords::builder().password("1", old).password("2", new).seal_with("1").build()?;
/// passwords.replace(both)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RotatingPasswords {
    shared: Arc<Shared>,
}

struct Shared {
    current: ArcSwap<Passwords>,
    /// The file to read again. Its lock is held from reading to replacing, so that of two
    /// reloads at the same time, the one that reads later also replaces later.
    file: Option<Mutex<PathBuf>>,
    dependents: Mutex<Dependents>,
    /// The length of ids that all options must have room for, even if the current ones are shorter.
    reserved_id_bytes: usize,
}

/// Everything that a new set must suit. Sealing and unsealing never take this lock.
struct Dependents {
    derived: Vec<Weak<Derived>>,
    /// The longest id that all options have room for.
    max_id_bytes: usize,
}

/// The set that is derived for a purpose.
struct Derived {
    /// One purpose, or several, each derived from the set of the one before.
    purposes: Vec<String>,
    current: ArcSwap<Passwords>,
}

impl RotatingPasswords {
    /// Creates a handle that holds a set of passwords.
    pub fn new(passwords: Passwords) -> Self {
        Self::with_file(passwords, None, 0)
    }

    /// Creates a handle whose options must have room for ids of this length, so that no later set is
    /// refused because of its ids.
    #[cfg(feature = "server-state")]
    pub(crate) fn with_reserved_id(passwords: Passwords, id_bytes: usize) -> Self {
        Self::with_file(passwords, None, id_bytes)
    }

    /// Reads the passwords from a file, as [`Passwords::from_file`] does.
    /// [`reload`](Self::reload) reads it again.
    ///
    /// # Errors
    ///
    /// The errors of [`Passwords::from_file`].
    pub fn from_file(path: impl Into<PathBuf>) -> Result<Self, PasswordError> {
        let path = path.into();
        Ok(Self::with_file(Passwords::from_file(&path)?, Some(path), 0))
    }

    /// Reads the passwords from an environment variable, as [`Passwords::from_env`] does. If
    /// `{variable}_FILE` names a file, [`reload`](Self::reload) reads it again.
    ///
    /// # Errors
    ///
    /// The errors of [`Passwords::from_env`].
    pub fn from_env(variable: &str) -> Result<Self, PasswordError> {
        let (passwords, path) = environment::read(variable)?;
        Ok(Self::with_file(passwords, path, 0))
    }

    fn with_file(passwords: Passwords, path: Option<PathBuf>, reserved_id_bytes: usize) -> Self {
        let dependents = Dependents { derived: Vec::new(), max_id_bytes: usize::MAX };
        let shared = Shared {
            current: ArcSwap::from_pointee(passwords),
            file: path.map(Mutex::new),
            dependents: Mutex::new(dependents),
            reserved_id_bytes,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Returns the set that seals and unseals now.
    pub fn current(&self) -> Passwords {
        Passwords::clone(&self.shared.current.load())
    }

    /// Replaces the set, and logs the ids of the old and the new one as an INFO event. Returns
    /// `false`, and logs nothing, if both have the same passwords and seal with the same one.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if sessions could no longer be saved or opened with the new set. The
    /// old one then stays in use.
    ///
    /// - [`NoSealingPassword`](PasswordError::NoSealingPassword): none of the new passwords seals,
    ///   and one of the old ones does.
    /// - [`IdInUse`](PasswordError::IdInUse): a new password has the id of an old one.
    /// - [`IdTooLong`](PasswordError::IdTooLong): the id that seals is longer than the space that
    ///   a session type reserves for it.
    pub fn replace(&self, passwords: Passwords) -> Result<bool, PasswordError> {
        let mut dependents = self.shared.dependents();
        let before = self.shared.current.load_full();
        if before.is_same(&passwords) {
            return Ok(false);
        }
        dependents.check(&before, &passwords)?;
        dependents.derived.retain(|derived| derived.strong_count() > 0);
        for derived in dependents.derived.iter().filter_map(Weak::upgrade) {
            derived.current.store(Arc::new(derived.derive(&passwords)));
        }
        let after = Arc::new(passwords);
        self.shared.current.store(Arc::clone(&after));
        drop(dependents);
        let ids =
            |passwords: &Passwords| passwords.ids().map(PasswordId::as_str).collect::<Vec<_>>().join(",");
        let sets = [&*after, &*before];
        event::passwords_replaced(
            sets.map(ids).each_ref().map(String::as_str),
            sets.map(|passwords| passwords.sealing_id().map(PasswordId::as_str)),
        );
        Ok(true)
    }

    /// Reads the file again that the passwords were read from, and [replaces](Self::replace) the
    /// set. Returns `false` if nothing has changed, so it can be called at regular intervals.
    ///
    /// It waits for the file system. In asynchronous code, call it where that may block.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if the passwords were not read from a file, or if [`Passwords::from_file`]
    /// or [`replace`](Self::replace) rejects them. The old set then stays in use.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use std::thread;
    /// use std::time::Duration;
    ///
    /// use iron_session::RotatingPasswords;
    ///
    /// let passwords = RotatingPasswords::from_file("/run/secrets/session")?;
    /// let watched = passwords.clone();
    /// thread::spawn(move || loop {
    ///     thread::sleep(Duration::from_secs(30));
    ///     if let Err(error) = watched.reload() {
    ///         eprintln!("the old passwords stay in use: {error:?}");
    ///     }
    /// });
    /// # Ok::<(), iron_session::error::PasswordError>(())
    /// ```
    pub fn reload(&self) -> Result<bool, PasswordError> {
        let path = self.shared.file.as_ref().ok_or(PasswordError::NotFromFile)?;
        let path = path.lock().unwrap_or_else(PoisonError::into_inner);
        let passwords = Passwords::from_file(&*path)?;
        self.replace(passwords).map_err(|cause| environment::in_file(&path, cause))
    }
}

impl fmt::Debug for RotatingPasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RotatingPasswords").field(&self.current()).finish()
    }
}

impl Shared {
    fn dependents(&self) -> MutexGuard<'_, Dependents> {
        self.dependents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dependents {
    /// Checks that sessions can be opened and saved as before.
    fn check(&self, before: &Passwords, after: &Passwords) -> Result<(), PasswordError> {
        if let Some(id) = before.id_with_other_password(after) {
            return Err(PasswordError::IdInUse { id: shown(id.as_str()) });
        }
        match after.sealing_id() {
            None if before.sealing_id().is_some() => Err(PasswordError::NoSealingPassword),
            Some(id) if after.sealing_id_bytes() > self.max_id_bytes => {
                Err(PasswordError::IdTooLong { id: shown(id.as_str()), max_bytes: self.max_id_bytes })
            }
            _ => Ok(()),
        }
    }
}

impl Derived {
    fn derive(&self, passwords: &Passwords) -> Passwords {
        self.purposes.iter().fold(passwords.clone(), |passwords, purpose| passwords.for_purpose(purpose))
    }
}

/// A sealer's view of passwords that can be replaced: the configured set, or the one derived
/// for its purpose.
#[derive(Clone)]
pub(super) struct Follower {
    shared: Arc<Shared>,
    derived: Option<Arc<Derived>>,
}

impl Follower {
    pub(super) fn new(passwords: RotatingPasswords) -> Self {
        Self { shared: passwords.shared, derived: None }
    }

    #[inline]
    pub(super) fn load(&self) -> Guard<Arc<Passwords>> {
        match &self.derived {
            Some(derived) => derived.current.load(),
            None => self.shared.current.load(),
        }
    }

    /// Returns the view for a purpose. Sealers for the same purpose share it.
    pub(super) fn for_purpose(&self, purpose: &str) -> Self {
        let mut purposes = self.derived.as_ref().map_or_else(Vec::new, |derived| derived.purposes.clone());
        purposes.push(purpose.to_owned());
        let mut dependents = self.shared.dependents();
        dependents.derived.retain(|derived| derived.strong_count() > 0);
        let mut living = dependents.derived.iter().filter_map(Weak::upgrade);
        let existing = living.find(|derived| derived.purposes == purposes);
        let derived = existing.unwrap_or_else(|| {
            let current = ArcSwap::from_pointee(self.load().for_purpose(purpose));
            let derived = Arc::new(Derived { purposes, current });
            dependents.derived.push(Arc::downgrade(&derived));
            derived
        });
        drop(dependents);
        Self { shared: Arc::clone(&self.shared), derived: Some(derived) }
    }

    /// Limits the id that seals to the bytes that there is room for, from now on. Returns its
    /// length if it already is longer.
    pub(super) fn limit_id(&self, max_bytes: usize) -> Result<(), usize> {
        let mut dependents = self.shared.dependents();
        let passwords = self.load();
        passwords.check_id(max_bytes)?;
        let reserved = self.shared.reserved_id_bytes.saturating_add(passwords.purpose.len());
        if self.shared.reserved_id_bytes > 0 && reserved > max_bytes {
            return Err(reserved);
        }
        // The limit is one of the configured id, without the suffix of the purpose.
        let max_bytes = max_bytes.saturating_sub(passwords.purpose.len());
        dependents.max_id_bytes = dependents.max_id_bytes.min(max_bytes);
        Ok(())
    }
}
