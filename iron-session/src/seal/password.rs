//! Passwords, their ids, and the set of passwords that allows rotation.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::key::{KEY_BYTES, KeySource, Keys};
use super::pasted;
use crate::error::PasswordError;

/// The shortest password, in UTF-16 units: the minimum of hapi and iron-session.
pub const MIN_PASSWORD_CHARS: usize = 32;

/// The id that iron-session gives to a single password.
pub(super) const FIRST_ID: &str = "1";

/// The id under which a token without an id is looked up. hapi, h3 and Nuxt write such tokens
/// if they are given a single string.
pub(super) const DEFAULT_ID: &str = "default";

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
/// The strength of a text is checked when it is added to a [`Passwords`], so that the message
/// can name its id.
#[derive(Clone)]
pub struct Password {
    encryption: KeySource,
    integrity: KeySource,
    /// Whether a text that looks like a mistake is intended.
    is_verbatim: bool,
}

impl Password {
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

    fn halves(half: KeySource) -> Self {
        Self { encryption: half.clone(), integrity: half, is_verbatim: false }
    }

    fn for_purpose(&self, purpose: &str) -> Self {
        Self {
            encryption: self.encryption.for_purpose(purpose),
            integrity: self.integrity.for_purpose(purpose),
            is_verbatim: self.is_verbatim,
        }
    }

    /// Derives the keys of a seal; `None` if the salt of the MAC is missing.
    pub(super) fn derive(&self, enc_salt: &str, mac_salt: &str, keys: &mut Keys) -> Option<()> {
        keys.derive(&self.encryption, &self.integrity, enc_salt, mac_salt)
    }

    /// Returns the salts to write.
    pub(super) fn written_salts<'a>(&self, enc_salt: &'a str, mac_salt: &'a str) -> (&'a str, &'a str) {
        (self.encryption.written_salt(enc_salt), self.integrity.written_salt(mac_salt))
    }

    /// Returns the length of the salts that raw keys omit.
    pub(super) fn unwritten_salt_chars(&self) -> usize {
        let halves = [&self.encryption, &self.integrity];
        halves.into_iter().filter(|half| matches!(half, KeySource::Raw(_))).count() * super::SALT_CHARS
    }

    fn check(&self, id: &str, strength: Strength) -> Result<(), PasswordError> {
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
pub(super) fn shown(id: &str) -> String {
    const LONGEST: usize = 16;
    if id.len() <= LONGEST { id.escape_debug().to_string() } else { "(not shown)".to_owned() }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// Strong enough to seal.
    Required,
    /// Only for reading earlier seals. Its strength can't be changed any more.
    Waived,
}

/// Rejects a text that is probably not the password itself.
fn check_pasted(id: &str, text: &str) -> Result<(), PasswordError> {
    if let Some(what) = pasted::mistake(text) {
        return Err(PasswordError::Pasted { id: shown(id), what });
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

/// Holds the public name of a password, as it appears in a token.
///
/// Ids are compared as text: `"01"` and `" 1"` differ from `"1"`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PasswordId(String);

impl PasswordId {
    fn new(id: String) -> Result<Self, PasswordError> {
        if id.is_empty() || id.contains(['*', '~']) {
            return Err(PasswordError::InvalidId { id: shown(&id) });
        }
        Ok(Self(id))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id as it is written in a token: `default` is written as an empty id.
    pub(super) fn as_written(&self) -> &str {
        if self.0 == DEFAULT_ID { "" } else { &self.0 }
    }

    /// hapi writes only such ids.
    fn is_writable(&self) -> bool {
        self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    }

    /// A sort key for "numerically highest"; `None` for an id that is not a number.
    fn number(&self) -> Option<(usize, &str)> {
        let canonical = self.0 == "0" || !self.0.starts_with('0');
        let digits = self.0.bytes().all(|b| b.is_ascii_digit());
        (canonical && digits).then_some((self.0.len(), self.0.as_str()))
    }
}

impl fmt::Display for PasswordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) id: PasswordId,
    pub(super) password: Password,
}

/// Holds the passwords of an application: one, or several during a rotation.
///
/// All of them unseal; the one with the numerically highest id seals. To rotate while servers
/// are replaced one by one:
///
/// 1. Add the new password under a higher id, and let the old one continue to seal
///    ([`seal_with`](PasswordsBuilder::seal_with)), so that every server can read the sessions
///    of all others.
/// 2. Let the new one seal.
/// 3. Remove the old one when the last session that it sealed has expired.
///
/// Cloning is cheap.
///
/// # Example
///
/// ```
/// use iron_session::Passwords;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let passwords = Passwords::builder()
///     .password("1", "mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")
///     .password("2", "wTnSEkfCyLXmFBdRvJ9MQ8aHzN5GoVYu")
///     .build()?;
/// assert_eq!(passwords.sealing_id().unwrap().as_str(), "2");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Passwords {
    /// Sorted by id, so that a lookup stays fast with many passwords.
    ring: Arc<[Entry]>,
    /// The index of the password that seals.
    sealing: Option<usize>,
    /// Whether the only password opens a token regardless of its id.
    ignores_ids: bool,
    /// The suffix of the ids after the configured part: `_` and the name of the purpose.
    purpose: String,
}

impl Passwords {
    /// Creates a set of one password, under the id `1`, as in iron-session.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if it is too short, contains a NUL, is guessable, or is probably a
    /// mistake: JSON (use [`Passwords::parse`]), a text with quotes or white space around it,
    /// or a variable that was not substituted. [`Password::from_verbatim_text`] accepts such
    /// a text.
    pub fn new(password: impl Into<Password>) -> Result<Self, PasswordError> {
        Self::builder().password(FIRST_ID, password).build()
    }

    /// Creates a set of one raw key of 32 random bytes without an id, as hapi and
    /// iron-session do for a single `Buffer`. Tokens are written without an id, and read
    /// whatever id they have.
    pub fn from_raw_key(key: [u8; KEY_BYTES]) -> Self {
        let id = PasswordId(DEFAULT_ID.to_owned());
        let entry = Entry { id, password: Password::from_key(key) };
        Self { ring: Arc::new([entry]), sealing: Some(0), ignores_ids: true, purpose: String::new() }
    }

    /// Creates a builder for a set of several passwords.
    pub fn builder() -> PasswordsBuilder {
        PasswordsBuilder::default()
    }

    /// Reads the passwords from an environment variable: one secret, a JSON map
    /// `{"1":"…","2":"…"}`, or the array form `[{"id":2,"password":"…"},…]`.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if the variable is not set, its JSON is not one of those forms, or
    /// [`Passwords::new`] would reject a password.
    pub fn from_env(variable: &str) -> Result<Self, PasswordError> {
        super::environment::read(variable)
    }

    /// Reads the same forms from a text that comes from another source, such as a file or a
    /// secret store.
    ///
    /// # Errors
    ///
    /// The errors of [`Passwords::from_env`], except the one for a missing variable.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        super::environment::build(text)
    }

    /// Reads the same forms for passwords that only unseal and whose strength no longer
    /// matters, as with [`PasswordsBuilder::retired`]. Use it to inspect the seals of another
    /// program.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if the text is not one of those forms, or a password has fewer than
    /// 32 characters, because no program ever sealed with such a password.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::Passwords;
    ///
    /// let sample = "complex_password_at_least_32_characters_long";
    /// assert!(Passwords::parse(sample).is_err());
    /// assert!(Passwords::parse_retired(sample).unwrap().sealing_id().is_none());
    /// ```
    #[cfg(feature = "inspect")]
    pub fn parse_retired(text: &str) -> Result<Self, PasswordError> {
        super::environment::build_retired(text)
    }

    /// Returns the id of the password that seals, if any may.
    pub fn sealing_id(&self) -> Option<&PasswordId> {
        self.sealing().map(|entry| &entry.id)
    }

    /// Returns the ids of all passwords, sorted as text.
    pub fn ids(&self) -> impl Iterator<Item = &PasswordId> {
        self.ring.iter().map(|entry| &entry.id)
    }

    pub(super) fn sealing(&self) -> Option<&Entry> {
        self.sealing.and_then(|index| self.ring.get(index))
    }

    /// Finds a password by the id in a token.
    pub(super) fn find(&self, id: &str) -> Option<&Entry> {
        if self.ignores_ids {
            return self.ring.first();
        }
        let id = if id.is_empty() { DEFAULT_ID } else { id };
        let index = self.ring.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
        self.ring.get(index)
    }

    /// Returns how the purpose in an id differs from that of this set; `None` if it doesn't
    /// differ, or if the id belongs to no password of this set.
    pub(super) fn other_purpose(&self, id: &str) -> Option<&'static str> {
        let id = if id.is_empty() { DEFAULT_ID } else { id };
        if self.ring.iter().any(|entry| entry.id.as_str() == id) {
            return None;
        }
        let configured = self.ring.iter().filter_map(|entry| entry.id.as_str().strip_suffix(&self.purpose));
        let mut purposes = configured.filter_map(|configured| id.strip_prefix(configured));
        purposes.find_map(|purpose| match (purpose, self.purpose.as_str()) {
            ("", _) => Some("no purpose, but the reader has one"),
            (named, _) if !named.starts_with('_') => None,
            (_, "") => Some("a purpose, but the reader has none"),
            _ => Some("a different purpose than the reader's"),
        })
    }

    /// Derives the set for a purpose: ids get the suffix `_{name}`.
    pub(super) fn for_purpose(&self, purpose: &str, name: &str) -> Self {
        let sealing = self.sealing().map(|entry| entry.id.clone());
        let mut ring: Vec<_> = self
            .ring
            .iter()
            .map(|entry| {
                let id = PasswordId(format!("{}_{name}", entry.id));
                let seals = sealing.as_ref() == Some(&entry.id);
                (Entry { id, password: entry.password.for_purpose(purpose) }, seals)
            })
            .collect();
        // The suffix can change the order: "1" < "10", but "10_x" < "1_x".
        ring.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let sealing = ring.iter().position(|(_, seals)| *seals);
        let ring = ring.into_iter().map(|(entry, _)| entry).collect();
        Self { ring, sealing, ignores_ids: self.ignores_ids, purpose: format!("{}_{name}", self.purpose) }
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.ids()).finish()
    }
}

/// Collects the passwords of a rotation; see [`Passwords::builder`].
#[derive(Default)]
#[must_use]
pub struct PasswordsBuilder {
    entries: Vec<(String, Password, Strength)>,
    seal_with: Option<String>,
}

impl PasswordsBuilder {
    /// Adds a password.
    pub fn password(mut self, id: impl Into<String>, password: impl Into<Password>) -> Self {
        self.entries.push((id.into(), password.into(), Strength::Required));
        self
    }

    /// Adds a password that only unseals, and whose strength no longer matters. Use it to
    /// replace a password that should never have been used, without logging anyone out.
    ///
    /// Only its length is checked, because iron-session never sealed with a shorter one.
    pub fn retired(mut self, id: impl Into<String>, password: impl Into<Password>) -> Self {
        self.entries.push((id.into(), password.into(), Strength::Waived));
        self
    }

    /// Sets the password that seals. Default: the numerically highest id that is not retired.
    /// A password whose id is not a number (`default`, …) seals only if it is set here.
    pub fn seal_with(mut self, id: impl Into<String>) -> Self {
        self.seal_with = Some(id.into());
        self
    }

    /// Checks the passwords and builds the set.
    ///
    /// # Errors
    ///
    /// The first [`PasswordError`], in the order in which the passwords were added.
    pub fn build(self) -> Result<Passwords, PasswordError> {
        let mut ring = Vec::with_capacity(self.entries.len());
        for (id, password, strength) in self.entries {
            let id = PasswordId::new(id)?;
            password.check(id.as_str(), strength)?;
            ring.push((Entry { id, password }, strength));
        }
        if ring.is_empty() {
            return Err(PasswordError::Empty);
        }
        ring.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        if let Some(pair) = ring.windows(2).find(|pair| matches!(pair, [(a, _), (b, _)] if a.id == b.id))
            && let Some((entry, _)) = pair.first()
        {
            return Err(PasswordError::DuplicateId { id: shown(entry.id.as_str()) });
        }

        let may_seal =
            |(entry, strength): &(Entry, Strength)| *strength == Strength::Required && entry.id.is_writable();
        let sealing = match self.seal_with {
            Some(id) => {
                let chosen = ring.iter().position(|slot| slot.0.id.as_str() == id && may_seal(slot));
                Some(chosen.ok_or_else(|| PasswordError::CannotSeal { id: shown(&id) })?)
            }
            None => ring
                .iter()
                .enumerate()
                .filter(|(_, slot)| may_seal(slot))
                .filter_map(|(index, (entry, _))| Some((entry.id.number()?, index)))
                .max()
                .map(|(_, index)| index),
        };
        let ring = ring.into_iter().map(|(entry, _)| entry).collect();
        Ok(Passwords { ring, sealing, ignores_ids: false, purpose: String::new() })
    }
}

impl fmt::Debug for PasswordsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.entries.iter().map(|(id, ..)| id)).finish()
    }
}
