//! Passwords as a case gives them, in this crate's terms.

use iron_session::error::PasswordError;
use iron_session::{Password, Passwords};

use crate::file;

/// Builds the set.
///
/// Where JavaScript looks at one password at a time, a set is checked as a
/// whole. A password that is too short, or whose id can't stand in a token, never opened
/// a seal, so it is left out. One that is guessable or contains a NUL may only
/// unseal, which is what [`retired`](iron_session::seal::PasswordsBuilder::retired) is for.
pub(crate) fn build(passwords: &file::Passwords, sealing_id: Option<&str>) -> Result<Passwords, String> {
    let entries = list(passwords)
        .into_iter()
        .map(|(id, password)| Ok((id, password?)))
        .collect::<Result<Vec<_>, String>>()?;
    let mut builder = Passwords::builder();
    for (id, password) in &entries {
        let alone = Passwords::builder().password(id.clone(), password.clone()).build();
        builder = match alone {
            Ok(_) => builder.password(id.clone(), password.clone()),
            Err(PasswordError::Guessable { .. } | PasswordError::ContainsNul { .. }) => {
                builder.retired(id.clone(), password.clone())
            }
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
    let mut builder = Passwords::builder();
    for (id, password) in list(passwords) {
        builder = builder.password(id, password?);
    }
    builder.build().map_err(|error| error.to_string())
}

/// iron-session gives a lone string the id `1`; hapi looks a lone buffer up for
/// tokens without an id.
fn list(passwords: &file::Passwords) -> Vec<(String, Result<Password, String>)> {
    match passwords {
        file::Passwords::String(text) => vec![("1".to_owned(), Ok(Password::text(text)))],
        file::Passwords::BufferHex(hex) => vec![("default".to_owned(), key(hex).map(Password::key))],
        file::Passwords::Map(map) => map.iter().map(|(id, secret)| (id.clone(), password(secret))).collect(),
    }
}

/// Tells of which halves of a password raw keys are given.
pub(crate) fn are_raw(passwords: &file::Passwords, id: &str) -> (bool, bool) {
    use file::Secret::{Buffer, Split};
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

fn password(secret: &file::Secret) -> Result<Password, String> {
    use file::Secret::{Buffer, Split, Text};
    match secret {
        Text(text) => Ok(Password::text(text)),
        Buffer { hex } => key(hex).map(Password::key),
        Split { encryption, integrity } => Ok(match (&**encryption, &**integrity) {
            (Text(encryption), Text(integrity)) => Password::split(encryption, integrity),
            (Buffer { hex: encryption }, Text(integrity)) => {
                Password::text(integrity).with_encryption_key(key(encryption)?)
            }
            (Text(encryption), Buffer { hex: integrity }) => {
                Password::text(encryption).with_integrity_key(&bytes(integrity)?)
            }
            (Buffer { hex: encryption }, Buffer { hex: integrity }) => {
                Password::key(key(encryption)?).with_integrity_key(&bytes(integrity)?)
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
