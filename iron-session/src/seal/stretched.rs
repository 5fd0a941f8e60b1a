//! Keys that took many rounds to derive, kept for the next request of the same browser.
//!
//! A browser sends the same seal until a response replaces it, and deriving its two keys takes
//! milliseconds, so they are kept. This is safe:
//!
//! - The keys are kept in the password itself, so they end with it, and are erased then. Whoever can read
//!   them in memory can read the password, too.
//! - Only salts of seals whose MAC was right are kept. So nobody without the password can fill the memory,
//!   or displace the keys of others.
//! - Their number is fixed. A key that needs an occupied place displaces the one in it.
//! - Only the time of a request shows whether a key was kept. That tells who has the seal already
//!   whether the server has seen it lately.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::hazmat::KEY_BYTES;
use crate::erase::Erasing;

/// Two keys a seal: room for about a thousand browsers, in 220 kB.
const PLACES: usize = 2048;

/// The usual salts, 64 hex digits. Keys for others are not kept.
type Salt = [u8; 64];

/// The keys of one password, all with the same number of rounds.
#[derive(Default)]
pub(super) struct StretchedKeys(Mutex<Vec<Place>>);

#[derive(Clone, Default)]
struct Place {
    salt: Option<Salt>,
    key: Erasing<[u8; KEY_BYTES]>,
}

impl StretchedKeys {
    /// Copies the key for a salt. `None` if it was not kept.
    pub(super) fn copy(&self, salt: &str, key: &mut [u8; KEY_BYTES]) -> Option<()> {
        let salt: &Salt = salt.as_bytes().try_into().ok()?;
        let places = self.places();
        let place = places.get(place_of(salt)).filter(|place| place.salt.as_ref() == Some(salt))?;
        *key = *place.key;
        Some(())
    }

    /// Keeps the key for a salt of an authentic seal.
    pub(super) fn keep(&self, salt: &str, key: &[u8; KEY_BYTES]) {
        let Ok(salt) = salt.as_bytes().try_into() else { return };
        let mut places = self.places();
        if places.is_empty() {
            // At once, because growing would leave copies behind.
            places.resize_with(PLACES, Place::default);
        }
        if let Some(place) = places.get_mut(place_of(&salt)) {
            place.salt = Some(salt);
            *place.key = *key;
        }
    }

    fn places(&self) -> MutexGuard<'_, Vec<Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Salts are random, so any few of their bits spread them.
fn place_of(salt: &Salt) -> usize {
    salt.iter().fold(0_usize, |sum, &byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte))) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_by_its_whole_salt_until_another_takes_its_place() {
        let keys = StretchedKeys::default();
        let mut found = [0; KEY_BYTES];
        let salt = |n: usize| format!("{n:064x}");
        assert_eq!(keys.copy(&salt(1), &mut found), None);
        keys.keep(&salt(1), &[7; KEY_BYTES]);
        assert_eq!((keys.copy(&salt(1), &mut found), found), (Some(()), [7; KEY_BYTES]));
        assert_eq!(keys.copy(&salt(2), &mut found), None);
        for n in 2..20_000 {
            keys.keep(&salt(n), &[0; KEY_BYTES]);
        }
        assert_eq!(keys.copy(&salt(1), &mut found), None);
        assert_eq!(keys.places().len(), PLACES);
    }

    #[test]
    fn a_salt_of_another_length_is_not_kept() {
        let keys = StretchedKeys::default();
        keys.keep("short", &[7; KEY_BYTES]);
        assert_eq!(keys.copy("short", &mut [0; KEY_BYTES]), None);
        assert!(keys.places().is_empty());
    }
}
