//! The floor of a seal: the time of its cryptography alone, as fast as the crates can run it.
//!
//! It consists of AES-256-CBC with its key schedule, ten SHA-1 blocks for the two keys, and
//! HMAC-SHA256 over the token's text, one after the other. It has no base64, no JSON and no
//! randomness.

#![allow(clippy::inline_always, reason = "the AES backend gets its instructions only if it is inlined")]

use aes::cipher::common::{BlockSizeUser, typenum::U16};
use aes::cipher::{
    Block, BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt, KeyInit,
};
use aes::{Aes256, Aes256Dec, Aes256Enc};
use sha1::block_api::compress;
use sha2::block_api::compress256;

/// The buffers for a seal of one size.
#[derive(Clone, Debug)]
pub struct Floor {
    blocks: Vec<Block<Aes256>>,
    mac_blocks: Vec<[u8; 64]>,
}

impl Floor {
    /// Prepares a seal of a text with `text_len` bytes, whose token has `authenticated_len`
    /// characters under the MAC.
    pub fn new(text_len: usize, authenticated_len: usize) -> Self {
        // The padded inner message follows the key's block; the outer hash takes one
        // more block.
        let inner = (authenticated_len + 9).div_ceil(64);
        Self {
            blocks: vec![Block::<Aes256>::from([7; 16]); text_len / 16 + 1],
            mac_blocks: vec![[9; 64]; 1 + inner + 2],
        }
    }

    /// Does the work of sealing.
    pub fn seal(&mut self) -> ([u32; 5], [u32; 8]) {
        Aes256Enc::new(&[3; 32].into()).encrypt_with_backend(Encrypt { blocks: &mut self.blocks });
        (keys(), self.mac())
    }

    /// Does the work of unsealing.
    pub fn unseal(&mut self) -> ([u32; 5], [u32; 8]) {
        let done = (keys(), self.mac());
        Aes256Dec::new(&[3; 32].into()).decrypt_with_backend(Decrypt { blocks: &mut self.blocks });
        done
    }

    fn mac(&self) -> [u32; 8] {
        let mut state = [0; 8];
        compress256(&mut state, &self.mac_blocks);
        state
    }
}

/// Hashes ten blocks; neighbouring blocks are independent of each other.
fn keys() -> [u32; 5] {
    let mut states = [[1; 5]; 2];
    for _ in 0..5 {
        for state in &mut states {
            compress(state, &[[5; 64]]);
        }
    }
    let [a, b] = states;
    let mut sum = a;
    for (sum, other) in sum.iter_mut().zip(b) {
        *sum ^= other;
    }
    sum
}

struct Encrypt<'a> {
    blocks: &'a mut [Block<Aes256>],
}

impl BlockSizeUser for Encrypt<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Encrypt<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let mut chain = Block::<Aes256>::from([1; 16]);
        for block in self.blocks {
            for (chain, byte) in chain.iter_mut().zip(block.iter()) {
                *chain ^= byte;
            }
            backend.encrypt_block_inplace(&mut chain);
            *block = chain;
        }
    }
}

struct Decrypt<'a> {
    blocks: &'a mut [Block<Aes256>],
}

impl BlockSizeUser for Decrypt<'_> {
    type BlockSize = U16;
}

impl BlockCipherDecClosure for Decrypt<'_> {
    #[inline(always)]
    fn call<B: BlockCipherDecBackend<BlockSize = U16>>(self, backend: &B) {
        let mut previous = Block::<Aes256>::from([1; 16]);
        let (chunks, tail) = aes::cipher::array::Array::slice_as_chunks_mut(self.blocks);
        for chunk in chunks {
            let received: aes::cipher::ParBlocks<B> = chunk.clone();
            backend.decrypt_par_blocks_inplace(chunk);
            for (block, received) in chunk.iter_mut().zip(received.iter()) {
                for (byte, previous) in block.iter_mut().zip(previous.iter()) {
                    *byte ^= previous;
                }
                previous = *received;
            }
        }
        for block in tail {
            let received = *block;
            backend.decrypt_block_inplace(block);
            for (byte, previous) in block.iter_mut().zip(previous.iter()) {
                *byte ^= previous;
            }
            previous = received;
        }
    }
}
