//! Keys from passwords.
//!
//! The format derives each key with PBKDF2-HMAC-SHA1, one iteration, 32 bytes
//! (`@hapi/iron` 7, `defaults.encryption.iterations`). With one iteration each
//! block of RFC 8018 §5.2 is a single `HMAC(password, salt ‖ INT(i))`, so an
//! HMAC that was keyed once serves every derivation. One iteration is no
//! defence against guessing: passwords must be long and random.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use zeroize::{Zeroize as _, Zeroizing};

/// The length of both derived keys: AES-256's, and the one hapi gives HMAC-SHA256.
pub(crate) const KEY_BYTES: usize = 32;

/// A SHA-1 digest.
const BLOCK_BYTES: usize = 20;

/// HMAC-SHA1 keyed with a password: what derives its keys.
#[derive(Clone)]
pub(crate) struct KeyDerivation(Hmac<Sha1>);

impl KeyDerivation {
    pub(crate) fn new(password: &[u8]) -> Self {
        #[expect(clippy::expect_used, reason = "RFC 2104 §2: HMAC takes a key of any length")]
        Self(Hmac::new_from_slice(password).expect("a key of any length"))
    }

    /// Derives the key that belongs to `salt`: its text, never hex-decoded.
    pub(crate) fn derive(&self, salt: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        let mut salted = self.0.clone();
        salted.update(salt.as_bytes());

        let mut key = Zeroizing::new([0; KEY_BYTES]);
        for (index, chunk) in (1_u32..).zip(key.chunks_mut(BLOCK_BYTES)) {
            let mut block = salted.clone().chain_update(index.to_be_bytes()).finalize().into_bytes();
            for (to, from) in chunk.iter_mut().zip(block.iter()) {
                *to = *from;
            }
            block.as_mut_slice().zeroize();
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn is_pbkdf2_with_one_iteration(password in ".{0,200}", salt in ".{0,200}") {
            let mut expected = [0; KEY_BYTES];
            pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), salt.as_bytes(), 1, &mut expected);
            prop_assert_eq!(*KeyDerivation::new(password.as_bytes()).derive(&salt), expected);
        }
    }
}
