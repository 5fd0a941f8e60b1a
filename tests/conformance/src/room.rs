//! The space in a session's cookies: each line, attributes included, has at most 4096 bytes.

use crate::file::{MaxAge, Options};
use crate::options::{max_cookies, priority, same_site};
use crate::passwords;

use iron_session::SameSite;

pub(crate) const MAX_LINE_BYTES: usize = 4096;

/// The clock skew: a cookie expires this much earlier than its seal.
const SKEW_SECS: f64 = 60.0;

/// The space that a case's options leave, in bytes.
pub(crate) struct Room {
    /// The length of a whole cookie's name and attributes.
    overhead: usize,
    max_cookies: usize,
    /// The length of a token without its ciphertext.
    token: usize,
}

impl Room {
    pub(crate) fn of(case: &Options, now_ms: f64) -> Self {
        let id = passwords::sealing_id(&case.passwords).unwrap_or_default();
        let salt = |is_raw: bool| if is_raw { 0 } else { 64 };
        let (encryption_is_raw, integrity_is_raw) = passwords::are_raw(&case.passwords, id);
        let ttl_secs = case.ttl.unwrap_or(f64::from(14 * 24 * 60 * 60));
        let expires = if ttl_secs == 0.0 { 0 } else { digits(now_ms + ttl_secs * 1e3) };
        let (iv, mac) = (base64_len(16), base64_len(32));
        let salts = salt(encryption_is_raw) + salt(integrity_is_raw);
        Self {
            overhead: case.cookie_name.len() + "=".len() + attributes_len(case, ttl_secs),
            max_cookies: max_cookies(case),
            token: "Fe26.2*******~2".len() + id.len() + salts + iv + expires + mac,
        }
    }

    /// Returns the longest possible token.
    pub(crate) fn capacity(&self) -> usize {
        let whole = MAX_LINE_BYTES.saturating_sub(self.overhead);
        if self.max_cookies == 1 { whole } else { whole.saturating_sub(".0".len()) * self.max_cookies }
    }

    /// Tells whether a payload of this length can be saved.
    pub(crate) fn fits(&self, payload: usize) -> bool {
        // PKCS#7 adds at least one byte.
        let ciphertext = (payload / 16 + 1) * 16;
        self.token + base64_len(ciphertext) <= self.capacity()
    }
}

fn base64_len(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

fn digits(number: f64) -> usize {
    format!("{number:.0}").len()
}

/// Returns the length of a line's attributes.
fn attributes_len(case: &Options, ttl_secs: f64) -> usize {
    let cookie = &case.cookie;
    let max_age = match cookie.max_age {
        MaxAge::Undefined => None,
        MaxAge::Secs(secs) => Some(secs),
        MaxAge::FollowsTtl if ttl_secs == 0.0 => Some(f64::INFINITY),
        MaxAge::FollowsTtl => Some((ttl_secs - SKEW_SECS).max(ttl_secs.min(SKEW_SECS))),
    };
    let flag = |is_set: bool, text: &str| if is_set { text.len() } else { 0 };
    let lens = [
        max_age.map_or(0, |secs| "; Max-Age=".len() + digits(secs.trunc().min(f64::from(i32::MAX)))),
        cookie.domain.as_ref().map_or(0, |domain| "; Domain=".len() + domain.len()),
        "; Path=".len() + cookie.path.as_ref().map_or(1, String::len),
        flag(cookie.expires.is_some(), "; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        flag(cookie.http_only != Some(false), "; HttpOnly"),
        flag(cookie.secure != Some(false), "; Secure"),
        flag(cookie.partitioned == Some(true), "; Partitioned"),
        priority(cookie).ok().flatten().map_or(0, |name| format!("; Priority={name:?}").len()),
        match same_site(cookie).ok().flatten().unwrap_or_default() {
            SameSite::Unset => 0,
            value => format!("; SameSite={value:?}").len(),
        },
    ];
    lens.iter().sum()
}
