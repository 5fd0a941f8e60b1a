//! The eight-part grammar of a token; no cryptography here.
//!
//! ```text
//! Fe26.2*{id}*{enc_salt}*{iv}*{ciphertext}*{expires_ms}*{mac_salt}*{mac}~2
//! └──────────────── authenticated ───────────────────┘
//! ```
//!
//! The format is `@hapi/iron` 7's (`lib/index.js`); the trailing `~2` is
//! iron-session's version marker. It stands outside the MAC, so it decides
//! nothing: everything from the first `~` on is cut off.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::clock::Timestamp;
use crate::error::UnsealError;

/// What every token begins with: hapi's MAC prefix and format version.
pub(crate) const PREFIX: &str = "Fe26.2";

/// What iron-session writes after a seal; version 8 refuses a seal without it.
pub(crate) const VERSION_MARKER: &str = "~2";

pub(crate) const SEPARATOR: char = '*';

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);

/// Base64url without padding, one spelling only: for writing, and for the MAC.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, CONFIG);

/// The same, but the unused bits of the last character may be set: all three
/// JavaScript libraries read an iv and a ciphertext so. It gives nobody a
/// choice, for the MAC covers the text as it was received.
const BASE64_UNUSED_BITS: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, CONFIG.with_decode_allow_trailing_bits(true));

/// A token taken apart; borrows its text.
#[derive(Clone, Copy)]
pub(crate) struct Token<'a> {
    /// The text that the MAC covers.
    pub(crate) authenticated: &'a str,
    pub(crate) id: &'a str,
    pub(crate) enc_salt: &'a str,
    pub(crate) iv: &'a str,
    pub(crate) ciphertext: &'a str,
    /// `None`: never expires.
    pub(crate) expires: Option<Timestamp>,
    pub(crate) mac_salt: &'a str,
    pub(crate) mac: &'a str,
}

impl<'a> Token<'a> {
    /// Takes a token apart without judging what only the password can judge.
    pub(crate) fn parse(text: &'a str) -> Result<Self, UnsealError> {
        let body = text.split_once('~').map_or(text, |(body, _marker)| body);

        let mut parts = body.split(SEPARATOR);
        let mut part = || parts.next().ok_or(UnsealError::Malformed("fewer than eight components"));
        let (prefix, id, enc_salt, iv) = (part()?, part()?, part()?, part()?);
        let (ciphertext, expires, mac_salt, mac) = (part()?, part()?, part()?, part()?);
        if parts.next().is_some() {
            return Err(UnsealError::Malformed("more than eight components"));
        }
        if prefix != PREFIX {
            return Err(UnsealError::Malformed("another prefix than Fe26.2"));
        }

        let unauthenticated = SEPARATOR.len_utf8() * 2 + mac_salt.len() + mac.len();
        let authenticated = body.get(..body.len() - unauthenticated).unwrap_or_default();
        Ok(Self {
            authenticated,
            id,
            enc_salt,
            iv,
            ciphertext,
            expires: parse_expiry(expires)?,
            mac_salt,
            mac,
        })
    }

    pub(crate) fn decode_iv(&self) -> Result<[u8; 16], UnsealError> {
        let mut iv = [0; 16];
        match BASE64_UNUSED_BITS.decode_slice(self.iv, &mut iv) {
            Ok(16) => Ok(iv),
            _ => Err(UnsealError::Malformed("an iv that is not 16 bytes of base64url")),
        }
    }

    pub(crate) fn decode_ciphertext(&self) -> Result<Vec<u8>, UnsealError> {
        BASE64_UNUSED_BITS
            .decode(self.ciphertext)
            .map_err(|_| UnsealError::Malformed("a ciphertext that is not base64url"))
    }

    pub(crate) fn decode_mac(&self) -> Result<[u8; 32], UnsealError> {
        let mut mac = [0; 32];
        match BASE64.decode_slice(self.mac, &mut mac) {
            Ok(32) => Ok(mac),
            _ => Err(UnsealError::Malformed("a MAC that is not 32 bytes of base64url")),
        }
    }
}

/// Reads `[1-9][0-9]*`, or nothing for "never". Digits past what a [`Timestamp`]
/// holds saturate, as JavaScript's `parseInt` ends in `Infinity`.
fn parse_expiry(digits: &str) -> Result<Option<Timestamp>, UnsealError> {
    if digits.is_empty() {
        return Ok(None);
    }
    let canonical = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    if !canonical {
        return Err(UnsealError::Malformed("an expiry that is not a decimal number"));
    }
    let unix_ms = digits.parse().unwrap_or(u64::MAX);
    Ok(Some(Timestamp::from_unix_ms(unix_ms)))
}
