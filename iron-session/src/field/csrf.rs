//! A token against cross-site request forgery.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::error::SealError;
use crate::schema::max_size::MaxSize;
use crate::schema::secret::{HoldsSecret, Secrets};

const TOKEN_BYTES: usize = 32;

/// The token's length: 32 bytes as base64url.
const TOKEN_CHARS: usize = (TOKEN_BYTES * 4).div_ceil(3);

/// A pad, and the token's characters under this pad. Not the token's bytes: then the secret would
/// be decoded, in a time that depends on it.
const MASKED_BYTES: usize = 2 * TOKEN_CHARS;

/// The length of a masked token: its bytes as base64url.
const MASKED_CHARS: usize = (MASKED_BYTES * 4).div_ceil(3);

/// Stores a token that a form sends back to prove that this site served it.
///
/// It is empty until a form first asks for it, so that a visitor who sees no form gets no
/// cookie. An empty token verifies nothing, and is left out of the payload.
///
/// # Example
///
/// ```
/// use iron_session::CsrfToken;
///
/// let mut csrf = CsrfToken::default();
/// assert!(!csrf.verify(""));
///
/// let token = csrf.masked()?;
/// assert!(csrf.verify(&token));
///
/// csrf.rotate()?;
/// assert!(!csrf.verify(&token));
/// # Ok::<(), iron_session::error::SealError>(())
/// ```
///
/// # Security
///
/// The recommended protection is the [`CrossOriginGuard`](crate::guard::CrossOriginGuard), which
/// needs no token. A token also protects in browsers from before 2020, and ties a form to the
/// session that it was made for. Rotate it at login.
///
/// If responses are compressed, use [`masked`](CsrfToken::masked). The length of a compressed
/// page can reveal a text that is the same in each response (BREACH).
#[derive(Clone, Default)]
pub struct CsrfToken(Zeroizing<String>);

impl CsrfToken {
    /// The name of the form field in which [`CsrfVerified`](crate::guard::CsrfVerified) looks for
    /// the token.
    pub const FIELD: &str = "csrf_token";

    /// The name of the request header in which [`CsrfVerified`](crate::guard::CsrfVerified) looks
    /// for the token.
    pub const HEADER: &str = "X-CSRF-Token";

    /// Returns the token in a form that differs each time, and creates it if there is none.
    ///
    /// It has 115 characters of the URL-safe base64 alphabet, which need no escaping in HTML.
    ///
    /// # Errors
    ///
    /// [`SealError::Randomness`] if the system provides no random bytes.
    pub fn masked(&mut self) -> Result<String, SealError> {
        let token = self.issue()?.as_bytes();
        let mut bytes = [0; MASKED_BYTES];
        let (pad, hidden) = bytes.split_at_mut(TOKEN_CHARS);
        getrandom::fill(pad).map_err(SealError::randomness)?;
        for (hidden, (pad, token)) in hidden.iter_mut().zip(pad.iter().zip(token)) {
            *hidden = pad ^ token;
        }
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Returns the token itself, and creates it if there is none.
    ///
    /// It has 43 characters of the URL-safe base64 alphabet. For forms, prefer
    /// [`masked`](Self::masked).
    ///
    /// # Errors
    ///
    /// [`SealError::Randomness`] if the system provides no random bytes.
    pub fn issue(&mut self) -> Result<&str, SealError> {
        if self.is_empty() {
            self.rotate()?;
        }
        Ok(&self.0)
    }

    /// Creates a new token. Forms with the old one are rejected from now on.
    ///
    /// # Errors
    ///
    /// [`SealError::Randomness`] if the system provides no random bytes. The old token is
    /// then kept.
    pub fn rotate(&mut self) -> Result<(), SealError> {
        let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
        getrandom::fill(&mut *bytes).map_err(SealError::randomness)?;
        self.0 = Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes));
        Ok(())
    }

    /// Compares the token from a request, masked or not, with this one, in constant time.
    #[must_use]
    pub fn verify(&self, token: &str) -> bool {
        let unmasked = unmask(token);
        let token = unmasked.as_ref().map_or(token.as_bytes(), |unmasked| &**unmasked);
        !self.is_empty() && bool::from(self.0.as_bytes().ct_eq(token))
    }

    /// Returns whether no token was issued yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Returns the token in a masked one; `None` for any other text.
fn unmask(masked: &str) -> Option<Zeroizing<[u8; TOKEN_CHARS]>> {
    if masked.len() != MASKED_CHARS {
        return None;
    }
    let mut bytes = Zeroizing::new([0; MASKED_BYTES]);
    URL_SAFE_NO_PAD.decode_slice(masked, &mut *bytes).ok()?;
    let (pad, hidden) = bytes.split_at(TOKEN_CHARS);
    let mut token = Zeroizing::new([0; TOKEN_CHARS]);
    for (token, (pad, hidden)) in token.iter_mut().zip(pad.iter().zip(hidden)) {
        *token = pad ^ hidden;
    }
    Some(token)
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "CsrfToken(empty)" } else { "CsrfToken(..)" })
    }
}

impl Serialize for CsrfToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[cfg(feature = "compress")]
        crate::codec::note_secret();
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CsrfToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = Zeroizing::new(String::deserialize(deserializer)?);
        // Any other text was not issued by this library, so it is not a token.
        Ok(if token.len() == TOKEN_CHARS { Self(token) } else { Self::default() })
    }
}

/// 32 bytes as base64url.
#[cfg(feature = "json-schema")]
impl schemars::JsonSchema for CsrfToken {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CsrfToken".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": format!("^[A-Za-z0-9_-]{{{TOKEN_CHARS}}}$"),
        })
    }
}

impl HoldsSecret for CsrfToken {
    const SECRETS: Secrets = Secrets::CSRF_TOKEN;
}

impl MaxSize for CsrfToken {
    const MAX_BYTES: usize = "\"\"".len() + TOKEN_CHARS;
}
