//! Seals values into tokens and unseals them.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;

use super::base64;
use super::hazmat::{self, AES_BLOCK};
use super::hex::hex_salt;
use super::key::Keys;
use super::passwords::{Entry, Passwords};
use super::randomness::Randomness;
use super::size::{SALT_BYTES, text_len, token_len};
use super::source::{Current, PasswordSource};
use super::token::{self, Token};
use super::tries;
use super::ttl::{CLOCK_SKEW, Ttl};
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::erase::{Erasing, erase_dead_stack};
use crate::error::{Reason, SealError, UnsealError};
use crate::limits::digits;
use crate::payload;
use crate::profile::Profile;
use crate::scratch::Scratch;

/// Only this algorithm of hapi makes ciphertexts of such a length.
const AES_128_CTR: UnsealError = UnsealError::Malformed(Reason::new(
    "its ciphertext has the length of `aes-128-ctr`, which is not supported; seal with hapi's default, `aes-256-cbc`",
));

const NO_AES_256_CBC: UnsealError = UnsealError::Malformed(Reason::new(
    "the ciphertext does not decrypt with `aes-256-cbc`; if it was sealed with hapi's `aes-128-ctr`, use the \
     default, `aes-256-cbc`, there",
));

const NO_SALT: UnsealError = UnsealError::Malformed(Reason::new("it has no salt to derive a key from"));

/// Seals values into tokens and unseals them.
///
/// Cloning is cheap.
#[derive(Clone, Debug)]
#[doc(alias = "sealData")]
#[doc(alias = "unsealData")]
#[must_use]
pub struct Sealer {
    passwords: PasswordSource,
    ttl: Ttl,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    profile: Profile,
    marker: &'static str,
}

/// The content of a token before its payload is read.
pub(crate) struct Opened {
    pub(crate) plaintext: Scratch,
    pub(crate) seal: SealFacts,
}

/// The facts about an authentic token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SealFacts {
    pub(crate) expires: Option<Timestamp>,
    /// Whether the password that seals now made it, and not an older one.
    pub(crate) by_sealing_password: bool,
}

impl Sealer {
    /// Creates a sealer whose seals are valid for 14 days. It takes [`Passwords`](crate::Passwords),
    /// or [`RotatingPasswords`](crate::RotatingPasswords), which can be replaced while the server
    /// runs.
    pub fn new(passwords: impl Into<PasswordSource>) -> Self {
        Self {
            passwords: passwords.into(),
            ttl: Ttl::default(),
            clock: Arc::new(SystemClock),
            randomness: Randomness::default(),
            profile: Profile::IronSession,
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

    /// Sets the library that its seals are shared with. Default: [`Profile::IronSession`].
    ///
    /// It seals a value as it is: the object that h3 puts around a session is part of the value.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::{Passwords, Profile, Sealer};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let sealer = Sealer::new(passwords).with_profile(Profile::Hapi);
    /// assert!(sealer.seal(&42)?.starts_with("Fe26.2**"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self.marker = if profile == Profile::IronSession { token::VERSION_MARKER } else { "" };
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
        self.passwords = self.passwords.for_purpose(purpose);
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

    pub(crate) fn passwords(&self) -> Current<'_> {
        self.passwords.current()
    }

    /// Checks that there is room for the id that seals, now and after its passwords were
    /// replaced. Returns the id's length if there is not.
    pub(crate) fn limit_id(&self, max_bytes: usize) -> Result<(), usize> {
        self.passwords.limit_id(max_bytes)
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
        let (token, by_sealing_password) = self.verify(seal, &mut keys)?;
        let key = keys.encryption().ok_or(NO_SALT)?;
        let mut plaintext = Scratch::zeroed(token.ciphertext_len());
        token.decode_ciphertext(&mut plaintext)?;
        if !plaintext.len().is_multiple_of(AES_BLOCK) {
            return Err(AES_128_CTR);
        }
        let len = hazmat::decrypt(key, token.decode_iv()?, &mut plaintext).ok_or(NO_AES_256_CBC)?;
        plaintext.truncate(len);
        Ok(Opened { plaintext, seal: SealFacts { expires: token.expires, by_sealing_password } })
    }

    /// Verifies a token before any of it is decrypted. Returns it if it is authentic and has
    /// not expired, and whether it was made as seals are made now: by the same password, with the same
    /// number of rounds.
    pub(super) fn verify<'a>(
        &self,
        seal: &'a str,
        keys: &mut Keys,
    ) -> Result<(Token<'a>, bool), UnsealError> {
        let token = Token::parse(seal)?;
        let passwords = self.passwords.current();
        // The MAC comes first, over the text as received. Until it is verified, nothing is
        // decrypted and no other error depends on text that an attacker chose.
        let is_as_sealed = if self.profile.names_passwords() {
            let entry = passwords.find(token.id).ok_or_else(|| unknown_id(&passwords, token.id))?;
            let mac = token.decode_mac()?;
            entry.password.derive(token.enc_salt, token.mac_salt, keys).ok_or(NO_SALT)?;
            let expected = keys.mac.authenticate(token.authenticated.as_bytes());
            if !bool::from(expected.ct_eq(&mac)) {
                return Err(other_purpose(&passwords, token.id).unwrap_or(UnsealError::Forged));
            }
            passwords.is_sealing(token.id)
        } else {
            self.knows(token.id)?;
            let mac = token.decode_mac()?;
            tries::open(self.profile, &passwords, &token, &mac, keys).ok_or(UnsealError::Forged)?
        };
        if let Some(expired_at) = token.expires
            && expired_at <= self.clock.now().saturating_sub(CLOCK_SKEW)
        {
            return Err(UnsealError::Expired { expired_at });
        }
        Ok((token, is_as_sealed))
    }

    /// Returns whether a token with this id could open.
    pub(crate) fn knows(&self, id: &str) -> Result<(), UnsealError> {
        if id.is_empty() && !self.profile.names_passwords() {
            return Ok(());
        }
        let passwords = self.passwords.current();
        passwords.find(id).map(drop).ok_or_else(|| unknown_id(&passwords, id))
    }

    /// Authenticates a text under each of the passwords, the one that seals first. The same text has the
    /// same MAC on every server that has the password.
    #[cfg(feature = "server-state")]
    pub(crate) fn authenticate(&self, text: &[u8]) -> Vec<[u8; 32]> {
        // The keys are this sealer's own, if it has a purpose, so they need no salt.
        const SALT: &str = "0000000000000000000000000000000000000000000000000000000000000000";
        let passwords = self.passwords.current();
        let sealing = passwords.sealing();
        let others = passwords.ring.iter().filter(|entry| sealing.is_none_or(|first| first.id != entry.id));
        let mut keys = Keys::none();
        let macs = sealing.into_iter().chain(others).filter_map(|entry| {
            entry.password.derive(SALT, SALT, &mut keys)?;
            Some(keys.mac.authenticate(text))
        });
        let macs = macs.collect();
        erase_dead_stack();
        macs
    }

    /// Fills a buffer with random bytes, from the source that seals use.
    pub(crate) fn fill_random(&self, bytes: &mut [u8]) -> Result<(), SealError> {
        self.randomness.fill(bytes)
    }

    /// Seals a plaintext.
    pub(crate) fn seal_bytes(&self, plaintext: &[u8], ttl: Ttl) -> Result<String, SealError> {
        let mut random = Erasing::new([0; 80]);
        self.randomness.fill(&mut *random)?;
        let (enc_salt, rest) = random.split_at(SALT_BYTES);
        let (mac_salt, iv) = rest.split_at(SALT_BYTES);
        let mut fixed_iv = [0; AES_BLOCK];
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
        let passwords = self.passwords.current();
        let entry = passwords.sealing().ok_or(SealError::NoSealingPassword)?;
        let mut keys = Keys::none();
        let password = &entry.password;
        match self.profile.rounds() {
            1 => password.derive(salts.enc_salt, salts.mac_salt, &mut keys),
            rounds => password.stretch(salts.enc_salt, salts.mac_salt, rounds, &mut keys, |_| true),
        }
        .ok_or(SealError::NoKeys)?;
        let id = if self.profile.names_passwords() { entry.id.as_written() } else { "" };
        let (enc_salt, mac_salt) = entry.password.written_salts(salts.enc_salt, salts.mac_salt);
        let expires = ttl.expires_at(self.clock.now());

        let mut seal = String::with_capacity(entry.token_len(plaintext.len(), expires));
        for part in [token::PREFIX, id, enc_salt] {
            seal.push_str(part);
            seal.push(char::from(token::SEPARATOR));
        }
        base64::push(&mut seal, &salts.iv);
        seal.push(char::from(token::SEPARATOR));
        let (key, mac) = keys.both().ok_or(SealError::NoKeys)?;
        let mac = hazmat::encrypt_and_sign(key, salts.iv, plaintext, &mut seal, mac, |seal| {
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

    /// The length of the longest text whose token has at most this length.
    pub(crate) fn text_room(&self, token_len_max: usize, ttl: Ttl) -> usize {
        let passwords = self.passwords.current();
        let Some(entry) = passwords.sealing() else { return 0 };
        let expires_len = expires_len(ttl.expires_at(self.clock.now()));
        let token_len_max = token_len_max + entry.password.unwritten_salt_chars();
        text_len(token_len_max, entry.id.as_written().len(), expires_len)
    }

    /// The length of the token that [`Sealer::seal_bytes`] creates from a plaintext.
    pub(crate) fn token_len(&self, text_len: usize, ttl: Ttl) -> Option<usize> {
        let passwords = self.passwords.current();
        let entry = passwords.sealing()?;
        Some(entry.token_len(text_len, ttl.expires_at(self.clock.now())))
    }
}

impl Entry {
    fn token_len(&self, text_len: usize, expires: Option<Timestamp>) -> usize {
        let len = token_len(self.id.as_written().len(), text_len, expires_len(expires));
        len - self.password.unwritten_salt_chars()
    }
}

fn expires_len(expires: Option<Timestamp>) -> usize {
    expires.map_or(0, |at| digits(at.as_unix_ms()))
}

/// The random parts of a seal.
pub(crate) struct Salts<'a> {
    pub(crate) enc_salt: &'a str,
    pub(crate) mac_salt: &'a str,
    pub(crate) iv: [u8; AES_BLOCK],
}

/// Returns why there is no password for a token's id.
fn unknown_id(passwords: &Passwords, id: &str) -> UnsealError {
    other_purpose(passwords, id).unwrap_or_else(|| UnsealError::UnknownPassword { id: printable(id) })
}

fn other_purpose(passwords: &Passwords, id: &str) -> Option<UnsealError> {
    let purpose = passwords.other_purpose(id)?;
    Some(UnsealError::OtherPurpose { id: printable(id), purpose: Reason::new(purpose) })
}

/// Shortens an attacker's text so that it may appear in a log line.
fn printable(id: &str) -> String {
    id.chars().take(32).flat_map(char::escape_debug).collect()
}
