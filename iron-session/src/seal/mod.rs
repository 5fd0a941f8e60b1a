//! The seal: a value, encrypted and authenticated as one line of text.
//!
//! [`Sealer`] writes and reads the `Fe26.2` format of `@hapi/iron` 7 with the parameters and
//! the `~2` marker of npm's iron-session 8 and 9. It needs neither cookies nor HTTP: use it
//! alone for links in mails, for one-time tokens, or for any data that passes through
//! untrusted hands.
//!
//! ```
//! use iron_session::{Passwords, Sealer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sealer = Sealer::new(Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?);
//! let seal = sealer.seal(&("reset-password", 42))?;
//! let (action, user): (String, u64) = sealer.unseal(&seal)?;
//! assert_eq!((action.as_str(), user), ("reset-password", 42));
//! # Ok(())
//! # }
//! ```
//!
//! # What is accepted
//!
//! The reference is the behaviour of iron-session 9.0.1 and 8.0.4, iron-webcrypto 2.0.0 and
//! `@hapi/iron` 7.0.1. A seal that all of them accept is accepted here, with the same value.
//! A seal that all of them reject is rejected. Where they differ, a seal is accepted only if
//! one of them *writes* such seals:
//!
//! | case | these libraries | here |
//! | --- | --- | --- |
//! | text after the first `~`, or no marker at all | hapi reads its own seals only without a marker; iron-session 8 returns `{}` without one, and `data.persistent` for `~1` | cut off and never read: the MAC does not cover it |
//! | MAC with padding, white space, `+` and `/`, or set unused bits | only iron-session 9 accepts | rejected: none of them writes it |
//! | iv or ciphertext with padding | hapi rejects | rejected: none of them writes it |
//! | iv or ciphertext with white space or `+` and `/` | only iron-session 9 on Node 20 accepts | rejected: none of them writes it |
//! | iv or ciphertext with set unused bits in the last character | all accept | accepted: the MAC covers the spelling |
//! | expiry with leading zeros | iron-session 9 rejects | rejected: none of them writes it |
//! | expiry with any number of digits | all accept | accepted, saturating |
//! | an unknown id, if one password is given as a string | hapi ignores the id | rejected: ids are compared as text, among the ids that exist |
//! | any id, if a single raw key is given | all ignore the id | the same: [`Passwords::from_raw_key`] |
//! | a token without an id | looked up as `default` | the same |
//! | a raw integrity key longer than 32 bytes | iron-session 9 rejects | accepted: hapi writes it |
//! | no salt with a text password | all reject | rejected |
//! | a MAC salt with a raw key | all accept any text | accepted: the key does not depend on it |
//! | a `__proto__` member | hapi rejects | accepted: iron-session writes it, and in Rust it is a name like any other |
//! | a byte order mark before the JSON | hapi rejects | skipped |
//! | an empty plaintext | iron-session 8 reads `{}` | rejected: none of them writes it |
//! | the plaintext `null` | iron-session reads `{}`, hapi `null` | `null`; a session reads it as empty |
//! | bytes that are not UTF-8 | all read U+FFFD | the same |
//! | a lone surrogate escape (`"\ud83d"`) | all accept | read as U+FFFD |
//! | nested deeper than 128 levels | all accept | rejected, so that the stack is bounded |
//! | a number that no `f64` holds (`1e400`) | all read `Infinity` | rejected, so that no value changes silently |
//! | expired, but also forged or under an unknown id | `expired` | the id is checked first, then the MAC: only an authentic seal is reported as expired |

mod base64;
mod block;
#[cfg(feature = "inspect")]
mod diagnosis;
mod environment;
mod key;
mod parts;
mod password;
mod pasted;
mod randomness;
mod token;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;

#[cfg(feature = "inspect")]
pub use diagnosis::Diagnosis;
pub use parts::Parts;
pub use password::{MIN_PASSWORD_CHARS, Password, PasswordId, Passwords, PasswordsBuilder};
pub use randomness::Randomness;

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::erase::{Erasing, erase_dead_stack};
use crate::error::{SealError, UnsealError};
use crate::limits::digits;
use crate::payload;
use crate::scratch::Scratch;
use key::Keys;
use password::Entry;
pub(crate) use token::Token;

/// How long an expired seal is still accepted, because clocks differ: hapi's
/// `timestampSkewSec`.
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// How long a seal is valid by default: iron-session's 14 days.
pub const DEFAULT_TTL: Duration = Duration::from_secs(14 * 24 * 60 * 60);

const NO_SALT: UnsealError = UnsealError::Malformed("it has no salt to derive a key from");

/// Sets how long a seal is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "ttl")]
pub enum Ttl {
    /// For this duration, counted in milliseconds. The minimum is one.
    After(Duration),
    /// Without an expiry: iron-session's `ttl: 0`.
    ///
    /// # Security
    ///
    /// Such a seal can only be revoked by removing its password.
    Unlimited,
}

impl Ttl {
    /// Returns when a seal made at `now` expires; `None` if it never does.
    pub fn expires_at(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::After(duration) => Some(now.saturating_add(duration)),
            Self::Unlimited => None,
        }
    }
}

impl Default for Ttl {
    /// 14 days, as in iron-session.
    fn default() -> Self {
        Self::After(DEFAULT_TTL)
    }
}

impl From<Duration> for Ttl {
    fn from(duration: Duration) -> Self {
        Self::After(duration)
    }
}

/// Seals values into tokens and unseals them.
///
/// Cloning is cheap.
#[derive(Clone, Debug)]
#[doc(alias = "sealData")]
#[doc(alias = "unsealData")]
#[must_use]
pub struct Sealer {
    passwords: Passwords,
    ttl: Ttl,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    marker: &'static str,
}

/// The content of a token before its payload is read.
pub(crate) struct Opened {
    pub(crate) plaintext: Scratch,
    pub(crate) expires: Option<Timestamp>,
}

impl Sealer {
    /// Creates a sealer whose seals are valid for 14 days.
    pub fn new(passwords: Passwords) -> Self {
        Self {
            passwords,
            ttl: Ttl::default(),
            clock: Arc::new(SystemClock),
            randomness: Randomness::default(),
            marker: token::VERSION_MARKER,
        }
    }

    /// Sets how long its seals are valid. Default: 14 days, as in iron-session.
    pub fn with_ttl(mut self, ttl: impl Into<Ttl>) -> Self {
        self.ttl = ttl.into();
        self
    }

    /// Sets the clock. Default: the system's.
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the source of the random bytes for its seals. Default: [`Randomness::System`].
    pub fn with_randomness(mut self, randomness: Randomness) -> Self {
        self.randomness = randomness;
        self
    }

    /// Omits iron-session's `~2`, for readers that take it for part of the MAC: hapi,
    /// iron-webcrypto itself, h3 and Nuxt. iron-session 8 reads such a seal as `{}`.
    pub fn without_marker(mut self) -> Self {
        self.marker = "";
        self
    }

    pub(crate) fn with_shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Binds its seals to a purpose: a seal made for one purpose does not open for another,
    /// even if both share the password.
    ///
    /// The format authenticates neither a cookie's name nor a use. With a purpose, a sealer
    /// uses a password derived from the configured one (HMAC-SHA256 of the purpose, as hex
    /// text) and the id `{id}_{purpose}`. JavaScript programs can't open such a seal unless
    /// they derive the same password.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::{Passwords, Sealer};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sealer = Sealer::new(Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?);
    /// let invitation = sealer.clone().with_purpose("invitation").seal(&42)?;
    /// assert!(sealer.with_purpose("reset").unseal::<u32>(&invitation).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_purpose(mut self, purpose: &str) -> Self {
        // An id holds only letters, digits and underscores. The purpose's name in it need not
        // be unique, because the password is derived from the purpose itself.
        let name = if purpose.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            purpose.to_owned()
        } else {
            hex(purpose.as_bytes())
        };
        self.passwords = self.passwords.for_purpose(purpose, &name);
        self
    }

    /// Seals a value: encodes it as JSON, encrypts and authenticates it.
    ///
    /// # Errors
    ///
    /// - [`SealError::Payload`] if the value can't be written as JSON, is nested deeper than
    ///   128 levels, or holds a NaN or an infinity. JSON has no number for those, and the
    ///   `null` in their place would be read as `None`, or not at all.
    /// - [`SealError::NoSealingPassword`] if no password may seal.
    /// - [`SealError::Randomness`] if the system provides no random bytes.
    pub fn seal<T: Serialize + ?Sized>(&self, value: &T) -> Result<String, SealError> {
        let text = payload::encode_value(value)?;
        self.seal_bytes(&text, self.ttl)
    }

    /// Unseals a value.
    ///
    /// # Errors
    ///
    /// [`UnsealError`], whose variant is the reason. If a member occurs several times in the
    /// payload, the last one wins.
    pub fn unseal<T: DeserializeOwned>(&self, seal: &str) -> Result<T, UnsealError> {
        payload::decode_value(&self.open(seal)?.plaintext)
    }

    pub(crate) fn ttl(&self) -> Ttl {
        self.ttl
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Opens a token and returns its plaintext.
    pub(crate) fn open(&self, seal: &str) -> Result<Opened, UnsealError> {
        let opened = self.open_with_keys(seal);
        erase_dead_stack();
        opened
    }

    #[inline(never)]
    fn open_with_keys(&self, seal: &str) -> Result<Opened, UnsealError> {
        let mut keys = Keys::none();
        let token = self.verify(seal, &mut keys)?;
        let key = keys.encryption().ok_or(NO_SALT)?;
        let mut plaintext = Scratch::zeroed(token.ciphertext_len());
        token.decode_ciphertext(&mut plaintext)?;
        let len = block::decrypt(key, token.decode_iv()?, &mut plaintext)
            .ok_or(UnsealError::Malformed("the ciphertext does not decrypt"))?;
        plaintext.truncate(len);
        Ok(Opened { plaintext, expires: token.expires })
    }

    /// Verifies a token before any of it is decrypted. Returns it if it is authentic and has
    /// not expired.
    fn verify<'a>(&self, seal: &'a str, keys: &mut Keys) -> Result<Token<'a>, UnsealError> {
        let token = Token::parse(seal)?;
        let entry = self.passwords.find(token.id).ok_or_else(|| self.unknown_id(token.id))?;

        // The MAC comes first, over the text as received. Until it is verified, nothing is
        // decrypted and no other error depends on text that an attacker chose.
        let mac = token.decode_mac()?;
        entry.password.derive(token.enc_salt, token.mac_salt, keys).ok_or(NO_SALT)?;
        let expected = keys.mac.authenticate(token.authenticated.as_bytes());
        if !bool::from(expected.ct_eq(&mac)) {
            return Err(self.other_purpose(token.id).unwrap_or(UnsealError::Forged));
        }
        if let Some(expired_at) = token.expires
            && expired_at <= self.clock.now().saturating_sub(CLOCK_SKEW)
        {
            return Err(UnsealError::Expired { expired_at });
        }
        Ok(token)
    }

    /// Returns why there is no password for a token's id.
    fn unknown_id(&self, id: &str) -> UnsealError {
        self.other_purpose(id).unwrap_or_else(|| UnsealError::UnknownPassword { id: printable(id) })
    }

    /// Returns whether a token with this id could open.
    pub(crate) fn knows(&self, id: &str) -> Result<(), UnsealError> {
        self.passwords.find(id).map(drop).ok_or_else(|| self.unknown_id(id))
    }

    fn other_purpose(&self, id: &str) -> Option<UnsealError> {
        let purpose = self.passwords.other_purpose(id)?;
        Some(UnsealError::OtherPurpose { id: printable(id), purpose })
    }

    /// Seals a plaintext.
    pub(crate) fn seal_bytes(&self, plaintext: &[u8], ttl: Ttl) -> Result<String, SealError> {
        let mut random = Erasing::new([0; 80]);
        self.randomness.fill(&mut *random)?;
        let (enc_salt, rest) = random.split_at(SALT_BYTES);
        let (mac_salt, iv) = rest.split_at(SALT_BYTES);
        let mut fixed_iv = [0; block::AES_BLOCK];
        fixed_iv.copy_from_slice(iv);
        let (enc_salt, mac_salt) = (hex_salt(enc_salt), hex_salt(mac_salt));
        // Hex digits are UTF-8.
        let text_of = |salt| std::str::from_utf8(salt).unwrap_or_default();
        let salts = Salts { enc_salt: text_of(&enc_salt), mac_salt: text_of(&mac_salt), iv: fixed_iv };
        self.seal_bytes_with(plaintext, ttl, &salts)
    }

    /// Seals with given salts and iv, which must never have been used before.
    pub(crate) fn seal_bytes_with(
        &self,
        plaintext: &[u8],
        ttl: Ttl,
        salts: &Salts<'_>,
    ) -> Result<String, SealError> {
        let seal = self.seal_with_keys(plaintext, ttl, salts);
        erase_dead_stack();
        seal
    }

    #[inline(never)]
    fn seal_with_keys(&self, plaintext: &[u8], ttl: Ttl, salts: &Salts<'_>) -> Result<String, SealError> {
        let entry = self.passwords.sealing().ok_or(SealError::NoSealingPassword)?;
        let mut keys = Keys::none();
        entry.password.derive(salts.enc_salt, salts.mac_salt, &mut keys).ok_or(SealError::NoKeys)?;
        let (enc_salt, mac_salt) = entry.password.written_salts(salts.enc_salt, salts.mac_salt);
        let expires = ttl.expires_at(self.clock.now());

        let mut seal = String::with_capacity(entry.token_len(plaintext.len(), expires));
        for part in [token::PREFIX, entry.id.as_written(), enc_salt] {
            seal.push_str(part);
            seal.push(char::from(token::SEPARATOR));
        }
        base64::push(&mut seal, &salts.iv);
        seal.push(char::from(token::SEPARATOR));
        let (key, mac) = keys.both().ok_or(SealError::NoKeys)?;
        let mac = block::encrypt_and_sign(key, salts.iv, plaintext, &mut seal, mac, |seal| {
            seal.push(char::from(token::SEPARATOR));
            if let Some(expires) = expires {
                seal.push_str(itoa::Buffer::new().format(expires.as_unix_ms()));
            }
        });
        seal.push(char::from(token::SEPARATOR));
        seal.push_str(mac_salt);
        seal.push(char::from(token::SEPARATOR));
        base64::push(&mut seal, &mac);
        seal.push_str(self.marker);
        Ok(seal)
    }

    /// The length of the token that [`Sealer::seal_bytes`] creates from a plaintext.
    pub(crate) fn token_len(&self, text_len: usize, ttl: Ttl) -> Option<usize> {
        let entry = self.passwords.sealing()?;
        Some(entry.token_len(text_len, ttl.expires_at(self.clock.now())))
    }
}

impl Entry {
    fn token_len(&self, text_len: usize, expires: Option<Timestamp>) -> usize {
        let expires_len = expires.map_or(0, |at| digits(at.as_unix_ms()));
        token_len(self.id.as_written().len(), text_len, expires_len) - self.password.unwritten_salt_chars()
    }
}

/// The random parts of a seal.
pub(crate) struct Salts<'a> {
    pub(crate) enc_salt: &'a str,
    pub(crate) mac_salt: &'a str,
    pub(crate) iv: [u8; block::AES_BLOCK],
}

const SALT_BYTES: usize = 32;

/// The hex digits of a salt.
const SALT_CHARS: usize = 2 * SALT_BYTES;

/// The length of a token whose keys are derived from a text. A token with raw keys has no
/// salts and is shorter.
pub(crate) const fn token_len(id_len: usize, text_len: usize, expires_len: usize) -> usize {
    const SEPARATORS: usize = 7;
    token::PREFIX.len()
        + id_len
        + 2 * SALT_CHARS
        + base64_len(block::AES_BLOCK)
        + base64_len(ciphertext_len(text_len))
        + expires_len
        + base64_len(block::HmacSha256::BYTES)
        + SEPARATORS
        + token::VERSION_MARKER.len()
}

/// The length of the longest text whose token has at most this length.
pub(crate) const fn text_len(token_len_max: usize, id_len: usize, expires_len: usize) -> usize {
    let fixed = token_len(id_len, 0, expires_len) - base64_len(ciphertext_len(0));
    let ciphertext = token_len_max.saturating_sub(fixed) * 3 / 4;
    // Padding takes at least one byte.
    (ciphertext / 16 * 16).saturating_sub(1)
}

/// The length of the ciphertext of a text: padding adds 1 to 16 bytes.
const fn ciphertext_len(text_len: usize) -> usize {
    (text_len / block::AES_BLOCK + 1).saturating_mul(block::AES_BLOCK)
}

/// The length of base64 without padding.
const fn base64_len(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

/// The lower-case hex digits of a salt.
fn hex_salt(salt: &[u8]) -> [u8; SALT_CHARS] {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    let mut digits = [0; SALT_CHARS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(salt) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
    }
    digits
}

/// Lower-case hex digits.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a `String` does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Shortens an attacker's text so that it may appear in a log line.
fn printable(id: &str) -> String {
    id.chars().take(32).flat_map(char::escape_debug).collect()
}
