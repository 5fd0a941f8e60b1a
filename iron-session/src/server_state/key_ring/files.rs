//! The ring in the store: reading and writing it, and the set of passwords that it makes.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time;

use super::periods::Periods;
use super::ring::Ring;
use super::{KEY, PURPOSE};
use crate::clock::Clock;
use crate::error::{KeyRingError, Reason, StoreError};
use crate::seal::passwords::Passwords;
use crate::seal::{Sealer, Token};
use crate::server_state::dyn_store::DynStore;
use crate::server_state::store::Record;

/// How long one call of the store may take. A store behind a silent connection never responds, and all
/// other changes wait for this one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Everything that is needed to read and to write a ring.
pub(super) struct Files {
    pub(super) store: Box<dyn DynStore>,
    pub(super) sealer: Sealer,
    pub(super) clock: Arc<dyn Clock>,
    /// `None` for a tool, which goes by those in the ring.
    pub(super) periods: Option<Periods>,
    pub(super) former: Option<Passwords>,
}

/// A ring as it was in the store.
pub(super) struct Stored {
    pub(super) ring: Ring,
    /// Whether it is sealed under an older master secret than the one that seals now.
    pub(super) is_outdated: bool,
}

impl Files {
    pub(super) fn former_seals(&self) -> bool {
        self.former.as_ref().is_some_and(|former| former.sealing_id().is_some())
    }

    pub(super) async fn read(&self) -> Result<Option<Stored>, KeyRingError> {
        let Some(record) = in_time(self.store.record(KEY)).await? else { return Ok(None) };
        let ring = Ring::unseal(&record.text, &self.sealer).map_err(KeyRingError::Unreadable)?;
        if ring.revision != record.revision {
            let what = Reason::new("its number is not the one that is sealed inside it");
            return Err(KeyRingError::TamperedWith { what });
        }
        Ok(Some(Stored { is_outdated: self.is_outdated(&record.text), ring }))
    }

    /// Writes a ring in place of the one with the revision `replaces`. Returns `false` if another one
    /// is there.
    pub(super) async fn write(&self, ring: &Ring, replaces: Option<u64>) -> Result<bool, KeyRingError> {
        let text = ring.seal(&self.sealer)?;
        let record = Record { text, revision: ring.revision, owner: None, until: None };
        in_time(self.store.put_record(KEY, replaces, record)).await
    }

    /// Only a higher id counts: while the master secret is rotated, two servers that seal with
    /// different ids must not write the ring in turns.
    fn is_outdated(&self, text: &str) -> bool {
        let suffix = format!("_{PURPOSE}");
        let number = |id: &str| id.strip_suffix(suffix.as_str())?.parse::<u64>().ok();
        let passwords = self.sealer.passwords();
        let sealing = passwords.sealing_id().and_then(|id| number(id.as_str()));
        let sealed = Token::parse(text).ok().and_then(|token| number(token.id));
        matches!((sealed, sealing), (Some(sealed), Some(sealing)) if sealed < sealing)
    }

    /// Builds the set of all passwords. Without a sealing password of the ring, the former one seals.
    pub(super) fn set_of(&self, ring: &Ring, sealing: Option<u64>) -> Result<Passwords, KeyRingError> {
        let mut builder = Passwords::builder();
        let former_sealing = self.former.as_ref().and_then(|former| former.sealing_id());
        for (id, password) in self.former.iter().flat_map(Passwords::entries) {
            if id.as_str().parse().is_ok_and(|id| ring.find(id).is_some()) {
                return Err(KeyRingError::FormerId { id: id.to_string() });
            }
            builder = if sealing.is_none() && former_sealing == Some(id) {
                builder.password(id.as_str(), password.clone()).seal_with(id.as_str())
            } else {
                // The others were accepted when the set was built, some of them as retired.
                builder.retired(id.as_str(), password.clone())
            };
        }
        for entry in &ring.entries {
            if let Some(password) = &entry.password {
                builder = builder.password(entry.id.to_string(), password.clone());
            }
        }
        if let Some(id) = sealing {
            builder = builder.seal_with(id.to_string());
        }
        Ok(builder.build()?)
    }
}

/// Waits for the store.
async fn in_time<R>(response: impl Future<Output = Result<R, StoreError>>) -> Result<R, KeyRingError> {
    // Outside a runtime, the timer would panic.
    Handle::try_current().map_err(|_| KeyRingError::NoRuntime)?;
    let response = time::timeout(PATIENCE, response).await;
    Ok(response.unwrap_or_else(|_| Err(StoreError::timeout()))?)
}
