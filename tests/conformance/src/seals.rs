//! Checks seals, and the documented result for each.
//!
//! | iron-session 9, iron-session 8, hapi | this library | rule |
//! | --- | --- | --- |
//! | all accept | accepted, with the same value | [`documented`] |
//! | all reject | rejected, for a reason that fits iron-session's | [`reasons`] |
//! | they differ | accepted if a library writes such seals itself: canonical in every component, under an id from the set, with JSON inside | [`is_written_by_a_library`] |
//! | all accept a payload with more than 128 levels, or a number too large for `f64` | rejected as undecodable | [`documented`] |
//! | iron-session reads `null` as `{}`, and looks at the marker | only the plaintext counts | [`value_text`] |
//! | each looks at one password at a time | a password that never opened a seal is left out of the set | [`passwords::build`] |
//! | a lone raw key opens a token with any id | the same | [`is_written_by_a_library`] |
//!
//! A canonical seal that is accepted is also made again from its plaintext, salts and iv, which
//! must give the same text ([`reproduce`]). Seals that this library does not make are excepted:
//! those under a guessable password or an odd id, with the id `default` spelled out, or with a
//! salt next to a raw key.

use std::time::Duration;

use iron_session::__vectors::{self, KnownSalts};
use iron_session::error::UnsealError;
use iron_session::{Sealer, Ttl};
use serde_json::Value;

use crate::file::{self, Seal};
use crate::report::Report;
use crate::{json, passwords};

pub(crate) fn run(case: &Seal, report: &mut Report) {
    let mut mistakes = Vec::new();
    let documented = documented(case);
    match (unseal(case), &documented) {
        (Ok(found), Documented::Accepted(value)) => {
            if !json::same(&found, value) {
                mistakes.push(format!("read as {found}, documented as {value}"));
            }
            match reproduce(case) {
                Ok(true) => report.add_reproduced(),
                Ok(false) => {}
                Err(mistake) => mistakes.push(mistake),
            }
        }
        (Err(_), Documented::Rejected { reasons: None })
        | (Err(Refusal::Configuration(_)), Documented::Rejected { .. }) => {}
        (Err(Refusal::Unsealing(error)), Documented::Rejected { reasons: Some(reasons) })
            if reasons.contains(&error.reason()) => {}
        (Ok(found), Documented::Rejected { .. }) => {
            mistakes.push(format!("accepted as {found}, documented as rejected"));
        }
        (Err(refusal), documented) => mistakes.push(format!("{refusal}, documented as {documented}")),
    }
    report.add(&case.class, &case.name, &mistakes);
}

enum Documented {
    Accepted(Value),
    /// With one of these reasons, if the case determines it.
    Rejected {
        reasons: Option<&'static [&'static str]>,
    },
}

impl std::fmt::Display for Documented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Accepted(value) => write!(f, "accepted as {value}"),
            Self::Rejected { reasons: None } => f.write_str("rejected"),
            Self::Rejected { reasons: Some(reasons) } => write!(f, "rejected as one of {reasons:?}"),
        }
    }
}

fn documented(case: &Seal) -> Documented {
    let outcomes = [&case.expect.v9, &case.expect.v8, &case.expect.hapi];
    let accepting = outcomes.iter().filter(|outcome| outcome.ok).count();
    let is_accepted = match accepting {
        0 => false,
        3 => true,
        _ => is_written_by_a_library(case),
    };
    let Some(text) = value_text(case).filter(|_| is_accepted) else {
        return Documented::Rejected { reasons: reasons(case) };
    };
    match json::parse(&text) {
        Ok(value) if json::depth(&text) <= 128 => Documented::Accepted(value),
        // serde_json rejects only one thing that `JSON.parse` accepts: numbers too
        // large for `f64`.
        _ => Documented::Rejected { reasons: Some(&["undecodable"]) },
    }
}

/// Returns the value: the plaintext if it is known, because the libraries also look at the
/// marker outside the MAC, and iron-session reads `null` as `{}`.
fn value_text(case: &Seal) -> Option<String> {
    let inside = case.plaintext.as_deref().map(skip_mark).filter(|text| json::parse(text).is_ok());
    let inside = inside.map(str::to_owned);
    // `JSON.stringify` writes `Infinity` as `null`; the plaintext shows the difference.
    inside
        .or_else(|| case.plaintext.clone())
        .or_else(|| case.value_json.clone().or_else(|| case.expect.v9.value_json.clone()))
}

/// Returns the reasons that fit iron-session 9's. It checks the expiry first, so a seal that it
/// calls expired may have other faults too.
fn reasons(case: &Seal) -> Option<&'static [&'static str]> {
    match case.expect.v9.reason.as_deref()? {
        "expired" => Some(&["expired", "forged", "malformed", "unknown_password"]),
        "unknown-password" => Some(&["unknown_password"]),
        _ => None,
    }
}

/// Tells whether a token has a spelling that this library reads. iron-session also accepts
/// spellings of MAC, iv and ciphertext that no library writes.
pub(crate) fn is_spelled_as_written(token: &str) -> bool {
    let body = token.split('~').next().unwrap_or_default();
    let &[_, _, _, iv, ciphertext, _, _, mac] = body.split('*').collect::<Vec<_>>().as_slice() else {
        return false;
    };
    // The MAC covers the spelling of iv and ciphertext, including their unused bits.
    canonical_base64(mac).is_some() && [iv, ciphertext].iter().all(|text| decode_base64(text).is_some())
}

/// Returns the components of a seal that a library could have written.
struct Canonical<'a> {
    id: &'a str,
    enc_salt: &'a str,
    iv: [u8; 16],
    expires: &'a str,
    mac_salt: &'a str,
}

fn canonical(seal: &str) -> Option<Canonical<'_>> {
    let body = seal.split('~').next()?;
    let parts: Vec<&str> = body.split('*').collect();
    let &["Fe26.2", id, enc_salt, iv, ciphertext, expires, mac_salt, mac] = parts.as_slice() else {
        return None;
    };
    if expires.starts_with('0') || !expires.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let iv = canonical_base64(iv)?.try_into().ok()?;
    let mac_len = canonical_base64(mac)?.len();
    let ciphertext_len = canonical_base64(ciphertext)?.len();
    (mac_len == 32 && ciphertext_len > 0 && ciphertext_len % 16 == 0).then_some(Canonical {
        id,
        enc_salt,
        iv,
        expires,
        mac_salt,
    })
}

/// Decodes base64url in its canonical spelling only.
pub(crate) fn canonical_base64(text: &str) -> Option<Vec<u8>> {
    decode_base64(text).and_then(|(bytes, unused_bits)| (unused_bits == 0).then_some(bytes))
}

/// Decodes base64url without padding, and returns the unused bits of the last character.
fn decode_base64(text: &str) -> Option<(Vec<u8>, u32)> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = Vec::new();
    let (mut bits, mut len) = (0_u32, 0);
    for byte in text.bytes() {
        let sextet = ALPHABET.iter().position(|&letter| letter == byte)?;
        bits = bits << 6 | u32::try_from(sextet).ok()?;
        len += 6;
        if len >= 8 {
            len -= 8;
            bytes.push(u8::try_from(bits >> len & 0xff).ok()?);
            bits &= (1 << len) - 1;
        }
    }
    (len < 6).then_some((bytes, bits))
}

fn is_written_by_a_library(case: &Seal) -> bool {
    let Some(seal) = canonical(&case.token) else { return false };
    let id = if seal.id.is_empty() { "default" } else { seal.id };
    // A lone raw key has no id, and opens a token with any id.
    let is_known = matches!(case.passwords, file::Passwords::BufferHex(_))
        || passwords::build(&case.passwords, None)
            .is_ok_and(|passwords| passwords.ids().any(|known| known.as_str() == id));
    let is_json = case.plaintext.as_deref().is_none_or(|text| json::parse(skip_mark(text)).is_ok());
    is_known && is_json
}

fn skip_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

enum Refusal {
    Configuration(String),
    Unsealing(UnsealError),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Configuration(error) => write!(f, "passwords rejected ({error})"),
            Self::Unsealing(error) => write!(f, "rejected as {} ({error})", error.reason()),
        }
    }
}

fn unseal(case: &Seal) -> Result<Value, Refusal> {
    let passwords = passwords::build(&case.passwords, None).map_err(Refusal::Configuration)?;
    Sealer::new(passwords)
        .with_clock(file::clock(case.now_ms))
        .unseal(&case.token)
        .map_err(Refusal::Unsealing)
}

/// Makes a seal again; returns `false` if this library could not have made it.
fn reproduce(case: &Seal) -> Result<bool, String> {
    let (Some(seal), Some(plaintext)) = (canonical(&case.token), &case.plaintext) else { return Ok(false) };
    // `default` is written as an empty id, and so is the id of a lone raw key.
    let has_no_id = matches!(case.passwords, file::Passwords::BufferHex(_));
    if seal.id == "default" || has_no_id && !seal.id.is_empty() {
        return Ok(false);
    }
    let id = if seal.id.is_empty() { "default" } else { seal.id };
    // This library does not seal with a guessable password, under an id that hapi would not
    // write, or for longer than it can count.
    let Ok(passwords) = passwords::build(&case.passwords, Some(id)) else { return Ok(false) };
    let ttl = match seal.expires {
        "" => Ttl::Unlimited,
        digits => match digits.parse() {
            Ok(ms) => Ttl::After(Duration::from_millis(ms)),
            Err(_) => return Ok(false),
        },
    };
    // A raw key has no salts. The MAC's salt is outside the MAC, so anyone may have added
    // one later.
    let (encryption_is_raw, integrity_is_raw) = passwords::are_raw(&case.passwords, id);
    if integrity_is_raw && !seal.mac_salt.is_empty() || encryption_is_raw && !seal.enc_salt.is_empty() {
        return Ok(false);
    }

    let sealer = Sealer::new(passwords).with_clock(file::clock(0.0)).with_ttl(ttl);
    let salts =
        KnownSalts { enc_salt: seal.enc_salt.to_owned(), mac_salt: seal.mac_salt.to_owned(), iv: seal.iv };
    let made = __vectors::seal(&sealer, plaintext, &salts).map_err(|error| error.to_string())?;

    let body = |seal: &str| seal.split('~').next().map(str::to_owned);
    if body(&made) == body(&case.token) { Ok(true) } else { Err(format!("made again as {made}")) }
}
