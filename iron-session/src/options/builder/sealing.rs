//! The settings that decide how a session is sealed.

use std::sync::Arc;

use super::SessionOptionsBuilder;
use crate::clock::Clock;
use crate::profile::Profile;
use crate::seal::Randomness;

impl SessionOptionsBuilder {
    /// Binds the seals to a purpose, so that no other program's seal under the same passwords
    /// opens here; see [`Sealer::with_purpose`](crate::Sealer::with_purpose). Default: none, because
    /// JavaScript could not read the session.
    pub fn purpose(mut self, purpose: impl Into<String>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// Sets the JavaScript library that reads and writes the same cookie. Default:
    /// [`Profile::IronSession`].
    ///
    /// With a profile of h3, the session is the member `data` of h3's own object. A new
    /// session gets the `id` and the `createdAt` that h3 expects; the others are kept, with
    /// all members that h3 has put there. `createdAt` is the time of issue of a session that has none,
    /// so [`absolute_timeout`](Self::absolute_timeout) is what h3 calls `maxAge`.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Writes a session that was only read, if an older password sealed it.
    ///
    /// Default: `false`, so such a session keeps its seal until it changes or is refreshed. With
    /// this setting, the session of every user who visits the site is under the new password, and
    /// the old one can be removed one ttl after the rotation at the latest. Leave it off until
    /// every server knows the new password.
    #[doc(alias("rotate", "rotation"))]
    pub fn reseal_on_read(mut self) -> Self {
        self.reseal_on_read = true;
        self
    }

    /// Sets the clock. Default: the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the source of the random bytes for the seals. Default: [`Randomness::System`],
    /// which is the safest in a process that forks.
    pub fn randomness(mut self, randomness: Randomness) -> Self {
        self.randomness = randomness;
        self
    }
}
