//! A token against cross-site request forgery.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::error::SealError;
use crate::schema::max_size::MaxSize;
use crate::schema::secret::HoldsSecret;

const TOKEN_BYTES: usize = 32;

/// The token's length: 32 bytes as base64url.
const TOKEN_CHARS: usize = (TOKEN_BYTES * 4).div_ceil(3);

/// Stores a token that a form sends back to prove that this site served it.
///
/// It is empty until it is first [`issue`](CsrfToken::issue)d, so that a visitor who sees no
/// form gets no cookie. An empty token verifies nothing, and is left out of the payload.
///
/// # Example
///
/// ```
/// use iron_session::CsrfToken;
///
/// let mut csrf = CsrfToken::default();
/// assert!(!csrf.verify(""));
///
/// let token = csrf.issue()?.to_owned();
/// assert!(csrf.verify(&token));
///
/// csrf.rotate()?;
/// assert!(!csrf.verify(&token));
/// # Ok::<(), iron_session::error::SealError>(())
/// ```
///
/// # Security
///
/// [`SameSite::Lax`](crate::SameSite::Lax), the default, already prevents forms on other
/// sites from sending the session. The token also protects against subdomains and in old
/// browsers. Rotate it at login.
#[derive(Clone, Default)]
pub struct CsrfToken(Zeroizing<String>);

impl CsrfToken {
    /// Returns the token for a form, and creates it if there is none.
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

    /// Compares the token from a form with this one, in constant time.
    #[must_use]
    pub fn verify(&self, token: &str) -> bool {
        !self.is_empty() && bool::from(self.0.as_bytes().ct_eq(token.as_bytes()))
    }

    /// Returns whether no token was issued yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
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
    const SECRET: Option<&'static str> = Some("CsrfToken");
}

impl MaxSize for CsrfToken {
    const MAX_BYTES: usize = "\"\"".len() + TOKEN_CHARS;
}
