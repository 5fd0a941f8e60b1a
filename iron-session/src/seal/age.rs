//! When a seal was made, computed from its expiry.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::key::Keys;
use super::sealer::Sealer;
use super::ttl::{CLOCK_SKEW, Ttl};
use crate::clock::Timestamp;
use crate::erase::erase_dead_stack;
use crate::error::UnsealError;
use crate::payload;

impl Sealer {
    /// Unseals a value if the seal was made at most this long ago.
    ///
    /// Use it if one kind of seal is valid for different times, for example a link that shows a
    /// letter for a week, but changes an address only within the first ten minutes.
    ///
    /// The age is counted exactly. If another server made the seal, the difference of the two
    /// clocks is part of it.
    ///
    /// # Errors
    ///
    /// - [`UnsealError::TooOld`] if the seal is older.
    /// - Those of [`unseal`](Self::unseal) and of [`sealed_at`](Self::sealed_at).
    ///
    /// # Security
    ///
    /// See [`sealed_at`](Self::sealed_at): the ttl of the seals must not change.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use iron_session::clock::{ManualClock, Timestamp};
    /// use iron_session::error::UnsealError;
    /// use iron_session::{Passwords, Sealer};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let clock = ManualClock::at(Timestamp::from_unix_ms(1_763_650_000_000));
    /// const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    /// let letters = Sealer::new(passwords).with_clock(clock.clone()).with_purpose("letter").with_ttl(7 * DAY);
    /// let seal = letters.seal(&42)?;
    ///
    /// clock.advance(DAY);
    /// assert_eq!(letters.unseal::<u64>(&seal)?, 42);
    /// let ten_minutes = Duration::from_secs(10 * 60);
    /// let error = letters.unseal_within::<u64>(&seal, ten_minutes).unwrap_err();
    /// assert!(matches!(error, UnsealError::TooOld { .. }));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("max_age", "age"))]
    pub fn unseal_within<T: DeserializeOwned>(
        &self,
        seal: &str,
        max_age: Duration,
    ) -> Result<T, UnsealError> {
        let opened = self.open(seal)?;
        let sealed_at = self.made_at(opened.seal.expires)?;
        if self.now() > sealed_at.saturating_add(max_age) {
            return Err(UnsealError::TooOld { sealed_at, max_age });
        }
        payload::decode_value(&opened.plaintext)
    }

    /// Returns when an authentic seal that has not expired was made: its expiry minus the ttl of
    /// this sealer.
    ///
    /// If another server made the seal, the time is that of the other server's clock, which may be
    /// up to 60 s ahead.
    ///
    /// # Errors
    ///
    /// - [`UnsealError::UnknownAge`] if this sealer can't have made the seal, or if its ttl is
    ///   [`Ttl::Unlimited`].
    /// - Those of [`unseal`](Self::unseal) that do not concern the content.
    ///
    /// # Security
    ///
    /// A seal shows only when it expires. So the time is right if every seal with this password
    /// and [purpose](Self::with_purpose) was made with this ttl. A seal that was made with a longer
    /// ttl seems to be younger than it is: it has an unknown age at first, and seems to be new when
    /// only this ttl is left of it. If you lower the ttl, change the purpose, too. The cookie of a
    /// session has its own lifetime if the session has one, so this method does not suit it.
    pub fn sealed_at(&self, seal: &str) -> Result<Timestamp, UnsealError> {
        let verified = self.verify(seal, &mut Keys::none()).map(|(token, _)| token.expires);
        erase_dead_stack();
        self.made_at(verified?)
    }

    fn made_at(&self, expires: Option<Timestamp>) -> Result<Timestamp, UnsealError> {
        // An expiry that saturated is not the sum that it was meant to be.
        let expires = expires.filter(|expires| *expires < Timestamp::MAX);
        let (Some(expires), Ttl::After(ttl)) = (expires, self.ttl()) else {
            return Err(UnsealError::UnknownAge);
        };
        let made_at = expires.saturating_sub(ttl);
        let is_in_future = made_at > self.now().saturating_add(CLOCK_SKEW);
        if is_in_future { Err(UnsealError::UnknownAge) } else { Ok(made_at) }
    }
}
