//! Base64url without padding (RFC 4648 §5), with the processor's wide
//! instructions for a ciphertext, where it has them.

#![allow(
    clippy::inline_always,
    reason = "what the AES backend calls has its instructions only where it is inlined"
)]

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

/// Appends up to 48 bytes.
#[inline(always)]
pub(super) fn push(text: &mut Vec<u8>, bytes: &[u8]) {
    let mut group = [[0; 16]; 3];
    if let Some(to) = group.as_flattened_mut().get_mut(..bytes.len()) {
        to.copy_from_slice(bytes);
    }
    let len = super::base64_len(bytes.len());
    text.extend_from_slice(encode(&group).get(..len).unwrap_or_default());
}

/// Encodes a group of 48 bytes, without a table and in an order that the compiler
/// makes wide.
#[inline(always)]
pub(super) fn encode(group: &[[u8; 16]; 3]) -> [u8; 64] {
    /// The same bits of each of two lanes of 32.
    const fn lanes(mask: u64) -> u64 {
        mask << 32 | mask
    }
    let bytes = group.as_flattened();
    let mut text = [0; 64];
    for (index, to) in text.as_chunks_mut().0.iter_mut().enumerate() {
        // Six bytes, read with two more before or behind them.
        let (at, shift) = if index == 7 { (40, 0) } else { (6 * index, 16) };
        let eight = bytes.get(at..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or_default();
        let six = u64::from_be_bytes(eight) >> shift;
        // Three bytes a lane, the first the highest; then six bits a byte, the first the lowest.
        let x = six >> 24 & 0xff_ffff | (six & 0xff_ffff) << 32;
        let sextets = x >> 18 & lanes(0x3f)
            | x >> 4 & lanes(0x3f00)
            | x << 10 & lanes(0x003f_0000)
            | x << 24 & lanes(0x3f00_0000);
        *to = sextets.to_le_bytes();
    }
    for sextet in &mut text {
        // `A` to `Z`, `a` to `z`, `0` to `9`, `-`, `_`. Signed: that is one instruction.
        let value = sextet.cast_signed();
        let after = |last: i8, step: u8| if value > last { step } else { 0 };
        let steps = after(25, 6).wrapping_sub(after(51, 75)).wrapping_sub(after(61, 13));
        *sextet = sextet.wrapping_add(b'A').wrapping_add(steps).wrapping_add(after(62, 49));
    }
    text
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
