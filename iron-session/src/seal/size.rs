//! How long a seal is, and how long a text fits into one.

use super::base64::encoded_len;
use super::hazmat::{AES_BLOCK, HmacSha256};
use super::token::{PREFIX, VERSION_MARKER};

/// The random bytes of a salt.
pub(super) const SALT_BYTES: usize = 32;

/// The hex digits of a salt.
pub(super) const SALT_CHARS: usize = 2 * SALT_BYTES;

/// The length of a token whose keys are derived from a text. A token with raw keys has no
/// salts and is shorter.
pub(crate) const fn token_len(id_len: usize, text_len: usize, expires_len: usize) -> usize {
    const SEPARATORS: usize = 7;
    PREFIX.len()
        + id_len
        + 2 * SALT_CHARS
        + encoded_len(AES_BLOCK)
        + encoded_len(ciphertext_len(text_len))
        + expires_len
        + encoded_len(HmacSha256::BYTES)
        + SEPARATORS
        + VERSION_MARKER.len()
}

/// The length of the longest text whose token has at most this length.
pub(crate) const fn text_len(token_len_max: usize, id_len: usize, expires_len: usize) -> usize {
    let fixed = token_len(id_len, 0, expires_len) - encoded_len(ciphertext_len(0));
    let ciphertext = token_len_max.saturating_sub(fixed) * 3 / 4;
    // Padding takes at least one byte.
    (ciphertext / 16 * 16).saturating_sub(1)
}

/// The length of the ciphertext of a text: padding adds 1 to 16 bytes.
const fn ciphertext_len(text_len: usize) -> usize {
    (text_len / AES_BLOCK + 1).saturating_mul(AES_BLOCK)
}
