//! Derives keys from passwords.
//!
//! The format derives each key with PBKDF2-HMAC-SHA1, one iteration, 32 bytes (`@hapi/iron`
//! 7, `defaults.encryption.iterations`). One iteration does not protect against guessing:
//! passwords must be long and random. h3 2 takes 8,192 iterations.

use std::sync::Arc;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::hazmat::{HmacSha1, HmacSha256, KEY_BYTES, derive_many, derive_one, derive_two};
use super::hex::hex;
use super::stretched::StretchedKeys;
use crate::erase::{Erasing, erase_dead_stack};

/// The source of a key.
#[derive(Clone)]
pub(super) enum KeySource {
    /// A password: each salt gives another key.
    Text { text: Zeroizing<String>, hmac: Arc<HmacSha1>, stretched: Arc<StretchedKeys> },
    /// The key itself.
    Raw(Zeroizing<Vec<u8>>),
}

/// The keys of one seal. They are derived in place and stay there until they are erased.
pub(super) struct Keys {
    encryption: Erasing<[u8; KEY_BYTES]>,
    /// Whether there was a salt to derive it with.
    has_encryption: bool,
    pub(super) mac: HmacSha256,
}

impl KeySource {
    pub(super) fn text(text: &str) -> Self {
        let hmac = HmacSha1::new(text.as_bytes());
        Self::Text { text: Zeroizing::new(text.to_owned()), hmac, stretched: Arc::default() }
    }

    pub(super) fn raw(key: &[u8]) -> Self {
        Self::Raw(Zeroizing::new(key.to_vec()))
    }

    /// Compares in constant time.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text { text, .. }, Self::Text { text: other, .. }) => {
                text.as_bytes().ct_eq(other.as_bytes()).into()
            }
            (Self::Raw(key), Self::Raw(other)) => key.ct_eq(other).into(),
            _ => false,
        }
    }

    /// Returns the source for a purpose: HMAC-SHA256 of the purpose under this source, as hex
    /// text if the source is a text, as bytes if it is a key.
    pub(super) fn for_purpose(&self, purpose: &str) -> Self {
        let source = self.derive_for_purpose(purpose);
        erase_dead_stack();
        source
    }

    #[inline(never)]
    fn derive_for_purpose(&self, purpose: &str) -> Self {
        let mut hmac = HmacSha256::without_key();
        match self {
            Self::Text { text, .. } => {
                hmac.set_key(text.as_bytes());
                let password = Erasing::new(hmac.authenticate(purpose.as_bytes()));
                Self::text(&Zeroizing::new(hex(&*password)))
            }
            Self::Raw(key) => {
                // This key also authenticates seals, whose MACs are public. No seal starts
                // with this prefix, so no purpose's key is equal to a MAC that was sent to
                // anyone.
                const DOMAIN: &str = "iron-session purpose\0";
                hmac.set_key(key);
                let key = Erasing::new(hmac.authenticate(format!("{DOMAIN}{purpose}").as_bytes()));
                Self::raw(&*key)
            }
        }
    }

    /// Returns the salt to write: none for a raw key.
    pub(super) fn written_salt<'a>(&self, salt: &'a str) -> &'a str {
        match self {
            Self::Text { .. } => salt,
            Self::Raw(_) => "",
        }
    }

    /// Derives the key for `salt`, which is used as text and never hex-decoded.
    ///
    /// `None` if the salt is missing. To hapi, a missing salt means "generate one", so a seal
    /// without a salt opens nowhere.
    fn encryption_key(&self, salt: &str, key: &mut [u8; KEY_BYTES]) -> Option<()> {
        match self {
            Self::Text { text, .. } => derive_one(text, salt, key),
            Self::Raw(bytes) => {
                *key = bytes.as_slice().try_into().ok()?;
                Some(())
            }
        }
    }

    /// Derives the key for a salt with several rounds, unless it was kept.
    fn stretch(&self, salt: &str, rounds: u32, key: &mut [u8; KEY_BYTES]) -> Option<()> {
        match self {
            Self::Text { text, hmac, stretched } => {
                stretched.copy(salt, key).or_else(|| derive_many(text, hmac, salt, rounds, key))
            }
            Self::Raw(_) => self.encryption_key(salt, key),
        }
    }

    /// Keeps a key that was derived with several rounds, for a salt of an authentic seal.
    fn keep(&self, salt: &str, key: &[u8; KEY_BYTES]) {
        if let Self::Text { stretched, .. } = self {
            stretched.keep(salt, key);
        }
    }

    fn key_mac(&self, salt: &str, mac: &mut HmacSha256) -> Option<()> {
        match self {
            Self::Text { text, .. } => {
                let mut key = Erasing::new([0; KEY_BYTES]);
                derive_one(text, salt, &mut key)?;
                mac.set_key(&*key);
            }
            Self::Raw(bytes) => mac.set_key(bytes),
        }
        Some(())
    }
}

impl Keys {
    /// Creates an empty place for the keys of a seal.
    pub(super) fn none() -> Self {
        Self { encryption: Erasing::default(), has_encryption: false, mac: HmacSha256::without_key() }
    }

    /// Returns the key to encrypt with; `None` if there was no salt to derive it with.
    pub(super) fn encryption(&self) -> Option<&[u8; KEY_BYTES]> {
        self.has_encryption.then_some(&*self.encryption)
    }

    /// Returns the key to encrypt with, and the MAC.
    pub(super) fn both(&mut self) -> Option<(&[u8; KEY_BYTES], &mut HmacSha256)> {
        self.has_encryption.then_some((&*self.encryption, &mut self.mac))
    }

    /// Derives the key of the MAC with several rounds; `None` if there is no salt. Returns the key
    /// for [`stretch_encryption`](Self::stretch_encryption), which comes once the MAC was right.
    pub(super) fn stretch_mac(
        &mut self,
        integrity: &KeySource,
        salt: &str,
        rounds: u32,
    ) -> Option<Erasing<[u8; KEY_BYTES]>> {
        let mut key = Erasing::new([0; KEY_BYTES]);
        match integrity {
            KeySource::Text { .. } => {
                integrity.stretch(salt, rounds, &mut key)?;
                self.mac.set_key(&*key);
            }
            KeySource::Raw(bytes) => self.mac.set_key(bytes),
        }
        Some(key)
    }

    /// Derives the key to encrypt with, with several rounds, and keeps both keys for the next seal with
    /// the same salts.
    pub(super) fn stretch_encryption(
        &mut self,
        (encryption, enc_salt): (&KeySource, &str),
        (integrity, mac_salt, mac_key): (&KeySource, &str, &[u8; KEY_BYTES]),
        rounds: u32,
    ) {
        self.has_encryption = encryption.stretch(enc_salt, rounds, &mut self.encryption).is_some();
        if self.has_encryption {
            encryption.keep(enc_salt, &self.encryption);
        }
        integrity.keep(mac_salt, mac_key);
    }

    /// Derives the keys for the salts; `None` if the salt of the MAC is missing.
    pub(super) fn derive(
        &mut self,
        encryption: &KeySource,
        integrity: &KeySource,
        enc_salt: &str,
        mac_salt: &str,
    ) -> Option<()> {
        // All programs write salts of 64 hex digits, but any text is allowed.
        let blocks = (enc_salt.as_bytes().try_into(), mac_salt.as_bytes().try_into());
        if let (
            KeySource::Text { hmac: first, .. },
            KeySource::Text { hmac: second, .. },
            (Ok(enc_salt), Ok(mac_salt)),
        ) = (encryption, integrity, blocks)
        {
            let mut mac = Erasing::new([0; KEY_BYTES]);
            derive_two([first, second], [enc_salt, mac_salt], [&mut self.encryption, &mut mac]);
            self.mac.set_key(&*mac);
            self.has_encryption = true;
            return Some(());
        }
        integrity.key_mac(mac_salt, &mut self.mac)?;
        self.has_encryption = encryption.encryption_key(enc_salt, &mut self.encryption).is_some();
        Some(())
    }
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
                pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password.as_bytes(), salt.as_bytes(), 1, &mut key);
                key
            });
            let mut keys = Keys::none();
            keys.derive(&source, &source, enc_salt, mac_salt).unwrap();
            prop_assert_eq!(keys.encryption(), Some(&expected[0]));
            let mut mac = HmacSha256::without_key();
            mac.set_key(&expected[1]);
            prop_assert_eq!(keys.mac.authenticate(b"text"), mac.authenticate(b"text"));
        }
    }
}
