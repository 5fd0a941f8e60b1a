//! HMAC (RFC 2104) over SHA-1 and SHA-256, keyed once for many messages.

use std::slice;
use std::sync::Arc;

use sha2::block_api::compress256;

use super::HASH_BLOCK;
use crate::erase::{Erasing, erase_dead_stack};

/// RFC 2104 §2.
const INNER_PAD: u8 = 0x36;
const OUTER_PAD: u8 = 0x5c;

/// HMAC-SHA1 with its key: the two states after the key's block.
///
/// They are as secret as the key. Moving a value leaves a copy in its old place, so they are
/// created where they stay, and shared.
#[derive(Clone)]
pub(in crate::seal) struct HmacSha1 {
    pub(super) inner: Erasing<[u32; 5]>,
    pub(super) outer: Erasing<[u32; 5]>,
}

impl HmacSha1 {
    /// FIPS 180-4 §5.3.1.
    const INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

    /// Creates it from a key of any length.
    pub(in crate::seal) fn new(key: &[u8]) -> Arc<Self> {
        let initial = Self { inner: Erasing::new(Self::INITIAL), outer: Erasing::new(Self::INITIAL) };
        let mut hmac = Arc::new(initial);
        // It is not shared yet, so nothing is cloned.
        Arc::make_mut(&mut hmac).set_key(key);
        erase_dead_stack();
        hmac
    }

    #[inline(never)]
    fn set_key(&mut self, key: &[u8]) {
        let mut block = key_block(key, |key| <sha1::Sha1 as sha1::Digest>::digest(key).into());
        xor(&mut block, INNER_PAD);
        sha1::block_api::compress(&mut self.inner, slice::from_ref(&block));
        xor(&mut block, INNER_PAD ^ OUTER_PAD);
        sha1::block_api::compress(&mut self.outer, slice::from_ref(&block));
    }
}

/// HMAC-SHA256 with its key: the two states after the key's block.
#[derive(Clone)]
pub(in crate::seal) struct HmacSha256 {
    pub(super) inner: Erasing<[u32; 8]>,
    outer: Erasing<[u32; 8]>,
}

impl HmacSha256 {
    pub(in crate::seal) const BYTES: usize = 32;

    /// FIPS 180-4 §5.3.3.
    const INITIAL: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];

    /// Creates one without a key, which is then set in place.
    pub(in crate::seal) fn without_key() -> Self {
        Self { inner: Erasing::new(Self::INITIAL), outer: Erasing::new(Self::INITIAL) }
    }

    /// Sets a key of any length, replacing the previous one.
    pub(in crate::seal) fn set_key(&mut self, key: &[u8]) {
        let mut block = key_block(key, |key| <sha2::Sha256 as sha2::Digest>::digest(key).into());
        *self.inner = Self::INITIAL;
        *self.outer = Self::INITIAL;
        xor(&mut block, INNER_PAD);
        compress256(&mut self.inner, slice::from_ref(&block));
        xor(&mut block, INNER_PAD ^ OUTER_PAD);
        compress256(&mut self.outer, slice::from_ref(&block));
    }

    /// Authenticates a whole text. This consumes its states.
    pub(in crate::seal) fn authenticate(&mut self, text: &[u8]) -> [u8; Self::BYTES] {
        let (blocks, _) = text.as_chunks();
        compress256(&mut self.inner, blocks);
        self.finish(text)
    }

    /// Pads and hashes the rest of a text whose full blocks were hashed.
    pub(super) fn finish(&mut self, text: &[u8]) -> [u8; Self::BYTES] {
        let (_, rest) = text.as_chunks::<HASH_BLOCK>();
        end(&mut self.inner, rest, text.len());
        let digest = Erasing::new(bytes(&self.inner));
        end(&mut self.outer, &*digest, Self::BYTES);
        bytes(&self.outer)
    }
}

/// Finishes a hash. `rest` is shorter than a block, and `len` is the length of the message
/// after the key's block.
fn end(state: &mut [u32; 8], rest: &[u8], len: usize) {
    let bits = (len as u64 + HASH_BLOCK as u64) * 8;
    let mut blocks = Erasing::new([0; 2 * HASH_BLOCK]);
    let used = if rest.len() + 1 + 8 <= HASH_BLOCK { HASH_BLOCK } else { 2 * HASH_BLOCK };
    if let Some(to) = blocks.get_mut(..rest.len()) {
        to.copy_from_slice(rest);
    }
    if let Some(to) = blocks.get_mut(rest.len()) {
        *to = 0x80;
    }
    if let Some(to) = blocks.get_mut(used - 8..used) {
        to.copy_from_slice(&bits.to_be_bytes());
    }
    let (blocks, _) = blocks.as_chunks();
    compress256(state, blocks.get(..used / HASH_BLOCK).unwrap_or_default());
}

/// Returns a state as a digest.
fn bytes(state: &[u32; 8]) -> [u8; HmacSha256::BYTES] {
    let mut digest = [0; HmacSha256::BYTES];
    for (to, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    digest
}

/// Returns a key as HMAC's first block: a longer key is hashed, a shorter one is filled up
/// with zeros.
fn key_block<const N: usize>(key: &[u8], hash: impl FnOnce(&[u8]) -> [u8; N]) -> Erasing<[u8; HASH_BLOCK]> {
    let mut block = Erasing::new([0; HASH_BLOCK]);
    if let Some(to) = block.get_mut(..key.len()) {
        to.copy_from_slice(key);
    } else {
        let digest = Erasing::new(hash(key));
        for (to, from) in block.iter_mut().zip(digest.iter()) {
            *to = *from;
        }
    }
    block
}

fn xor(block: &mut [u8; HASH_BLOCK], pad: u8) {
    for byte in block {
        *byte ^= pad;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bytes, hmac_sha256};
    use hmac::{Hmac, Mac as _};

    #[test]
    fn a_mac_is_that_of_hmac() {
        for len in 0..=400 {
            for key_len in [0, 32, 63, 64, 65, 200] {
                let expected =
                    <Hmac<sha2::Sha256> as hmac::KeyInit>::new_from_slice(&bytes(key_len)).unwrap();
                let expected = expected.chain_update(bytes(len)).finalize().into_bytes();
                let mac = hmac_sha256(&bytes(key_len)).authenticate(&bytes(len));
                assert_eq!(mac.as_slice(), expected.as_slice(), "{len} {key_len}");
            }
        }
    }
}
