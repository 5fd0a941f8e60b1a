//! Translates the passwords of a case to this library's.

use std::collections::BTreeSet;

use iron_session::error::PasswordError;
use iron_session::{Password, Passwords};

use crate::file::{self, Secret};

/// The id that iron-session gives to a single password.
const FIRST_ID: &str = "1";

/// The passwords in the documentation of iron-session, hapi and h3.
const SAMPLES: &[&str] = &[
    "complex_password_at_least_32_characters_long",
    "2gyZ3GDw3LHZQKDhPmPDL3sjREVRXPr8",
    "some_not_random_password_that_is_at_least_32_characters",
    "password-should-be-32-characters",
    "80d42cfb-1cd2-462c-8f17-e3237d9027e9",
];

/// Builds the set.
///
/// JavaScript looks at one password at a time; this library checks a set as a whole. A password
/// that is too short, a raw key with a wrong length, and a password with an id that a token
/// can't contain have never opened a seal, so they are left out. A password that is guessable
/// or contains a NUL may only unseal, so it is
/// [`retired`](iron_session::PasswordsBuilder::retired).
pub(crate) fn build(passwords: &file::Passwords, sealing_id: Option<&str>) -> Result<Passwords, String> {
    if let file::Passwords::BufferHex(hex) = passwords {
        return key(hex).map(Passwords::from_raw_key);
    }
    let mut builder = Passwords::builder();
    for (id, password) in list(passwords) {
        let Ok(password) = password else { continue };
        let alone = Passwords::builder().password(id.clone(), password.clone()).build();
        builder = match alone {
            Ok(_) => builder.password(id, password),
            Err(
                PasswordError::Guessable { .. }
                | PasswordError::Repetitive { .. }
                | PasswordError::ContainsNul { .. },
            ) => builder.retired(id, password),
            Err(_) => builder,
        };
    }
    if let Some(id) = sealing_id {
        builder = builder.seal_with(id);
    }
    builder.build().map_err(|error| error.to_string())
}

/// Builds the set as an application would: one bad password is an error.
pub(crate) fn build_strictly(passwords: &file::Passwords) -> Result<Passwords, String> {
    if let file::Passwords::BufferHex(hex) = passwords {
        return key(hex).map(Passwords::from_raw_key);
    }
    let mut builder = Passwords::builder();
    for (id, password) in list(passwords) {
        builder = builder.password(id, password?);
    }
    builder.build().map_err(|error| error.to_string())
}

fn list(passwords: &file::Passwords) -> Vec<(String, Result<Password, String>)> {
    match passwords {
        file::Passwords::String(text) => vec![(FIRST_ID.to_owned(), Ok(Password::from_verbatim_text(text)))],
        file::Passwords::BufferHex(_) => Vec::new(),
        file::Passwords::Map(map) => map.iter().map(|(id, secret)| (id.clone(), password(secret))).collect(),
    }
}

/// Returns the id of a seal that is made with the set: the numerically highest id among the
/// whole numbers in canonical form, of any length. A lone raw key has no id.
pub(crate) fn sealing_id(passwords: &file::Passwords) -> Option<&str> {
    match passwords {
        file::Passwords::String(_) => Some(FIRST_ID),
        file::Passwords::BufferHex(_) => Some(""),
        file::Passwords::Map(map) => {
            let is_canonical =
                |id: &&String| id.bytes().all(|b| b.is_ascii_digit()) && (!id.starts_with('0') || *id == "0");
            let ids = map.keys().filter(|id| !id.is_empty()).filter(is_canonical);
            ids.max_by_key(|id| (id.len(), *id)).map(String::as_str)
        }
    }
}

/// Tells whether every password of the set may seal. If one may not, an application gets an
/// error at once.
pub(crate) fn are_strong(passwords: &file::Passwords) -> bool {
    match passwords {
        file::Passwords::String(text) => is_strong_text(text),
        file::Passwords::BufferHex(hex) => key(hex).is_ok(),
        file::Passwords::Map(map) => {
            map.iter().all(|(id, secret)| !id.is_empty() && !id.contains(['*', '~']) && is_strong(secret))
        }
    }
}

fn is_strong(secret: &Secret) -> bool {
    match secret {
        Secret::Text(text) => is_strong_text(text),
        Secret::Buffer { hex } => key(hex).is_ok(),
        Secret::Split { encryption, integrity } => {
            let integrity_is_strong = match &**integrity {
                // hapi uses longer keys as they are.
                Secret::Buffer { hex } => bytes(hex).is_ok_and(|key| key.len() >= 32),
                secret => is_strong(secret),
            };
            is_strong(encryption) && integrity_is_strong
        }
    }
}

fn is_strong_text(password: &str) -> bool {
    let different: BTreeSet<char> = password.chars().collect();
    password.encode_utf16().count() >= 32
        && different.len() >= 8
        && !password.contains('\0')
        && !SAMPLES.contains(&password)
}

/// Tells whether iron-session can seal with the set: it accepts only texts, and looks up the
/// highest id in the form in which JavaScript prints that number.
pub(crate) fn iron_session_can_seal(passwords: &file::Passwords) -> bool {
    // From here on, JavaScript prints an exponent.
    const EXPONENTIAL: f64 = 1e21;
    let file::Passwords::Map(map) = passwords else {
        return matches!(passwords, file::Passwords::String(_));
    };
    let numbers: Option<Vec<f64>> = map.keys().map(|id| id.parse().ok()).collect();
    let highest = numbers.and_then(|numbers| numbers.into_iter().reduce(f64::max));
    highest.is_some_and(|highest| highest < EXPONENTIAL && map.contains_key(&highest.to_string()))
        && map.values().all(|secret| matches!(secret, Secret::Text(_)))
}

/// Tells which halves of a password are raw keys.
pub(crate) fn are_raw(passwords: &file::Passwords, id: &str) -> (bool, bool) {
    use Secret::{Buffer, Split};
    match passwords {
        file::Passwords::String(_) => (false, false),
        file::Passwords::BufferHex(_) => (true, true),
        file::Passwords::Map(map) => match map.get(id) {
            Some(Buffer { .. }) => (true, true),
            Some(Split { encryption, integrity }) => {
                (matches!(**encryption, Buffer { .. }), matches!(**integrity, Buffer { .. }))
            }
            _ => (false, false),
        },
    }
}

fn password(secret: &Secret) -> Result<Password, String> {
    use Secret::{Buffer, Split, Text};
    match secret {
        // JavaScript takes any text as it is.
        Text(text) => Ok(Password::from_verbatim_text(text)),
        Buffer { hex } => key(hex).map(Password::from_key),
        Split { encryption, integrity } => Ok(match (&**encryption, &**integrity) {
            (Text(encryption), Text(integrity)) => Password::from_halves(encryption, integrity),
            (Buffer { hex: encryption }, Text(integrity)) => {
                Password::from_text(integrity).with_encryption_key(key(encryption)?)
            }
            (Text(encryption), Buffer { hex: integrity }) => {
                Password::from_text(encryption).with_integrity_key(&bytes(integrity)?)
            }
            (Buffer { hex: encryption }, Buffer { hex: integrity }) => {
                Password::from_key(key(encryption)?).with_integrity_key(&bytes(integrity)?)
            }
            _ => return Err("a split password inside a split password".to_owned()),
        }),
    }
}

fn key(hex: &str) -> Result<[u8; 32], String> {
    let bytes = bytes(hex)?;
    let len = bytes.len();
    bytes.try_into().map_err(|_| format!("a raw key of {len} bytes, not 32"))
}

fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    (0..hex.len())
        .step_by(2)
        .map(|at| {
            let digits = hex.get(at..at + 2).ok_or("half a hex digit")?;
            u8::from_str_radix(digits, 16).map_err(|error| error.to_string())
        })
        .collect()
}
