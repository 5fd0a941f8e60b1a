//! Options that were checked against a session type.

use std::fmt;
use std::marker::PhantomData;

use super::{SessionOptions, check};
use crate::codec::{IronSession, assert_follows};
use crate::error::OptionsError;
use crate::limits::{CHUNK_SUFFIXES, ISSUED_AT_BYTES, MAX_LIFETIME_SECS};
use crate::payload::ENVELOPE_BYTES;
use crate::schema::Budget;
#[cfg(feature = "server-state")]
use crate::schema::Storage;
#[cfg(feature = "server-state")]
use crate::seal::Ttl;

/// Holds options that leave room for every session of type `T` within its budget.
///
/// [`SessionOptions::check`] makes them, once, when the program starts. Cloning is cheap.
///
/// # Example
///
/// ```
/// use iron_session::options::CheckedOptions;
/// use iron_session::{Passwords, SessionOptions, Untyped};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords).build()?;
/// let options: CheckedOptions<Untyped> = options.check()?;
/// assert_eq!(options.options().cookie_name(), "app_session");
/// # Ok(())
/// # }
/// ```
pub struct CheckedOptions<T> {
    options: SessionOptions,
    session: PhantomData<fn() -> T>,
}

impl SessionOptions {
    /// Checks that a session type's budget leaves room for the cookie's name, its attributes
    /// and the id of the password that seals. From then on,
    /// [`RotatingPasswords`](crate::RotatingPasswords) accept no longer id than the budget has
    /// room for.
    ///
    /// # Errors
    ///
    /// - [`OptionsError::Overhead`] if they need more than the type reserves.
    /// - [`OptionsError::NotRevocable`] if there is a server state and the type is not `revocable`.
    /// - [`OptionsError::RememberFor`] if the ttl is longer than the server state remembers revocations.
    /// - [`OptionsError::NotCounted`] if the number of a user's sessions is limited, and the type does not keep
    ///   all of them in the server state, or does not say whose they are.
    /// - [`OptionsError::Budget`] if the time of issue, which `absolute_timeout` needs, does not
    ///   fit beside the fields, or if the object that h3 puts around a session does not.
    /// - [`OptionsError::Contradiction`] if the library that the [profile](crate::Profile) names could not
    ///   read the sessions of this type.
    /// - [`OptionsError::NoServerState`] if the type keeps its sessions in a server state, and there is
    ///   none.
    pub fn check<T: IronSession>(&self) -> Result<CheckedOptions<T>, OptionsError> {
        // A generic struct is checked only here, because the derive can't name its
        // parameters.
        const { Budget::from_type::<T>().assert_fits() }
        const { assert_follows::<T>() }
        let checked = CheckedOptions { options: self.clone(), session: PhantomData };
        check::type_of_profile(self.profile(), &T::SCHEMA, self.wanted_storage::<T>())?;
        #[cfg(feature = "server-state")]
        self.check_server_state::<T>()?;
        if self.wanted_storage::<T>().may_be_record() && !self.storage::<T>().may_be_record() {
            return Err(OptionsError::NoServerState { session: T::SCHEMA.name() });
        }
        #[cfg(feature = "server-state")]
        if self.max_sessions().is_some()
            && !(self.storage::<T>() == Storage::Server && T::SCHEMA.has_subject())
        {
            return Err(OptionsError::NotCounted { session: T::SCHEMA.name() });
        }
        // `Untyped` has no budget to check.
        if T::SCHEMA.is_untyped() {
            return Ok(checked);
        }
        // A session may have its own lifetime, with more digits.
        let longest = self.max_age_secs(None).max(Some(MAX_LIFETIME_SECS));
        let attributes = self.longest_attributes(longest);
        let chunk_suffix = if T::SCHEMA.max_cookies() == Some(1) { 0 } else { CHUNK_SUFFIXES[0].len() };
        let without_id = self.inner.name.len() + chunk_suffix + "=".len() + attributes;
        let reserved = T::SCHEMA.overhead_bytes();
        let overhead = |needed| OptionsError::Overhead { session: T::SCHEMA.name(), needed, reserved };
        let id = self.sealer().passwords().sealing_id_bytes();
        let room_for_id = reserved.checked_sub(without_id).ok_or_else(|| overhead(without_id + id))?;
        self.sealer().limit_id(room_for_id).map_err(|id| overhead(without_id + id))?;
        // The budget of a revocable type already counts the time of issue.
        let has_more = self.inner.absolute_timeout.is_some() && !T::SCHEMA.is_revocable();
        let more = if has_more { ISSUED_AT_BYTES } else { 0 };
        let around = if self.profile().has_envelope() { ENVELOPE_BYTES } else { 0 };
        if more + around > 0 {
            let budget = Budget::from_type::<T>();
            let needed = budget.bounded_payload_bytes().saturating_add(more + around);
            let limit = budget.limit_bytes();
            if needed > limit {
                return Err(OptionsError::Budget { session: T::SCHEMA.name(), needed, limit });
            }
        }
        Ok(checked)
    }
}

#[cfg(feature = "server-state")]
impl SessionOptions {
    /// Checks that the server state can judge the sessions, for as long as their seals are valid.
    fn check_server_state<T: IronSession>(&self) -> Result<(), OptionsError> {
        let Some(server_state) = self.server_state() else { return Ok(()) };
        if !self.is_revocable::<T>() {
            return Err(OptionsError::NotRevocable { session: T::SCHEMA.name() });
        }
        let remember_for = server_state.remembers_for();
        match self.ttl() {
            Ttl::After(ttl) if ttl <= remember_for => Ok(()),
            _ => Err(OptionsError::RememberFor { remember_for }),
        }
    }
}

impl<T> CheckedOptions<T> {
    /// Returns the options.
    pub fn options(&self) -> &SessionOptions {
        &self.options
    }

    pub(crate) fn into_options(self) -> SessionOptions {
        self.options
    }
}

impl<T> Clone for CheckedOptions<T> {
    fn clone(&self) -> Self {
        Self { options: self.options.clone(), session: PhantomData }
    }
}

impl<T: IronSession> fmt::Debug for CheckedOptions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedOptions")
            .field("type", &T::SCHEMA.name())
            .field("options", &self.options)
            .finish()
    }
}
