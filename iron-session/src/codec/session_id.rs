//! The id of a session.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
#[cfg(feature = "server-state")]
use base64::{
    alphabet::URL_SAFE,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};

use crate::limits::SESSION_ID_CHARS;

#[cfg(feature = "server-state")]
const ID: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(true));

/// Names one session, from the login to the logout. It stays the same in every cookie of the
/// session, and a new session gets a new one.
///
/// It is 22 characters of base64url. It is no secret: whoever knows it can't sign in with it.
///
/// # Example
///
/// ```
/// use iron_session::session::SessionId;
///
/// fn log_line(id: SessionId) -> String {
///     format!("session={id}")
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; SESSION_ID_CHARS]);

impl SessionId {
    /// The random bytes of an id.
    pub(crate) const BYTES: usize = 16;

    /// Makes an id of random bytes.
    pub(crate) fn from_random(bytes: [u8; Self::BYTES]) -> Self {
        let mut chars = [0; SESSION_ID_CHARS];
        // There is room for all characters, so encoding can't fail.
        let _written = URL_SAFE_NO_PAD.encode_slice(bytes, &mut chars);
        Self(chars)
    }

    /// Reads the JSON text of an id. `None` if it is anything else.
    pub(super) fn from_json(text: &str) -> Option<Self> {
        text.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
    }

    /// Returns the 128 bits of the id. The last character has four bits more, which are ignored.
    #[cfg(feature = "server-state")]
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // The characters are of base64url, and their number is right.
        let _ = ID.decode_slice(self.0, &mut bytes);
        bytes
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        // Base64url is UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for SessionId {
    type Err = ParseSessionIdError;

    fn from_str(text: &str) -> Result<Self, ParseSessionIdError> {
        let chars = text.as_bytes().try_into().map_err(|_| ParseSessionIdError)?;
        let is_base64url = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        Some(Self(chars)).filter(|Self(chars)| chars.iter().all(is_base64url)).ok_or(ParseSessionIdError)
    }
}

/// A text is no [`SessionId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a session id has 22 characters: letters, digits, `-` and `_`")]
pub struct ParseSessionIdError;

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionId").field(&self.as_str()).finish()
    }
}
