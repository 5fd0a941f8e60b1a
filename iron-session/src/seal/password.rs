//! One password: a secret text or raw keys, and its strength.

use std::fmt;

use zeroize::Zeroizing;

use super::base64;
use super::base64::encoded_len;
use super::hazmat::{HmacSha256, KEY_BYTES};
use super::key::{KeySource, Keys};
use super::pasted;
use super::size::SALT_CHARS;
use crate::error::{PasswordError, Reason};

/// The shortest password, in UTF-16 units: the minimum of hapi and iron-session.
pub const MIN_PASSWORD_CHARS: usize = 32;

/// Passwords in the documentation of iron-session (and next-iron-session, its former name),
/// hapi's iron, hapi's cookie plugin and h3.
const SAMPLES: &[&str] = &[
    "complex_password_at_least_32_characters_long",
    "2gyZ3GDw3LHZQKDhPmPDL3sjREVRXPr8",
    "some_not_random_password_that_is_at_least_32_characters",
    "password-should-be-32-characters",
    "80d42cfb-1cd2-462c-8f17-e3237d9027e9",
];

/// A random text of 32 characters has many more different characters than this.
const MIN_DIFFERENT_CHARS: usize = 8;

/// Holds a secret that seals and unseals: a text, or raw keys.
///
/// The strength of a text is checked when it is added to a [`Passwords`](crate::Passwords), so that the message
/// can name its id.
#[derive(Clone)]
pub struct Password {
    encryption: KeySource,
    integrity: KeySource,
    /// Whether a text that looks like a mistake is intended.
    is_verbatim: bool,
}

impl Password {
    /// Generates a password: 32 random bytes from the operating system, as 43 characters of
    /// base64url.
    ///
    /// Use it for tests, for a demo, or to make a password that you then store: every server
    /// needs the same one, and without it, nobody can read the sessions that it sealed.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Randomness`] if the system provides no random bytes.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::{Password, Passwords};
    ///
    /// let password = Password::generate()?;
    /// assert_eq!(password.expose_text().unwrap().len(), 43);
    /// let passwords = Passwords::new(password)?;
    /// # Ok::<(), iron_session::error::PasswordError>(())
    /// ```
    pub fn generate() -> Result<Self, PasswordError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut *bytes).map_err(PasswordError::randomness)?;
        let mut text = Zeroizing::new(String::with_capacity(encoded_len(KEY_BYTES)));
        base64::push(&mut text, &*bytes);
        Ok(Self::from_text(&text))
    }

    /// Creates a password from a text, as in iron-session.
    ///
    /// A set rejects a text that is probably a mistake: JSON, a text with quotes or white
    /// space around it, a variable that was not substituted, or a name and `=` before the
    /// password.
    pub fn from_text(text: &str) -> Self {
        Self::halves(KeySource::text(text))
    }

    /// Creates a password from a text without those checks, for sharing sessions with a
    /// program whose password looks like a mistake, for example because it ends with a
    /// newline.
    ///
    /// It must be as long and as hard to guess as any other.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::{Password, Passwords};
    ///
    /// let from_a_file = "mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX\n";
    /// assert!(Passwords::new(from_a_file).is_err());
    /// assert!(Passwords::new(Password::from_verbatim_text(from_a_file)).is_ok());
    /// ```
    pub fn from_verbatim_text(text: &str) -> Self {
        Self { is_verbatim: true, ..Self::from_text(text) }
    }

    /// Creates a password from a raw key of 32 random bytes. No key is derived, and no salt
    /// is written.
    ///
    /// hapi and iron-webcrypto allow this with a `Buffer`; iron-session's own functions
    /// don't.
    pub fn from_key(key: [u8; KEY_BYTES]) -> Self {
        Self::halves(KeySource::raw(&key))
    }

    /// Creates a password from one text to encrypt with and another to authenticate with,
    /// like hapi's `{ encryption, integrity }`.
    pub fn from_halves(encryption: &str, integrity: &str) -> Self {
        let (encryption, integrity) = (KeySource::text(encryption), KeySource::text(integrity));
        Self { encryption, integrity, is_verbatim: false }
    }

    /// Replaces the encryption key with a raw key of 32 bytes, as in hapi's
    /// `{ encryption, integrity }` with buffers.
    pub fn with_encryption_key(self, key: [u8; KEY_BYTES]) -> Self {
        Self { encryption: KeySource::raw(&key), ..self }
    }

    /// Replaces the authentication key with a raw key of 32 bytes or more.
    pub fn with_integrity_key(self, key: &[u8]) -> Self {
        Self { integrity: KeySource::raw(key), ..self }
    }

    /// Returns the text; `None` if there is a raw key, or one text to encrypt with and another
    /// to authenticate with.
    ///
    /// # Security
    ///
    /// Everybody who has it can read and forge the sessions. Write it only where passwords are
    /// kept.
    pub fn expose_text(&self) -> Option<&str> {
        match (&self.encryption, &self.integrity) {
            (KeySource::Text { text, .. }, KeySource::Text { text: other, .. }) if text == other => {
                Some(text)
            }
            _ => None,
        }
    }

    fn halves(half: KeySource) -> Self {
        Self { encryption: half.clone(), integrity: half, is_verbatim: false }
    }

    pub(super) fn for_purpose(&self, purpose: &str) -> Self {
        Self {
            encryption: self.encryption.for_purpose(purpose),
            integrity: self.integrity.for_purpose(purpose),
            is_verbatim: self.is_verbatim,
        }
    }

    /// Returns whether another password opens the same seals.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.encryption.is_same(&other.encryption) && self.integrity.is_same(&other.integrity)
    }

    /// Derives the keys of a seal; `None` if the salt of the MAC is missing.
    pub(super) fn derive(&self, enc_salt: &str, mac_salt: &str, keys: &mut Keys) -> Option<()> {
        keys.derive(&self.encryption, &self.integrity, enc_salt, mac_salt)
    }

    /// Derives the key of a seal's MAC with several rounds, and the one to encrypt with once `verify`
    /// has accepted the MAC. `None` if the MAC's salt is missing, or the MAC was wrong.
    pub(super) fn stretch(
        &self,
        enc_salt: &str,
        mac_salt: &str,
        rounds: u32,
        keys: &mut Keys,
        verify: impl FnOnce(&HmacSha256) -> bool,
    ) -> Option<()> {
        let mac_key = keys.stretch_mac(&self.integrity, mac_salt, rounds)?;
        if !verify(&keys.mac) {
            return None;
        }
        let integrity = (&self.integrity, mac_salt, &*mac_key);
        keys.stretch_encryption((&self.encryption, enc_salt), integrity, rounds);
        Some(())
    }

    /// Returns the salts to write.
    pub(super) fn written_salts<'a>(&self, enc_salt: &'a str, mac_salt: &'a str) -> (&'a str, &'a str) {
        (self.encryption.written_salt(enc_salt), self.integrity.written_salt(mac_salt))
    }

    /// Returns the length of the salts that raw keys omit.
    pub(super) fn unwritten_salt_chars(&self) -> usize {
        let halves = [&self.encryption, &self.integrity];
        halves.into_iter().filter(|half| matches!(half, KeySource::Raw(_))).count() * SALT_CHARS
    }

    pub(super) fn check(&self, id: &str, strength: Strength) -> Result<(), PasswordError> {
        if let KeySource::Raw(key) = &self.integrity
            && key.len() < KEY_BYTES
        {
            return Err(PasswordError::KeyTooShort { id: shown(id), found: key.len() });
        }
        for half in [&self.encryption, &self.integrity] {
            let KeySource::Text { text, .. } = half else { continue };
            if strength == Strength::Required && !self.is_verbatim {
                check_pasted(id, text)?;
            }
            check_text(id, text, strength)?;
        }
        Ok(())
    }
}

/// Shortens an id for an error message. A secret that was mistaken for an id must not appear
/// in a log.
pub(crate) fn shown(id: &str) -> String {
    const LONGEST: usize = 16;
    if id.len() <= LONGEST { id.escape_debug().to_string() } else { "(not shown)".to_owned() }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// Strong enough to seal.
    Required,
    /// Only for reading earlier seals. Its strength can't be changed any more.
    Waived,
}

/// Rejects a text that is probably not the password itself.
fn check_pasted(id: &str, text: &str) -> Result<(), PasswordError> {
    if let Some(what) = pasted::mistake(text) {
        return Err(PasswordError::Pasted { id: shown(id), what: Reason::new(what) });
    }
    if pasted::is_surrounded_by_space(text) {
        return Err(PasswordError::SurroundedBySpace { id: shown(id) });
    }
    Ok(())
}

fn check_text(id: &str, text: &str, strength: Strength) -> Result<(), PasswordError> {
    let found = text.encode_utf16().count();
    if found < MIN_PASSWORD_CHARS {
        return Err(PasswordError::TooShort { id: shown(id), found });
    }
    if strength == Strength::Waived {
        return Ok(());
    }
    if text.contains('\0') {
        return Err(PasswordError::ContainsNul { id: shown(id) });
    }
    let mut different = Vec::with_capacity(MIN_DIFFERENT_CHARS);
    for c in text.chars() {
        if different.len() < MIN_DIFFERENT_CHARS && !different.contains(&c) {
            different.push(c);
        }
    }
    if different.len() < MIN_DIFFERENT_CHARS {
        return Err(PasswordError::Repetitive { id: shown(id) });
    }
    if SAMPLES.contains(&text) {
        return Err(PasswordError::Guessable { id: shown(id) });
    }
    Ok(())
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self::from_text(text)
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self::from_text(&Zeroizing::new(text))
    }
}

impl From<[u8; KEY_BYTES]> for Password {
    fn from(key: [u8; KEY_BYTES]) -> Self {
        Self::from_key(key)
    }
}
