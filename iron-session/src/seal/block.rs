//! Low-level cryptography below the usual crates, and the reasons for it.
//!
//! A cookie is opened on every request. Most of the cost is not arithmetic but the order in
//! which the usual interfaces do it. Only this file calls the block functions of the
//! `RustCrypto` crates directly:
//!
//! - **Two keys at once.** A key is two output blocks of PBKDF2-HMAC-SHA1 with one iteration
//!   (RFC 8018 §5.2), which share the hash of the salt: five calls of the compression
//!   function. The calls for the two keys of a seal alternate, so that the processor works on
//!   two independent ones at a time.
//! - **CBC, base64 and HMAC-SHA256 in one pass.** CBC encryption is a chain: each block waits
//!   for the previous one. Meanwhile the finished blocks are encoded and hashed.
//!
//! The tests compare each function with `pbkdf2`, `cbc` and `hmac` for every length.

#![allow(
    clippy::inline_always,
    reason = "what the AES backend calls has its instructions only where it is inlined"
)]

use std::slice;
use std::sync::Arc;

use aes::cipher::array::Array;
use aes::cipher::common::BlockSizeUser;
use aes::cipher::typenum::U16;
use aes::cipher::{
    BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt as _, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt as _, KeyInit as _, ParBlocks,
};
use aes::{Aes256Dec, Aes256Enc};
use sha2::block_api::compress256;

use super::base64;
use super::key::KEY_BYTES;
use crate::erase::{Erase as _, Erasing, erase_dead_stack};

/// The length of AES's block, and so of the iv.
pub(super) const AES_BLOCK: usize = 16;

/// The block length of SHA-1 and of SHA-256.
const HASH_BLOCK: usize = 64;

/// RFC 2104 §2.
const INNER_PAD: u8 = 0x36;
const OUTER_PAD: u8 = 0x5c;

type Block = Array<u8, U16>;

/// HMAC-SHA1 with its key: the two states after the key's block.
///
/// They are as secret as the key. Moving a value leaves a copy in its old place, so they are
/// created where they stay, and shared.
#[derive(Clone)]
pub(super) struct HmacSha1 {
    inner: Erasing<[u32; 5]>,
    outer: Erasing<[u32; 5]>,
}

/// The usual salts: 64 hex digits, which are one block.
type Salt = [u8; HASH_BLOCK];

impl HmacSha1 {
    /// FIPS 180-4 §5.3.1.
    const INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

    /// Creates it from a key of any length.
    pub(super) fn new(key: &[u8]) -> Arc<Self> {
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

/// Derives two keys in place, each from its password and its salt.
pub(super) fn derive_two(passwords: [&HmacSha1; 2], salts: [&Salt; 2], keys: [&mut [u8; KEY_BYTES]; 2]) {
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

/// HMAC-SHA256 with its key: the two states after the key's block.
#[derive(Clone)]
pub(super) struct HmacSha256 {
    inner: Erasing<[u32; 8]>,
    outer: Erasing<[u32; 8]>,
}

impl HmacSha256 {
    pub(super) const BYTES: usize = 32;

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
    pub(super) fn without_key() -> Self {
        Self { inner: Erasing::new(Self::INITIAL), outer: Erasing::new(Self::INITIAL) }
    }

    /// Sets a key of any length, replacing the previous one.
    pub(super) fn set_key(&mut self, key: &[u8]) {
        let mut block = key_block(key, |key| <sha2::Sha256 as sha2::Digest>::digest(key).into());
        *self.inner = Self::INITIAL;
        *self.outer = Self::INITIAL;
        xor(&mut block, INNER_PAD);
        compress256(&mut self.inner, slice::from_ref(&block));
        xor(&mut block, INNER_PAD ^ OUTER_PAD);
        compress256(&mut self.outer, slice::from_ref(&block));
    }

    /// Authenticates a whole text. This consumes its states.
    pub(super) fn authenticate(&mut self, text: &[u8]) -> [u8; Self::BYTES] {
        let (blocks, _) = text.as_chunks();
        compress256(&mut self.inner, blocks);
        self.finish(text)
    }

    /// Pads and hashes the rest of a text whose full blocks were hashed.
    fn finish(&mut self, text: &[u8]) -> [u8; Self::BYTES] {
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

/// Appends a text, encrypted and in base64url, to `token`, then the text of `between`, and
/// returns the MAC of all of it.
pub(super) fn encrypt_and_sign(
    key: &[u8; KEY_BYTES],
    iv: [u8; AES_BLOCK],
    text: &[u8],
    token: &mut String,
    mac: &mut HmacSha256,
    between: impl FnOnce(&mut String),
) -> [u8; HmacSha256::BYTES] {
    let mut hashed = 0;
    let pass =
        Encrypt { chain: iv.into(), text, token: &mut *token, mac: &mut mac.inner, hashed: &mut hashed };
    Aes256Enc::new(key.into()).encrypt_with_backend(pass);
    between(token);
    hash_full_blocks(&mut mac.inner, token.as_bytes(), &mut hashed);
    mac.finish(token.as_bytes())
}

/// Hashes the full blocks from `hashed` on.
#[inline(always)]
fn hash_full_blocks(state: &mut [u32; 8], token: &[u8], hashed: &mut usize) {
    let (blocks, _) = token.get(*hashed..).unwrap_or_default().as_chunks();
    compress256(state, blocks);
    *hashed += blocks.len() * HASH_BLOCK;
}

struct Encrypt<'a> {
    chain: Block,
    text: &'a [u8],
    token: &'a mut String,
    mac: &'a mut [u32; 8],
    hashed: &'a mut usize,
}

impl BlockSizeUser for Encrypt<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Encrypt<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        /// Three blocks are 64 characters of base64, which are one block of the hash.
        const GROUP: usize = 3;
        const GROUP_CHARS: usize = GROUP * AES_BLOCK / 3 * 4;

        let Self { mut chain, text, token, mac, hashed } = self;
        let mut encrypt = |block: &[u8; AES_BLOCK]| -> [u8; AES_BLOCK] {
            for (chain, byte) in chain.iter_mut().zip(block) {
                *chain ^= byte;
            }
            backend.encrypt_block_inplace(&mut chain);
            chain.into()
        };

        // Hashing does not depend on the group that is being encrypted, so it is placed
        // between the group's blocks: the processor looks a few hundred instructions ahead.
        // Hashing stops before the characters of the previous group. A block of the hash
        // spans the writes of two groups, and reading it waits until both have reached the
        // cache; the older ones have.
        let mut hash = |token: &str| {
            let settled = token.len().saturating_sub(GROUP_CHARS);
            hash_full_blocks(mac, token.as_bytes().get(..settled).unwrap_or_default(), hashed);
        };

        let (blocks, last) = text.as_chunks::<AES_BLOCK>();
        let (groups, rest) = blocks.as_chunks::<GROUP>();
        for [first, second, third] in groups {
            let first = encrypt(first);
            let second = encrypt(second);
            hash(token);
            let third = encrypt(third);
            base64::push(token, [first, second, third].as_flattened());
        }

        // PKCS#7 (RFC 5652 §6.3) fills the last block or adds one.
        let mut padded = [u8::try_from(AES_BLOCK - last.len()).unwrap_or_default(); AES_BLOCK];
        for (to, from) in padded.iter_mut().zip(last) {
            *to = *from;
        }
        let mut ciphertext = [[0; AES_BLOCK]; GROUP];
        for (to, block) in ciphertext.iter_mut().zip(rest.iter().chain([&padded])) {
            *to = encrypt(block);
        }
        padded.erase();
        hash(token);
        base64::push(token, ciphertext.get(..=rest.len()).unwrap_or_default().as_flattened());
    }
}

/// Decrypts in place and returns the length without the padding; `None` if the length or the
/// padding is wrong.
///
/// Only for text that the MAC has verified: then an attacker learns nothing from the result
/// or its timing.
pub(super) fn decrypt(key: &[u8; KEY_BYTES], iv: [u8; AES_BLOCK], ciphertext: &mut [u8]) -> Option<usize> {
    let (blocks, rest) = Array::slice_as_chunks_mut(ciphertext);
    if !rest.is_empty() {
        return None;
    }
    Aes256Dec::new(key.into()).decrypt_with_backend(Decrypt { chain: iv.into(), blocks });

    let padding = usize::from(*ciphertext.last()?);
    let len = ciphertext.len().checked_sub(padding)?;
    let is_sound = (1..=AES_BLOCK).contains(&padding)
        && ciphertext.get(len..)?.iter().all(|&byte| usize::from(byte) == padding);
    is_sound.then_some(len)
}

struct Decrypt<'a> {
    chain: Block,
    blocks: &'a mut [Block],
}

impl BlockSizeUser for Decrypt<'_> {
    type BlockSize = U16;
}

impl BlockCipherDecClosure for Decrypt<'_> {
    #[inline(always)]
    fn call<B: BlockCipherDecBackend<BlockSize = U16>>(self, backend: &B) {
        let Self { mut chain, blocks } = self;
        let mut unchain = |block: &mut Block, received: &Block| {
            for (byte, chain) in block.iter_mut().zip(&chain) {
                *byte ^= chain;
            }
            chain = *received;
        };
        // Decryption is not a chain, so it takes as many blocks at once as the processor can.
        let (groups, rest) = Array::slice_as_chunks_mut(blocks);
        for group in groups {
            let received: ParBlocks<B> = group.clone();
            backend.decrypt_par_blocks_inplace(group);
            for (block, received) in group.iter_mut().zip(&received) {
                unchain(block, received);
            }
        }
        for block in rest {
            let received = *block;
            backend.decrypt_block_inplace(block);
            unchain(block, &received);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use aes::Aes256;
    use aes::cipher::block_padding::Pkcs7;
    use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
    use hmac::{Hmac, Mac as _};

    /// Bytes that do not repeat for a while.
    fn bytes(len: usize) -> Vec<u8> {
        (0..len).map(|index| u8::try_from(index * 7 % 251).unwrap()).collect()
    }

    fn hmac_sha256(key: &[u8]) -> HmacSha256 {
        let mut hmac = HmacSha256::without_key();
        hmac.set_key(key);
        hmac
    }

    #[test]
    fn two_keys_are_those_of_pbkdf2() {
        for len in 0..=200 {
            let (p, q) = (bytes(len), bytes(201 - len));
            let (s, t) = ([b'a'; 64], [b'7'; 64]);
            let [mut first, mut second] = [[0; KEY_BYTES]; 2];
            derive_two([&HmacSha1::new(&p), &HmacSha1::new(&q)], [&s, &t], [&mut first, &mut second]);
            let mut expected = [[0; KEY_BYTES]; 2];
            pbkdf2::pbkdf2_hmac::<sha1::Sha1>(&p, &s, 1, &mut expected[0]);
            pbkdf2::pbkdf2_hmac::<sha1::Sha1>(&q, &t, 1, &mut expected[1]);
            assert_eq!([first, second], expected, "{len}");
        }
    }

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

    #[test]
    fn a_token_is_that_of_cbc_base64_and_hmac() {
        let (key, iv, mac) = ([3; KEY_BYTES], [9; AES_BLOCK], hmac_sha256(&[5; 32]));
        for (len, prefix) in (0..=400).flat_map(|len| [0, 1, 97, 140].map(|prefix| (len, prefix))) {
            let mut token = "*".repeat(prefix);
            let sign = encrypt_and_sign(&key, iv, &bytes(len), &mut token, &mut mac.clone(), |token| {
                token.push_str("*1763650000000");
            });

            let ciphertext = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
            let ciphertext = ciphertext.encrypt_padded_vec::<Pkcs7>(&bytes(len));
            let expected =
                format!("{}{}*1763650000000", "*".repeat(prefix), URL_SAFE_NO_PAD.encode(ciphertext));
            assert_eq!(token, expected, "{len} {prefix}");
            assert_eq!(sign, mac.clone().authenticate(expected.as_bytes()), "{len} {prefix}");
        }
    }

    #[test]
    fn decrypting_is_that_of_cbc() {
        let (key, iv) = ([3; KEY_BYTES], [9; AES_BLOCK]);
        for len in 0..=600 {
            let mut mine = bytes(len);
            let mut theirs = mine.clone();
            // Only 16 of the 256 padding bytes are valid; this covers each length once.
            if len % 16 == 0 && len > 0 {
                let text = bytes(len - 1 - len / 16 % 16);
                mine =
                    cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(&text);
                theirs.clone_from(&mine);
            }
            let theirs =
                cbc::Decryptor::<Aes256>::new(&key.into(), &iv.into()).decrypt_padded::<Pkcs7>(&mut theirs);
            let len_of_mine = decrypt(&key, iv, &mut mine);
            assert_eq!(len_of_mine.and_then(|len| mine.get(..len)), theirs.ok(), "{len}");
        }
    }
}
