//! Where the sessions of these options are kept, and whether they can be revoked.

use super::SessionOptions;
use crate::codec::IronSession;
use crate::schema::Storage;

impl SessionOptions {
    /// Returns where sessions of a type are kept.
    pub(crate) fn storage<T: IronSession>(&self) -> Storage {
        if self.has_server_state() { self.wanted_storage::<T>() } else { Storage::Cookie }
    }

    /// Returns where sessions of a type are kept if there is a server state.
    #[cfg_attr(
        not(feature = "server-state"),
        expect(clippy::unused_self, reason = "without the feature, the options have no setting for it")
    )]
    pub(super) fn wanted_storage<T: IronSession>(&self) -> Storage {
        #[cfg(feature = "server-state")]
        if T::SCHEMA.is_untyped() {
            return self.inner.storage;
        }
        T::SCHEMA.storage()
    }

    /// Returns whether every session of a type has an id and a time of issue. Without a struct, the
    /// server state decides.
    pub(crate) fn is_revocable<T: IronSession>(&self) -> bool {
        T::SCHEMA.is_revocable() || T::SCHEMA.is_untyped() && self.has_server_state()
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
