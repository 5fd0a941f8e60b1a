//! Opens the session in a request's cookies.

use std::sync::Arc;

use super::state::Loaded;
use crate::codec::{IronSession, Lifetime, Payload, Read};
use crate::cookie::{self, Found, Received};
use crate::error::DecodeError;
use crate::seal::{Opened, Sealer};

/// Opens the session in a request's cookies, with the members that did not fit their field.
pub(super) fn open<'a, T: IronSession>(
    received: &'a mut Received,
    sealer: &Sealer,
) -> Option<Found<'a, (Loaded<T>, Vec<DecodeError>)>> {
    let now = sealer.now();
    cookie::open(received, sealer, |Opened { plaintext, expires }| {
        let Read { payload, value, defaulted } = Payload::open::<T>(plaintext, now)?;
        let ttl = Lifetime::seal_ttl(payload.metadata().lifetime, sealer.ttl());
        let loaded = Loaded { payload: Some(payload), value: Arc::new(value), expires, unreadable: None };
        Ok(((loaded, defaulted), ttl))
    })
}
