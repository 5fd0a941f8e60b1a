//! Opens the session in a request's cookies.

use std::sync::Arc;

use super::state::Loaded;
use crate::codec::{IronSession, Lifetime, Payload, Read};
use crate::cookie::{self, Found, Received};
use crate::error::{DecodeError, UnsealError};
use crate::options::AbsoluteTimeout;
use crate::seal::{Opened, Sealer};

/// Opens the session in a request's cookies, with the members that did not fit their field. A
/// session that is older than the absolute timeout has expired, whatever its seal says: a server
/// without that setting may have made it.
pub(super) fn open<'a, T: IronSession>(
    received: &'a mut Received,
    sealer: &Sealer,
    absolute_timeout: Option<AbsoluteTimeout>,
) -> Option<Found<'a, (Loaded<T>, Vec<DecodeError>)>> {
    let now = sealer.now();
    cookie::open(received, sealer, |Opened { plaintext, seal }| {
        let Read { payload, value, defaulted } = Payload::open::<T>(plaintext, now)?;
        let metadata = payload.metadata();
        if let (Some(timeout), Some(issued_at)) = (absolute_timeout, metadata.issued_at)
            && let Some(expired_at) = timeout.ended_at(issued_at, now)
        {
            return Err(UnsealError::Expired { expired_at });
        }
        let ttl = Lifetime::seal_ttl(metadata.lifetime, sealer.ttl());
        let (payload, seal) = (Some(payload), Some(seal));
        let loaded = Loaded { payload, value: Arc::new(value), seal, unreadable: None };
        Ok(((loaded, defaulted), ttl))
    })
}
