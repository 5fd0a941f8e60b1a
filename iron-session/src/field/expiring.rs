//! A value that expires.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Timestamp;
use crate::codec::{Decoder, Encoder};
use crate::error::{DecodeError, EncodeError};
use crate::schema::secret::{HoldsSecret, Secrets};

/// Holds a value that expires some time after it was set, while the session continues: a
/// recent password check, a code that was sent by mail.
///
/// The struct sets the time: `#[session(expires_in = "15m")]`. On the wire it is
/// `{"value":…,"until_ms":…}`. The deadline is checked with the request's clock when the
/// session is opened. An expired value reads as `None`, and is dropped at the next write.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::{Expiring, IronSession};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     #[session(expires_in = "15m")]
///     sudo: Expiring<bool>,
/// }
///
/// let mut session = AppSession::empty();
/// assert_eq!(session.sudo(), None);
/// session.set_sudo(true);
/// assert_eq!(session.sudo(), Some(&true));
/// # }
/// ```
#[doc(alias("absolute_timeout", "timeout"))]
#[derive(Clone)]
pub struct Expiring<T>(Option<Alive<T>>);

#[derive(Clone)]
struct Alive<T> {
    value: T,
    /// `None` for a value that was set in this request; encoding sets the deadline.
    until: Option<Timestamp>,
}

impl<T> Expiring<T> {
    /// Returns the value, if there is one and it has not expired.
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|alive| &alive.value)
    }

    /// Sets the value. Its time starts again.
    pub fn set(&mut self, value: T) {
        self.0 = Some(Alive { value, until: None });
    }

    /// Takes the value out.
    pub fn take(&mut self) -> Option<T> {
        self.0.take().map(|alive| alive.value)
    }

    /// Removes the value.
    pub fn clear(&mut self) {
        self.0 = None;
    }

    /// Returns the deadline of a value that was set in an earlier request.
    pub fn until(&self) -> Option<Timestamp> {
        self.0.as_ref().and_then(|alive| alive.until)
    }
}

impl<T: Serialize + DeserializeOwned> Expiring<T> {
    pub(crate) fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let alive = decoder.expiring()?;
        Ok(Self(alive.map(|(value, until)| Alive { value, until: Some(until) })))
    }

    pub(crate) fn encode(
        &self,
        encoder: &mut Encoder,
        name: &'static str,
        ttl: Duration,
    ) -> Result<(), EncodeError> {
        let Some(alive) = &self.0 else { return Ok(()) };
        encoder.member(name, &alive.value)?;
        encoder.expire_at(name, alive.until, ttl);
        Ok(())
    }
}

impl<T> Default for Expiring<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: fmt::Debug> fmt::Debug for Expiring<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expiring").field(&self.get()).finish()
    }
}

/// Compares values, not deadlines.
impl<T: PartialEq> PartialEq for Expiring<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: HoldsSecret> HoldsSecret for Expiring<T> {
    const SECRETS: Secrets = T::SECRETS;
}
