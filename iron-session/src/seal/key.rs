//! Keys from passwords.
//!
//! The format derives each key with PBKDF2-HMAC-SHA1, one iteration, 32 bytes
//! (`@hapi/iron` 7, `defaults.encryption.iterations`). With one iteration each
//! block of RFC 8018 §5.2 is a single `HMAC(password, salt ‖ INT(i))`, so an
//! HMAC that was keyed once serves every derivation. One iteration is no
//! defence against guessing: passwords must be long and random.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::block::{HmacSha1, HmacSha256, derive_two};
use crate::erase::Erasing;

/// The length of both derived keys: AES-256's, and the one hapi gives HMAC-SHA256.
pub(crate) const KEY_BYTES: usize = 32;

/// A SHA-1 digest.
const BLOCK_BYTES: usize = 20;

/// What a key comes from.
#[derive(Clone)]
pub(super) enum KeySource {
    /// A password: each salt gives another key.
    Text { text: Zeroizing<String>, hmac: HmacSha1 },
    /// The key itself.
    Raw(Zeroizing<Vec<u8>>),
}

/// The keys of one seal.
pub(super) struct Keys {
    /// `None` when there is no salt to derive it with.
    pub(super) encryption: Option<Erasing<[u8; KEY_BYTES]>>,
    pub(super) mac: HmacSha256,
}

impl KeySource {
    pub(super) fn text(text: &str) -> Self {
        Self::Text { text: Zeroizing::new(text.to_owned()), hmac: HmacSha1::new(text.as_bytes()) }
    }

    pub(super) fn raw(key: &[u8]) -> Self {
        Self::Raw(Zeroizing::new(key.to_vec()))
    }

    /// The source that belongs to a purpose: HMAC-SHA256 of the purpose under
    /// this one, as hex text where this is a text, as bytes where it is a key.
    pub(super) fn for_purpose(&self, purpose: &str) -> Self {
        let derive = |key: &[u8]| -> Zeroizing<[u8; 32]> {
            #[expect(clippy::expect_used, reason = "RFC 2104 §2: HMAC takes a key of any length")]
            let keyed = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
            Zeroizing::new(keyed.chain_update(purpose.as_bytes()).finalize().into_bytes().into())
        };
        match self {
            Self::Text { text, .. } => {
                Self::text(Zeroizing::new(super::hex(&*derive(text.as_bytes()))).as_str())
            }
            Self::Raw(key) => Self::raw(&*derive(key)),
        }
    }

    /// Returns the salt to write: none beside a raw key.
    pub(super) fn written_salt<'a>(&self, salt: &'a str) -> &'a str {
        match self {
            Self::Text { .. } => salt,
            Self::Raw(_) => "",
        }
    }

    /// Derives the key that belongs to `salt`: its text, never hex-decoded.
    ///
    /// `None` when the salt is missing: to hapi, no salt means "make one", so a
    /// seal without opens for nobody.
    fn encryption_key(&self, salt: &str) -> Option<Erasing<[u8; KEY_BYTES]>> {
        match self {
            Self::Text { text, .. } => derive(text, salt),
            Self::Raw(bytes) => bytes.as_slice().try_into().ok().map(Erasing::new),
        }
    }

    fn mac(&self, salt: &str) -> Option<HmacSha256> {
        match self {
            Self::Text { text, .. } => derive(text, salt).map(|key| HmacSha256::new(&*key)),
            Self::Raw(bytes) => Some(HmacSha256::new(bytes)),
        }
    }
}

impl Keys {
    /// Derives the keys that belong to the salts; `None` without a MAC's.
    pub(super) fn derive(
        encryption: &KeySource,
        integrity: &KeySource,
        enc_salt: &str,
        mac_salt: &str,
    ) -> Option<Self> {
        // Everybody writes salts of 64 hex digits, which any text may stand for.
        let blocks = (enc_salt.as_bytes().try_into(), mac_salt.as_bytes().try_into());
        if let (
            KeySource::Text { hmac: first, .. },
            KeySource::Text { hmac: second, .. },
            (Ok(enc_salt), Ok(mac_salt)),
        ) = (encryption, integrity, blocks)
        {
            let [encryption, mac] = derive_two([first, second], [enc_salt, mac_salt]);
            return Some(Self { encryption: Some(encryption), mac: HmacSha256::new(&*mac) });
        }
        let mac = integrity.mac(mac_salt)?;
        Some(Self { encryption: encryption.encryption_key(enc_salt), mac })
    }
}

/// Derives one key, for a salt of any length.
fn derive(password: &str, salt: &str) -> Option<Erasing<[u8; KEY_BYTES]>> {
    if salt.is_empty() {
        return None;
    }
    let salted = Hmac::<Sha1>::new_from_slice(password.as_bytes()).ok()?.chain_update(salt.as_bytes());
    let mut key = Erasing::new([0; KEY_BYTES]);
    for (index, chunk) in (1_u32..).zip(key.chunks_mut(BLOCK_BYTES)) {
        let mut block = salted.clone().chain_update(index.to_be_bytes()).finalize().into_bytes();
        for (to, from) in chunk.iter_mut().zip(block.iter()) {
            *to = *from;
        }
        block.as_mut_slice().zeroize();
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn is_pbkdf2_with_one_iteration(password in ".{0,200}", salts in prop::array::uniform2(".{1,200}|[0-9a-f]{64}")) {
            let source = KeySource::text(&password);
            let [enc_salt, mac_salt] = &salts;
            let expected = salts.each_ref().map(|salt| {
                let mut key = [0; KEY_BYTES];
                pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), salt.as_bytes(), 1, &mut key);
                key
            });
            let keys = Keys::derive(&source, &source, enc_salt, mac_salt).unwrap();
            prop_assert_eq!(*keys.encryption.unwrap(), expected[0]);
            prop_assert_eq!(keys.mac.of(b"text"), HmacSha256::new(&expected[1]).of(b"text"));
        }
    }
}
