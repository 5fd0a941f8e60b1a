//! Base64url without padding (RFC 4648 §5), with the processor's wide
//! instructions, where it has them.
//!
//! Two crates, since a ciphertext is written 48 bytes at a time and read as a whole.
//! `base64` 0.23 writes less than 128 bytes without wide instructions, `base64_simd`
//! doesn't; but `base64` reads twice as fast, and unused bits as JavaScript does.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use wide::CIPHERTEXT;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);

/// A ciphertext's unused bits in the last character may be set, and an iv's: all
/// three JavaScript libraries read them so. It gives nobody a choice, for the MAC
/// covers the text as it was received.
const UNUSED_BITS: GeneralPurposeConfig = CONFIG.with_decode_allow_trailing_bits(true);

/// One spelling only: for a MAC.
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

/// Appends bytes, as text.
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

/// The length of what a text decodes to.
pub(super) const fn decoded_len(text_len: usize) -> usize {
    text_len / 4 * 3 + text_len % 4 * 3 / 4
}

/// Decodes a ciphertext into as many bytes as [`decoded_len`] says.
pub(super) fn decode_ciphertext(text: &str, bytes: &mut [u8]) -> Option<()> {
    (CIPHERTEXT.decode_slice(text, bytes) == Ok(bytes.len())).then_some(())
}
