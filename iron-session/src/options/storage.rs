//! Where the sessions of these options are kept.

use super::SessionOptions;
use crate::codec::IronSession;
use crate::schema::Storage;

impl SessionOptions {
    /// Returns where sessions of a type are kept.
    pub(crate) fn storage<T: IronSession>(&self) -> Storage {
        if self.has_server_state() { T::SCHEMA.storage() } else { Storage::Cookie }
    }

    #[cfg_attr(
        not(feature = "server-state"),
        expect(clippy::unused_self, reason = "without the feature, there is none")
    )]
    fn has_server_state(&self) -> bool {
        #[cfg(feature = "server-state")]
        if self.server_state().is_some() {
            return true;
        }
        false
    }
}
