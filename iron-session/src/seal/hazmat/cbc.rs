//! AES-256-CBC with PKCS#7, together with the base64url and the HMAC-SHA256 around it.

#![allow(
    clippy::inline_always,
    reason = "what the AES backend calls has its instructions only where it is inlined"
)]

use aes::cipher::array::Array;
use aes::cipher::common::BlockSizeUser;
use aes::cipher::typenum::U16;
use aes::cipher::{
    BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt as _, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt as _, KeyInit as _, ParBlocks,
};
use aes::{Aes256Dec, Aes256Enc};
use sha2::block_api::compress256;

use super::super::base64;
use super::hmac::HmacSha256;
use super::{AES_BLOCK, HASH_BLOCK, KEY_BYTES};
use crate::erase::Erase as _;

type Block = Array<u8, U16>;

/// Appends a text, encrypted and in base64url, to `token`, then the text of `between`, and
/// returns the MAC of all of it.
pub(in crate::seal) fn encrypt_and_sign(
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
pub(in crate::seal) fn decrypt(
    key: &[u8; KEY_BYTES],
    iv: [u8; AES_BLOCK],
    ciphertext: &mut [u8],
) -> Option<usize> {
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
    use super::super::tests::{bytes, hmac_sha256};
    use super::*;
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use aes::Aes256;
    use aes::cipher::block_padding::Pkcs7;
    use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};

    #[test]
    fn a_token_is_that_of_cbc_base64_and_hmac() {
        let (key, iv, mac) = ([3; KEY_BYTES], [9; AES_BLOCK], hmac_sha256(&[5; 32]));
        for (len, prefix) in (0..=400).flat_map(|len| [0, 1, 97, 140].map(|prefix| (len, prefix))) {
            let mut token = "*".repeat(prefix);
            let sign = encrypt_and_sign(&key, iv, &bytes(len), &mut token, &mut mac.clone(), |token| {
                token.push_str("*1763650000000");
            });

            let ciphertext = ::cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
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
                mine = ::cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into())
                    .encrypt_padded_vec::<Pkcs7>(&text);
                theirs.clone_from(&mine);
            }
            let theirs =
                ::cbc::Decryptor::<Aes256>::new(&key.into(), &iv.into()).decrypt_padded::<Pkcs7>(&mut theirs);
            let len_of_mine = decrypt(&key, iv, &mut mine);
            assert_eq!(len_of_mine.and_then(|len| mine.get(..len)), theirs.ok(), "{len}");
        }
    }
}
