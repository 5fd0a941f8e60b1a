//! Guesses what is wrong with a seal whose MAC does not match, for tools.

use super::key::Keys;
use super::token::Token;
use super::{Sealer, hazmat};
use crate::scratch::Scratch;

/// Describes the most likely fault of a seal whose MAC does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Diagnosis {
    /// It was sealed with another password.
    WrongPassword,
    /// The password is right, and the text was changed.
    AlteredText,
}

impl Sealer {
    /// Guesses why the MAC of a seal does not match
    /// ([`UnsealError::Forged`](crate::error::UnsealError::Forged)). With the right password,
    /// the rest of the payload reads as text.
    ///
    /// A changed salt looks like another password. So may a payload that is compressed or has
    /// only one or two blocks.
    ///
    /// # Security
    ///
    /// Use it only for a person who has the password and asks what went wrong. It decrypts
    /// text that is not authentic: a server that reveals the result to its callers helps them
    /// to forge seals.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::seal::Diagnosis;
    /// use iron_session::{Passwords, Sealer};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sealer = Sealer::new(Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?);
    /// let other = Sealer::new(Passwords::new("wTnSEkfCyLXmFBdRvJ9MQ8aHzN5GoVYu")?);
    /// let seal = sealer.seal("a text of more than a block")?;
    /// assert_eq!(other.diagnose(&seal), Diagnosis::WrongPassword);
    /// let (authenticated, _mac) = seal.rsplit_once('*').unwrap_or_default();
    /// assert_eq!(sealer.diagnose(&format!("{authenticated}*another")), Diagnosis::AlteredText);
    /// # Ok(())
    /// # }
    /// ```
    pub fn diagnose(&self, seal: &str) -> Diagnosis {
        if self.decrypts_to_text(seal).unwrap_or_default() {
            Diagnosis::AlteredText
        } else {
            Diagnosis::WrongPassword
        }
    }

    fn decrypts_to_text(&self, seal: &str) -> Option<bool> {
        let token = Token::parse(seal).ok()?;
        let passwords = self.passwords();
        let entry = passwords.find(token.id)?;
        let mut keys = Keys::none();
        entry.password.derive(token.enc_salt, token.mac_salt, &mut keys)?;
        let key = keys.encryption()?;
        let mut plaintext = Scratch::zeroed(token.ciphertext_len());
        token.decode_ciphertext(&mut plaintext).ok()?;
        // Without valid padding, the last block is the one that was changed.
        let len = hazmat::decrypt(key, token.decode_iv().ok()?, &mut plaintext).unwrap_or(plaintext.len());
        let blocks = plaintext.get(..len)?.chunks(hazmat::AES_BLOCK);
        let total = blocks.len();
        let readable = blocks.filter(|block| reads_as_text(block)).count();
        // About one block of random bytes in ten thousand reads as text.
        Some(readable > 0 && readable * 4 >= total)
    }
}

/// Returns whether a block could be part of a JSON text.
fn reads_as_text(block: &[u8]) -> bool {
    let continued = block.iter().take(3).take_while(|byte| matches!(byte, 0x80..=0xbf)).count();
    let block = block.get(continued..).unwrap_or_default();
    let text = match std::str::from_utf8(block) {
        Ok(text) => text,
        // The last character continues in the next block.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(block.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.contains(char::is_control)
}
