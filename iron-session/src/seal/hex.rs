//! Hex digits.

use std::fmt::Write as _;

use super::size::SALT_CHARS;

/// The lower-case hex digits of a salt.
pub(super) fn hex_salt(salt: &[u8]) -> [u8; SALT_CHARS] {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    let mut digits = [0; SALT_CHARS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(salt) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
    }
    digits
}

/// Lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a `String` does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
