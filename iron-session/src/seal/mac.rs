//! HMAC-SHA256 (RFC 2104, FIPS 180-4) over a token's text.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

pub(crate) const MAC_BYTES: usize = 32;

fn hmac(key: &[u8], text: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "RFC 2104 §2: HMAC takes a key of any length")]
    let keyed = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    keyed.chain_update(text.as_bytes())
}

pub(crate) fn sign(key: &[u8], text: &str) -> [u8; MAC_BYTES] {
    hmac(key, text).finalize().into_bytes().into()
}

/// Compares in constant time.
pub(crate) fn verify(key: &[u8], text: &str, mac: &[u8; MAC_BYTES]) -> bool {
    hmac(key, text).verify_slice(mac).is_ok()
}
