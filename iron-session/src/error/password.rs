//! Refused passwords.

use std::fmt;

/// Why a password or a set of passwords is refused.
///
/// Prints its message for `Debug` too, since that is what a `main` that returns
/// it shows. A password's id is shown only if it can't be a secret by mistake.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The environment variable is not set, or is empty.
    #[error(
        "the environment variable `{variable}` is not set or is empty; generate a password \
         with `openssl rand -base64 32` and use the same one on every server"
    )]
    Missing {
        /// The variable's name.
        variable: String,
    },
    /// The environment variable's value is not UTF-8.
    #[error(
        "the environment variable `{variable}` is not UTF-8; generate a password with `openssl rand -base64 32`"
    )]
    NotUnicode {
        /// The variable's name.
        variable: String,
    },
    /// A password in an environment variable is refused.
    #[error("invalid passwords in the environment variable `{variable}`: {reason}")]
    InEnvironment {
        /// The variable's name.
        variable: String,
        /// Why.
        reason: Box<PasswordError>,
    },
    /// The value begins like JSON, but is neither a map of ids nor the array form.
    #[error(
        "the passwords look like JSON but have neither the form `{{\"1\":\"…\",\"2\":\"…\"}}` nor \
         `[{{\"id\":2,\"password\":\"…\"}},…]`: {what}"
    )]
    NotAPasswordMap {
        /// What is wrong, without the value.
        what: &'static str,
    },
    /// Fewer than 32 characters, counted as JavaScript does (UTF-16 units).
    #[error(
        "password {id} has {found} characters but needs at least 32; generate one with `openssl rand -base64 32`"
    )]
    TooShort {
        /// The password's id.
        id: String,
        /// Its length in UTF-16 units.
        found: usize,
    },
    /// A NUL character: HMAC pads keys with NULs, so `pw` and `pw\0` would be the same.
    #[error("password {id} contains a NUL character; generate one with `openssl rand -base64 32`")]
    ContainsNul {
        /// The password's id.
        id: String,
    },
    /// White space at the beginning or the end, as files and shells leave it there.
    #[error(
        "password {id} starts or ends with white space, which would be part of it; remove the white space \
         (files often end with a newline), or keep it with `Password::from_verbatim_text`"
    )]
    SurroundedBySpace {
        /// The password's id.
        id: String,
    },
    /// JSON, quotes, a variable that was not replaced, a name: what stands around a password,
    /// or in its place, where it was copied from.
    #[error("password {id} {what}; if this really is the password, use `Password::from_verbatim_text`")]
    Pasted {
        /// The password's id.
        id: String,
        /// What it is, and what to do, without the text.
        what: &'static str,
    },
    /// A password out of some documentation.
    #[error(
        "password {id} is a well-known sample that anyone can look up; generate one with \
         `openssl rand -base64 32`; to rotate away from the sample, add it with `PasswordsBuilder::retired`"
    )]
    Guessable {
        /// The password's id.
        id: String,
    },
    /// A password of fewer than eight different characters.
    #[error(
        "password {id} has fewer than 8 different characters; generate one with \
         `openssl rand -base64 32`; to rotate away from the old one, add it with `PasswordsBuilder::retired`"
    )]
    Repetitive {
        /// The password's id.
        id: String,
    },
    /// A raw integrity key of fewer than 32 bytes.
    #[error(
        "the integrity key of password {id} has {found} bytes but needs at least 32; generate a longer one"
    )]
    KeyTooShort {
        /// The password's id.
        id: String,
        /// Its length in bytes.
        found: usize,
    },
    /// An id that could not be told apart inside a token.
    #[error("`{id}` is not a valid password id: an id must not be empty or contain `*` or `~`")]
    InvalidId {
        /// The id.
        id: String,
    },
    /// Two passwords with the same id.
    #[error("two passwords have the id `{id}`; when you rotate, give the new password a new, higher id")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// The id chosen for sealing is not in the set, may not seal, or can't be written.
    #[error(
        "password `{id}` can't be used to seal; choose one that is in the set, is not retired, and has an id of \
         letters, digits and underscores"
    )]
    CannotSeal {
        /// The id.
        id: String,
    },
    /// No password at all.
    #[error("the set of passwords is empty; add at least one password")]
    Empty,
}

impl fmt::Debug for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
