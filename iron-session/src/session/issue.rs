//! The id and the time of issue that a session gets once.

use std::sync::OnceLock;

use crate::codec::{IronSession, Metadata, SessionId};
use crate::error::SealError;
use crate::options::SessionOptions;
use crate::payload::Stamp;

/// The id and the time of issue of a session that does not have them yet.
///
/// Each is made when it is first needed, and then stays: a payload is encoded several times, and
/// a handler may have logged the id before.
#[derive(Default)]
pub(super) struct Issue {
    id: OnceLock<SessionId>,
    issued_at_secs: OnceLock<u64>,
}

impl Issue {
    /// Adds what the metadata lacks.
    ///
    /// # Errors
    ///
    /// [`SealError::Randomness`] if there are no random bytes for an id.
    pub(super) fn complete<T: IronSession>(
        &self,
        metadata: Metadata,
        options: &SessionOptions,
    ) -> Result<Metadata, SealError> {
        let lacking = Lacking::of::<T>(metadata, options);
        let id = if lacking.id { Some(self.id(options)?) } else { metadata.id };
        let issued_at =
            if lacking.issued_at { Some(self.issued_at_secs(options)) } else { metadata.issued_at };
        Ok(Metadata { issued_at, id, ..metadata })
    }

    /// Returns the values for h3's object around the session.
    pub(super) fn stamp(&self, metadata: Metadata, options: &SessionOptions) -> Result<Stamp, SealError> {
        let id = metadata.id.map_or_else(|| self.id(options), Ok)?;
        let issued_at_secs = metadata.issued_at.unwrap_or_else(|| self.issued_at_secs(options));
        Ok(Stamp {
            id: id.to_string(),
            created_at_ms: issued_at_secs.saturating_mul(1000),
            now_ms: options.sealer().now().as_unix_ms(),
            dates_use: options.profile().dates_use(),
        })
    }

    fn id(&self, options: &SessionOptions) -> Result<SessionId, SealError> {
        if let Some(id) = self.id.get() {
            return Ok(*id);
        }
        let mut bytes = [0; SessionId::BYTES];
        options.sealer().fill_random(&mut bytes)?;
        Ok(*self.id.get_or_init(|| SessionId::from_random(bytes)))
    }

    fn issued_at_secs(&self, options: &SessionOptions) -> u64 {
        *self.issued_at_secs.get_or_init(|| options.sealer().now().as_unix_ms() / 1000)
    }
}

/// What a session must have, and lacks.
struct Lacking {
    id: bool,
    issued_at: bool,
}

impl Lacking {
    fn of<T: IronSession>(metadata: Metadata, options: &SessionOptions) -> Self {
        let id = options.is_revocable::<T>() && metadata.id.is_none();
        Self { id, issued_at: has_age::<T>(options) && metadata.issued_at.is_none() }
    }
}

/// Returns whether sessions have a time of issue.
pub(super) fn has_age<T: IronSession>(options: &SessionOptions) -> bool {
    options.is_revocable::<T>() || options.absolute_timeout().is_some()
}

/// Returns whether a session lacks an id or a time of issue that it must have.
pub(super) fn is_incomplete<T: IronSession>(metadata: Metadata, options: &SessionOptions) -> bool {
    let lacking = Lacking::of::<T>(metadata, options);
    lacking.id || lacking.issued_at
}
