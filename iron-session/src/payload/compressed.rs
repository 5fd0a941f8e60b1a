//! The compressed form of a payload.
//!
//! ```text
//! 0x01 | length of the stream, u16 big-endian | stream | zeros up to a bucket
//! ```
//!
//! The stream is raw DEFLATE (RFC 1951), which browsers and Node inflate with
//! `DecompressionStream("deflate-raw")`. All of it is inside the encryption and the
//! MAC. The zeros hide from a mere observer whether the session is a byte longer or
//! shorter: only the bucket's length can be seen. They don't protect a secret from an
//! attacker who controls other text in the session, adds text up to the edge of a bucket
//! and sees there which guess is a byte shorter: 12 hex digits were recovered from 794
//! observed sizes. Secrets are therefore not compressed unless the user says so.

use std::iter;

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_slice_iter_to_slice};

use crate::erase::Erasing;
use crate::error::DecodeError;
use crate::scratch::Scratch;

/// The first byte. JSON text can't start with it.
pub(crate) const DEFLATED: u8 = 0x01;

/// The form byte and the length.
const HEADER_BYTES: usize = 3;

/// The longest text that is compressed or inflated. The session in four cookies inflates to
/// less. A decompression bomb, which only a holder of a password can make, uses no more memory
/// than this.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// The step in which the visible length grows. It does not protect against CRIME, see above.
const BUCKET_BYTES: usize = 256;

/// AES pads to this length anyway.
const STEP_BYTES: usize = 16;

/// The usual ratio of a session to its stream, and the minimum room for the session.
const USUAL_RATIO: usize = 8;
const FIRST_BYTES: usize = 4096;

/// zlib's usual trade of time for size.
const LEVEL: u8 = 6;

/// A compressed payload.
pub(crate) struct Form {
    pub(crate) plaintext: Erasing<Vec<u8>>,
    /// How many cookies it needs.
    pub(crate) cookies: usize,
}

/// Compresses a text, unless it is too long to be read back. `cookies` returns how many cookies
/// a plaintext of a given length needs.
pub(crate) fn compress(text: &str, cookies: impl Fn(usize) -> usize) -> Option<Form> {
    if text.len() > MAX_TEXT_BYTES {
        return None;
    }
    let stream = Erasing::new(compress_to_vec(text.as_bytes(), LEVEL));
    let len = u16::try_from(stream.len()).ok()?;
    let needed = HEADER_BYTES + stream.len();
    let needed_cookies = cookies(needed);
    // The last bucket ends where the plaintext just fits.
    let mut padded = needed.next_multiple_of(BUCKET_BYTES);
    while padded > needed && cookies(padded) > needed_cookies {
        padded = padded.saturating_sub(STEP_BYTES).max(needed);
    }

    let mut plaintext = Erasing::new(Vec::with_capacity(padded));
    plaintext.push(DEFLATED);
    plaintext.extend(len.to_be_bytes());
    plaintext.extend_from_slice(&stream);
    plaintext.resize(padded, 0);
    Some(Form { plaintext, cookies: needed_cookies })
}

/// Inflates a plaintext that starts with the form byte.
pub(crate) fn inflate(plaintext: &[u8]) -> Result<Scratch, DecodeError> {
    let [_, high, low, rest @ ..] = plaintext else { return Err(DecodeError::Inflate) };
    let stream = rest.get(..usize::from(u16::from_be_bytes([*high, *low]))).ok_or(DecodeError::Inflate)?;
    // The first room is usually enough. If not, it is erased, and the largest room is used.
    for room in [(USUAL_RATIO * stream.len()).clamp(FIRST_BYTES, MAX_TEXT_BYTES), MAX_TEXT_BYTES] {
        let mut text = Scratch::zeroed(room);
        match decompress_slice_iter_to_slice(&mut text, iter::once(stream), false, false) {
            Ok(len) => {
                text.truncate(len);
                return Ok(text);
            }
            Err(TINFLStatus::HasMoreOutput) => {}
            Err(_) => break,
        }
    }
    Err(DecodeError::Inflate)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The visible length of a plaintext.
    fn visible(len: usize) -> usize {
        (len / STEP_BYTES + 1) * STEP_BYTES
    }

    /// Cookies that hold about 1,000 bytes.
    fn cookies(len: usize) -> usize {
        visible(len).div_ceil(1008)
    }

    #[test]
    fn what_was_compressed_is_inflated() {
        for len in [0, 1, 100, 5000, MAX_TEXT_BYTES] {
            let text: String =
                (0..len).map(|index| char::from(b'a' + u8::try_from(index % 26).unwrap())).collect();
            let form = compress(&text, cookies).unwrap();
            assert_eq!(form.plaintext.first(), Some(&DEFLATED));
            assert_eq!(&*inflate(&form.plaintext).unwrap(), text.as_bytes(), "{len}");
        }
        assert!(compress(&"a".repeat(MAX_TEXT_BYTES + 1), cookies).is_none());
    }

    #[test]
    fn lengths_show_their_bucket_only() {
        let lens: Vec<_> = (0..3000)
            .map(|len| {
                // Text that does not get shorter.
                let mut state = 1_u32;
                let letter = |_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    char::from(b' ' + u8::try_from((state >> 20) % 90).unwrap())
                };
                let text: String = (0..len).map(letter).collect();
                visible(compress(&text, cookies).unwrap().plaintext.len())
            })
            .collect();
        let mut seen = lens.clone();
        seen.dedup();
        assert_eq!(seen, [272, 528, 784, 1008, 1040, 1296, 1552, 1808, 2016, 2064, 2320, 2576]);
    }

    #[test]
    fn a_bomb_costs_no_more_than_the_bound() {
        for len in [MAX_TEXT_BYTES + 1, 1000 * 1000] {
            let stream = compress_to_vec(&vec![b' '; len], 9);
            assert!(len / stream.len() > 250, "{}", stream.len());
            let mut plaintext = vec![DEFLATED];
            plaintext.extend(u16::try_from(stream.len()).unwrap().to_be_bytes());
            plaintext.extend(stream);
            assert!(matches!(inflate(&plaintext), Err(DecodeError::Inflate)), "{len}");
        }
    }

    #[test]
    fn damage_is_an_error() {
        let form = compress("{\"a\":1}", cookies).unwrap();
        for len in 0..10 {
            assert!(inflate(form.plaintext.get(..len).unwrap()).is_err(), "{len}");
        }
        for (index, byte) in [(1, 0xff), (3, 0xff), (4, 0)] {
            let mut damaged = form.plaintext.clone();
            damaged[index] = byte;
            let inflated = inflate(&damaged);
            assert!(inflated.is_err() || &*inflated.unwrap() != b"{\"a\":1}", "{index}");
        }
    }
}
