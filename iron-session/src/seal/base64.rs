//! Base64url without padding (RFC 4648 §5), with the processor's wide
//! instructions for a ciphertext, where it has them.

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

/// One spelling only: for a MAC, and for writing.
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

/// Appends up to 48 bytes.
pub(super) fn push(text: &mut Vec<u8>, bytes: &[u8]) {
    let mut group = [0; 64];
    let len = CANONICAL.encode_slice(bytes, &mut group).unwrap_or_default();
    text.extend_from_slice(group.get(..len).unwrap_or_default());
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

/// Decodes a ciphertext.
pub(super) fn decode_ciphertext(text: &str) -> Option<Vec<u8>> {
    CIPHERTEXT.decode(text).ok()
}
