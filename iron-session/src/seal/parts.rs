//! Reads the unauthenticated parts of a seal, without a password.

use super::token::{PREFIX, Token, VERSION_MARKER};
use crate::clock::Timestamp;
use crate::error::UnsealError;

/// The parts of a seal that anyone can read.
///
/// # Security
///
/// Nothing here is verified: whoever supplies the text controls all of it. Use it to inspect a
/// seal, never to make a decision. Only [`Sealer::unseal`](crate::Sealer::unseal) verifies a
/// seal.
///
/// # Example
///
/// ```
/// use iron_session::seal::Parts;
/// use iron_session::{Passwords, Sealer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let seal = Sealer::new(Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?).seal(&42)?;
/// let parts = Parts::parse(&seal)?;
/// assert_eq!(parts.password_id(), "1");
/// assert_eq!(parts.ciphertext_bytes(), 16);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    password_id: &'a str,
    expires: Option<Timestamp>,
    ciphertext_bytes: usize,
    has_marker: bool,
}

impl<'a> Parts<'a> {
    /// The prefix of every seal.
    pub const PREFIX: &'static str = PREFIX;

    /// Splits a seal into its parts.
    ///
    /// # Errors
    ///
    /// [`UnsealError::Malformed`] if the text is not a seal, or was truncated.
    pub fn parse(seal: &'a str) -> Result<Self, UnsealError> {
        let token = Token::parse(seal)?;
        let mut ciphertext = vec![0; token.ciphertext_len()];
        token.decode_ciphertext(&mut ciphertext)?;
        token.decode_iv()?;
        token.decode_mac()?;
        Ok(Self {
            password_id: token.id,
            expires: token.expires,
            ciphertext_bytes: ciphertext.len(),
            has_marker: seal.ends_with(VERSION_MARKER),
        })
    }

    /// Returns the id of the password that the seal names; an empty id means `default`.
    pub fn password_id(&self) -> &'a str {
        self.password_id
    }

    /// Returns when the seal expires; `None` means never.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Returns the length of the ciphertext in bytes: that of the payload, rounded up to
    /// the next multiple of 16.
    pub fn ciphertext_bytes(&self) -> usize {
        self.ciphertext_bytes
    }

    /// Tells whether the seal ends with iron-session's `~2`.
    pub fn has_marker(&self) -> bool {
        self.has_marker
    }
}
