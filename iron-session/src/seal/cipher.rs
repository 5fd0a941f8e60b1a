//! AES-256-CBC with PKCS#7 padding (NIST SP 800-38A §6.2, RFC 5652 §6.3).
//!
//! CBC alone authenticates nothing: the caller checks the MAC before it
//! decrypts, so that a padding error never answers a question of an attacker's.

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use zeroize::Zeroizing;

use super::key::KEY_BYTES;

pub(crate) const IV_BYTES: usize = 16;

/// The length of the ciphertext for a plaintext: padding adds 1 to 16 bytes.
pub(crate) const fn ciphertext_len(plaintext_len: usize) -> usize {
    (plaintext_len / 16 + 1).saturating_mul(16)
}

pub(crate) fn encrypt(key: &[u8; KEY_BYTES], iv: &[u8; IV_BYTES], plaintext: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new(key.into(), iv.into()).encrypt_padded_vec::<Pkcs7>(plaintext)
}

/// Decrypts in place; `None` when length or padding is wrong.
pub(crate) fn decrypt(
    key: &[u8; KEY_BYTES],
    iv: &[u8; IV_BYTES],
    ciphertext: Vec<u8>,
) -> Option<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(ciphertext);
    let plaintext_len =
        cbc::Decryptor::<Aes256>::new(key.into(), iv.into()).decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
    buffer.truncate(plaintext_len);
    Some(buffer)
}
