//! The eight-part grammar of a token; no cryptography here.
//!
//! ```text
//! Fe26.2*{id}*{enc_salt}*{iv}*{ciphertext}*{expires_ms}*{mac_salt}*{mac}~2
//! └──────────────── authenticated ───────────────────┘
//! ```
//!
//! The format is that of `@hapi/iron` 7 (`lib/index.js`). The trailing `~2` is
//! iron-session's version marker. It is not covered by the MAC, so it must not
//! matter: everything from the first `~` on is ignored.

use super::base64::{self, encoded_len};
use super::hazmat::HmacSha256;
use crate::clock::Timestamp;
use crate::error::{Reason, UnsealError};

/// The start of every token: hapi's MAC prefix and format version.
pub(crate) const PREFIX: &str = "Fe26.2";

/// The marker that iron-session writes after a seal; version 8 rejects a seal without it.
pub(crate) const VERSION_MARKER: &str = "~2";

pub(crate) const SEPARATOR: u8 = b'*';

/// The length of a MAC's text.
const MAC_CHARS: usize = encoded_len(HmacSha256::BYTES);

/// Ends the part of the text that is read.
const MARKER: u8 = b'~';

const NO_PREFIX: UnsealError = UnsealError::Malformed(Reason::new("the prefix is not `Fe26.2`"));

/// A parsed token; borrows its text.
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
    /// Splits a token into its components. Does not check anything that needs the password.
    pub(crate) fn parse(text: &'a str) -> Result<Self, UnsealError> {
        let mut body = text;
        let mut parts = [""; 8];
        let mut ends = memchr::memchr2_iter(SEPARATOR, MARKER, text.as_bytes());
        let mut start = 0;
        for (index, part) in parts.iter_mut().enumerate() {
            let end = ends.next().unwrap_or(text.len());
            *part = text.get(start..end).unwrap_or_default();
            start = end + 1;
            let is_last = text.as_bytes().get(end) != Some(&SEPARATOR);
            if is_last {
                body = text.get(..end).unwrap_or_default();
            }
            match (index, is_last) {
                (7, true) => {}
                (7, false) => {
                    return Err(UnsealError::Malformed(Reason::new("it has more than eight components")));
                }
                (_, true) => {
                    return Err(UnsealError::Malformed(Reason::new("it has fewer than eight components")));
                }
                (_, false) => {}
            }
        }
        let [prefix, id, enc_salt, iv, ciphertext, expires, mac_salt, mac] = parts;
        if prefix != PREFIX {
            return Err(NO_PREFIX);
        }

        let unauthenticated = 2 + mac_salt.len() + mac.len();
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

    /// Returns the password id in the start of a token; `None` where it is cut off
    /// before the id's end.
    pub(crate) fn id_at_start(text: &'a str) -> Result<Option<&'a str>, UnsealError> {
        let mut parts = text.splitn(3, char::from(SEPARATOR));
        match (parts.next(), parts.next(), parts.next()) {
            (Some(PREFIX), id, rest) => Ok(id.filter(|_| rest.is_some())),
            (Some(start), None, _) if PREFIX.starts_with(start) => Ok(None),
            _ => Err(NO_PREFIX),
        }
    }

    /// Returns whether a text that is not a token is the start of one.
    pub(crate) fn is_cut_short(text: &str) -> bool {
        let mut parts = text.split(char::from(SEPARATOR));
        if text.contains(char::from(MARKER)) || parts.next() != Some(PREFIX) {
            return false;
        }
        let mut from_mac = parts.skip(6);
        let mac = from_mac.next().unwrap_or_default();
        mac.len() < MAC_CHARS && from_mac.next().is_none()
    }

    pub(crate) fn decode_iv(&self) -> Result<[u8; 16], UnsealError> {
        base64::decode_iv(self.iv)
            .ok_or(UnsealError::Malformed(Reason::new("the IV is not 16 bytes of base64url")))
    }

    /// Returns the length of the ciphertext in bytes.
    pub(crate) fn ciphertext_len(&self) -> usize {
        base64::decoded_len(self.ciphertext.len())
    }

    /// Decodes the ciphertext into a buffer of its length.
    pub(crate) fn decode_ciphertext(&self, bytes: &mut [u8]) -> Result<(), UnsealError> {
        base64::decode_ciphertext(self.ciphertext, bytes)
            .ok_or(UnsealError::Malformed(Reason::new("the ciphertext is not base64url")))
    }

    pub(crate) fn decode_mac(&self) -> Result<[u8; 32], UnsealError> {
        base64::decode_mac(self.mac)
            .ok_or(UnsealError::Malformed(Reason::new("the MAC is not 32 bytes of base64url")))
    }
}

/// Parses `[1-9][0-9]*`, or the empty text for "never". A number too large for a
/// [`Timestamp`] saturates, as JavaScript's `parseInt` returns `Infinity`.
fn parse_expiry(digits: &str) -> Result<Option<Timestamp>, UnsealError> {
    if digits.is_empty() {
        return Ok(None);
    }
    let canonical = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    if !canonical {
        return Err(UnsealError::Malformed(Reason::new("the expiry is not a decimal number")));
    }
    let unix_ms = digits.parse().unwrap_or(u64::MAX);
    Ok(Some(Timestamp::from_unix_ms(unix_ms)))
}
