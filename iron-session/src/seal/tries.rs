//! Opens a seal that does not say how it was made: without a password id, or with an unknown number of
//! rounds.

use subtle::ConstantTimeEq as _;

use super::hazmat::HmacSha256;
use super::key::Keys;
use super::passwords::{Entry, Passwords};
use super::token::Token;
use crate::profile::Profile;

/// The most passwords that are tried for a seal without an id.
const MAX_TRIES: usize = 4;

/// Derives the keys of a token whose MAC is right under one of the passwords. Returns whether the
/// password that seals now, with the rounds that it seals with, made it; `None` if the MAC is wrong
/// under all.
///
/// Each round costs time, so the keys with few rounds are tried first, and the key to decrypt with is
/// derived only if the MAC is right.
pub(super) fn open(
    profile: Profile,
    passwords: &Passwords,
    token: &Token<'_>,
    mac: &[u8; 32],
    keys: &mut Keys,
) -> Option<bool> {
    let sealing = passwords.sealing();
    for &rounds in profile.rounds_to_try() {
        for entry in candidates(passwords, token.id) {
            // Verifying consumes the states of an HMAC.
            let verify = |hmac: &HmacSha256| {
                let expected = hmac.clone().authenticate(token.authenticated.as_bytes());
                bool::from(expected.ct_eq(mac))
            };
            let password = &entry.password;
            let is_right = if rounds == 1 {
                password.derive(token.enc_salt, token.mac_salt, keys).is_some() && verify(&keys.mac)
            } else {
                password.stretch(token.enc_salt, token.mac_salt, rounds, keys, verify).is_some()
            };
            if is_right {
                let seals = sealing.is_some_and(|sealing| sealing.id == entry.id);
                return Some(seals && rounds == profile.rounds());
            }
        }
    }
    None
}

/// Returns the passwords that may have made a token. Without an id, any of them may, and the one that
/// seals is the most likely.
fn candidates<'a>(passwords: &'a Passwords, id: &str) -> impl Iterator<Item = &'a Entry> {
    let named = passwords.find(id);
    let is_unnamed = id.is_empty();
    let sealing = passwords.sealing();
    let others = passwords.ring.iter().rev();
    let others = others.filter(move |entry| sealing.is_none_or(|sealing| sealing.id != entry.id));
    let unnamed = sealing.into_iter().chain(others).take(MAX_TRIES).filter(move |_| is_unnamed);
    named.filter(|_| !is_unnamed).into_iter().chain(unnamed)
}
