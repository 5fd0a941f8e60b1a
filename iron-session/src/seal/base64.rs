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
    const fn lanes(mask: u64) -> u64 {
        mask << 32 | mask
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "all but the lowest six bytes are cut off on purpose"
    )]
    const fn six_bytes(bits: u128) -> u64 {
        bits as u64 & 0xffff_ffff_ffff
    }

    let [first, second, third] = group;
    let first = u128::from_le_bytes(*first);
    let second = u128::from_le_bytes(*second);
    let third = u128::from_le_bytes(*third);
    let mut words = [
        six_bytes(first),
        six_bytes(first >> 48),
        six_bytes(first >> 96 | second << 32),
        six_bytes(second >> 16),
        six_bytes(second >> 64),
        six_bytes(second >> 112 | third << 16),
        six_bytes(third >> 32),
        six_bytes(third >> 80),
    ];
    for word in &mut words {
        // Three bytes a lane, the first the lowest; then six bits a byte.
        let x = *word & 0xff_ffff | *word >> 24 << 32;
        *word = x >> 2 & lanes(0x3f)
            | x << 12 & lanes(0x3000)
            | x >> 4 & lanes(0x0f00)
            | x << 10 & lanes(0x003c_0000)
            | x >> 6 & lanes(0x0003_0000)
            | x << 8 & lanes(0x3f00_0000);
    }
    let mut text = [0; 64];
    for (to, word) in text.as_chunks_mut().0.iter_mut().zip(words) {
        *to = word.to_le_bytes();
    }
    for sextet in &mut text {
        // `A` to `Z`, `a` to `z`, `0` to `9`, `-`, `_`.
        let after = |last: u8, step: u8| if *sextet > last { step } else { 0 };
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
