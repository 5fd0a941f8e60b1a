//! PBKDF2-HMAC-SHA1 (RFC 8018 §5.2) with 32 bytes, and usually one iteration.
//!
//! With one iteration, each output block is a single `HMAC(password, salt ‖ INT(i))`, so an
//! HMAC that is keyed once serves every derivation.

use std::slice;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use zeroize::Zeroize as _;

use super::hmac::HmacSha1;
use super::{HASH_BLOCK, KEY_BYTES};
use crate::erase::Erasing;

/// A SHA-1 digest.
const BLOCK_BYTES: usize = 20;

/// The usual salts: 64 hex digits, which are one block.
type Salt = [u8; HASH_BLOCK];

/// Derives two keys in place, each from its password and its salt.
pub(in crate::seal) fn derive_two(
    passwords: [&HmacSha1; 2],
    salts: [&Salt; 2],
    keys: [&mut [u8; KEY_BYTES]; 2],
) {
    /// The message: the key's block, the salt's block, and the number of the output block.
    const BITS: u16 = (64 + 64 + 4) * 8;

    /// The text after the salt: the number of the output block, and the padding of a message
    /// of three parts, of which the key's block is the first.
    const fn after_salt(index: u8) -> [u8; HASH_BLOCK] {
        let mut block = [0; HASH_BLOCK];
        block[3] = index;
        block[4] = 0x80;
        let [high, low] = BITS.to_be_bytes();
        block[62] = high;
        block[63] = low;
        block
    }
    const FIRST: [u8; HASH_BLOCK] = after_salt(1);
    const SECOND: [u8; HASH_BLOCK] = after_salt(2);

    let [p, q] = passwords;
    let mut salted = [p.inner.clone(), q.inner.clone()];
    each(&mut salted, salts);
    let [a, b] = &salted;
    // The two halves of the two keys.
    let mut inner = [a.clone(), b.clone(), a.clone(), b.clone()];
    each(&mut inner, [&FIRST, &FIRST, &SECOND, &SECOND]);
    let blocks = inner.each_ref().map(|state| Erasing::new(outer_block(state)));
    let mut outer = [p.outer.clone(), q.outer.clone(), p.outer.clone(), q.outer.clone()];
    each(&mut outer, blocks.each_ref().map(|block| &**block));

    let [a1, b1, a2, b2] = &outer;
    let [first, second] = keys;
    join(first, a1, a2);
    join(second, b1, b2);
}

/// Hashes one block into each state. Neighbours don't depend on each other.
fn each<const N: usize>(states: &mut [Erasing<[u32; 5]>; N], blocks: [&[u8; HASH_BLOCK]; N]) {
    for (state, block) in states.iter_mut().zip(blocks) {
        sha1::block_api::compress(state, slice::from_ref(block));
    }
}

/// The digest as the last block of the outer hash, after the key's block.
fn outer_block(digest: &[u32; 5]) -> [u8; HASH_BLOCK] {
    /// The message: the key's block and the digest.
    const BITS: u16 = (64 + 20) * 8;

    let mut block = [0; HASH_BLOCK];
    for (to, word) in block.chunks_exact_mut(4).zip(digest) {
        to.copy_from_slice(&word.to_be_bytes());
    }
    let [.., high, low] = &mut block;
    [*high, *low] = BITS.to_be_bytes();
    if let Some(end) = block.get_mut(20) {
        *end = 0x80;
    }
    block
}

/// The 32 bytes at the start of two digests.
fn join(key: &mut [u8; KEY_BYTES], first: &[u32; 5], second: &[u32; 5]) {
    for (to, word) in key.chunks_exact_mut(4).zip(first.iter().chain(second)) {
        to.copy_from_slice(&word.to_be_bytes());
    }
}

/// Derives one key, for a salt of any length.
pub(in crate::seal) fn derive_one(password: &str, salt: &str, key: &mut [u8; KEY_BYTES]) -> Option<()> {
    if salt.is_empty() {
        return None;
    }
    let salted = Hmac::<Sha1>::new_from_slice(password.as_bytes()).ok()?.chain_update(salt.as_bytes());
    for (index, chunk) in (1_u32..).zip(key.chunks_mut(BLOCK_BYTES)) {
        let mut block = salted.clone().chain_update(index.to_be_bytes()).finalize().into_bytes();
        for (to, from) in chunk.iter_mut().zip(block.iter()) {
            *to = *from;
        }
        block.as_mut_slice().zeroize();
    }
    Some(())
}

/// Derives one key with several iterations, for a salt of any length. `hmac` has the password as its
/// key.
pub(in crate::seal) fn derive_many(
    password: &str,
    hmac: &HmacSha1,
    salt: &str,
    iterations: u32,
    key: &mut [u8; KEY_BYTES],
) -> Option<()> {
    if salt.is_empty() {
        return None;
    }
    let salted = Hmac::<Sha1>::new_from_slice(password.as_bytes()).ok()?.chain_update(salt.as_bytes());
    // The two output blocks don't depend on each other, so the processor works on both at a time.
    let mut sums = Erasing::new([[0; 5]; 2]);
    for (index, sum) in (1_u32..).zip(sums.iter_mut()) {
        let mut block = salted.clone().chain_update(index.to_be_bytes()).finalize().into_bytes();
        for (word, bytes) in sum.iter_mut().zip(block.as_slice().as_chunks().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        block.as_mut_slice().zeroize();
    }
    let mut digests = sums.clone();
    for _ in 1..iterations {
        for half in [&hmac.inner, &hmac.outer] {
            let blocks = Erasing::new(digests.each_ref().map(outer_block));
            *digests = [**half; 2];
            for (state, block) in digests.iter_mut().zip(blocks.iter()) {
                sha1::block_api::compress(state, slice::from_ref(block));
            }
        }
        for (sum, word) in sums.as_flattened_mut().iter_mut().zip(digests.as_flattened()) {
            *sum ^= word;
        }
    }
    let [first, second] = &*sums;
    join(key, first, second);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::bytes;
    use super::*;

    #[test]
    fn two_keys_are_those_of_pbkdf2() {
        for len in 0..=200 {
            let (p, q) = (bytes(len), bytes(201 - len));
            let (s, t) = ([b'a'; 64], [b'7'; 64]);
            let [mut first, mut second] = [[0; KEY_BYTES]; 2];
            derive_two([&HmacSha1::new(&p), &HmacSha1::new(&q)], [&s, &t], [&mut first, &mut second]);
            let mut expected = [[0; KEY_BYTES]; 2];
            pbkdf2::pbkdf2_hmac::<Sha1>(&p, &s, 1, &mut expected[0]);
            pbkdf2::pbkdf2_hmac::<Sha1>(&q, &t, 1, &mut expected[1]);
            assert_eq!([first, second], expected, "{len}");
        }
    }

    #[test]
    fn a_key_of_many_iterations_is_that_of_pbkdf2() {
        for (iterations, salt) in [(1, "a"), (2, "salt"), (3, &*"7".repeat(64)), (8192, "of any length")] {
            let password = "a password of more than one block of SHA-1, which is sixty-four bytes";
            let hmac = HmacSha1::new(password.as_bytes());
            let [mut key, mut expected] = [[0; KEY_BYTES]; 2];
            derive_many(password, &hmac, salt, iterations, &mut key).unwrap();
            pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), salt.as_bytes(), iterations, &mut expected);
            assert_eq!(key, expected, "{iterations}");
        }
        let hmac = HmacSha1::new(b"a");
        assert_eq!(derive_many("a", &hmac, "", 2, &mut [0; KEY_BYTES]), None);
    }
}
