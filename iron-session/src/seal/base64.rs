//! Base64url without padding (RFC 4648 §5), with the processor's SIMD instructions if it has
//! them.
//!
//! Two crates are in use because a ciphertext is encoded 48 bytes at a time and decoded as a
//! whole. `base64` 0.23 does not use SIMD to encode less than 128 bytes; `base64_simd` does.
//! For decoding, `base64` is twice as fast, and it accepts set unused bits, as JavaScript does.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use wide::CIPHERTEXT;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);

/// Accepts set unused bits in the last character of an iv or a ciphertext, because all three
/// JavaScript libraries accept them. An attacker gains nothing from this, because the MAC
/// covers the text as it was received.
const UNUSED_BITS: GeneralPurposeConfig = CONFIG.with_decode_allow_trailing_bits(true);

/// Accepts only the canonical spelling: for a MAC.
const CANONICAL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, CONFIG);

const IV: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, UNUSED_BITS);

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod wide {
    use std::sync::LazyLock;

    use base64::engine::Simd;

    pub(super) static CIPHERTEXT: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(super::UNUSED_BITS));
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod wide {
    pub(super) use super::IV as CIPHERTEXT;
}

/// Appends the bytes as base64url.
pub(super) fn push(text: &mut String, bytes: &[u8]) {
    base64_simd::URL_SAFE_NO_PAD.encode_append(bytes, text);
}

/// Decodes an iv.
pub(super) fn decode_iv(text: &str) -> Option<[u8; 16]> {
    let mut iv = [0; 16];
    (IV.decode_slice(text, &mut iv) == Ok(iv.len())).then_some(iv)
}

/// Decodes a MAC.
pub(super) fn decode_mac(text: &str) -> Option<[u8; 32]> {
    let mut mac = [0; 32];
    (CANONICAL.decode_slice(text, &mut mac) == Ok(mac.len())).then_some(mac)
}

/// Returns the length of the text of this many bytes.
pub(super) const fn encoded_len(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

/// Returns the number of bytes that a text of this length decodes to.
pub(super) const fn decoded_len(text_len: usize) -> usize {
    text_len / 4 * 3 + text_len % 4 * 3 / 4
}

/// Decodes a ciphertext into a buffer of [`decoded_len`] bytes.
pub(super) fn decode_ciphertext(text: &str, bytes: &mut [u8]) -> Option<()> {
    (CIPHERTEXT.decode_slice(text, bytes) == Ok(bytes.len())).then_some(())
}
