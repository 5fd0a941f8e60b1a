//! Errors of passwords.

use std::error::Error as _;
use std::fmt;

use super::Cause;
use super::reason::Reason;
use super::text::ForeignError;

/// Why a password or a set of passwords is rejected.
///
/// `Debug` prints the message and its causes, because that is what a `main` that returns the
/// error shows. A password's id is shown only if it is short, because a long one may be a
/// secret in the wrong place.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The environment variable is not set, or is empty.
    #[error(
        "the environment variable `{variable}` is not set or is empty; generate a password \
         with `openssl rand -base64 32` and use the same one on every server"
    )]
    #[non_exhaustive]
    Missing {
        /// The variable's name.
        variable: String,
    },
    /// The environment variable's value is not UTF-8.
    #[error(
        "the environment variable `{variable}` is not UTF-8; generate a password with `openssl rand -base64 32`"
    )]
    #[non_exhaustive]
    NotUnicode {
        /// The variable's name.
        variable: String,
    },
    /// A password in an environment variable is rejected.
    #[error("invalid passwords in the environment variable `{variable}`")]
    #[non_exhaustive]
    InEnvironment {
        /// The variable's name.
        variable: String,
        /// Why.
        #[source]
        cause: Box<PasswordError>,
    },
    /// Both the environment variable and the one that names a file are set.
    #[error("both `{variable}` and `{variable}_FILE` are set; set only one of these environment variables")]
    #[non_exhaustive]
    Ambiguous {
        /// The name of the variable that holds the passwords.
        variable: String,
    },
    /// A file with passwords can't be read, or is not UTF-8.
    #[error("the password file `{path}` can't be read; check the path and its permissions")]
    #[non_exhaustive]
    Unreadable {
        /// The file's path.
        path: String,
        /// Why.
        #[source]
        cause: Cause,
    },
    /// A password in a file is rejected.
    #[error("invalid passwords in the file `{path}`")]
    #[non_exhaustive]
    InFile {
        /// The file's path.
        path: String,
        /// Why.
        #[source]
        cause: Box<PasswordError>,
    },
    /// The value starts like JSON, but is none of the forms that [`Passwords::from_env`](crate::Passwords::from_env)
    /// reads.
    #[error(
        "the passwords look like JSON but have neither the form `{{\"1\":\"…\",\"2\":\"…\"}}` nor \
         `[{{\"id\":2,\"password\":\"…\"}},…]`: {what}"
    )]
    #[non_exhaustive]
    NotAPasswordMap {
        /// What is wrong, without the value.
        what: Reason,
    },
    /// The password has fewer than 32 characters, counted as JavaScript does (UTF-16 units).
    #[error(
        "password {id} has {found} characters but needs at least 32; generate one with `openssl rand -base64 32`"
    )]
    #[non_exhaustive]
    TooShort {
        /// The password's id.
        id: String,
        /// Its length in UTF-16 units.
        found: usize,
    },
    /// The password contains a NUL character. HMAC pads keys with NULs, so `pw` and `pw\0` would be
    /// the same password.
    #[error("password {id} contains a NUL character; generate one with `openssl rand -base64 32`")]
    #[non_exhaustive]
    ContainsNul {
        /// The password's id.
        id: String,
    },
    /// The password starts or ends with white space, which files and shells often add.
    #[error(
        "password {id} starts or ends with white space, which would be part of it; remove the white space, \
         read a file that ends with a newline with `Passwords::from_file`, or keep it with \
         `Password::from_verbatim_text`"
    )]
    #[non_exhaustive]
    SurroundedBySpace {
        /// The password's id.
        id: String,
    },
    /// The text is not just a password: it is JSON, is in quotes, is a variable that was not
    /// replaced, or starts with a name and `=`.
    #[error("password {id} {what}; if this really is the password, use `Password::from_verbatim_text`")]
    #[non_exhaustive]
    Pasted {
        /// The password's id.
        id: String,
        /// What it is, and what to do, without the text.
        what: Reason,
    },
    /// The password is a sample from some documentation.
    #[error(
        "password {id} is a well-known sample that anyone can look up; generate one with \
         `openssl rand -base64 32`; to rotate away from the sample, add it with `PasswordsBuilder::retired`"
    )]
    #[non_exhaustive]
    Guessable {
        /// The password's id.
        id: String,
    },
    /// The password has fewer than eight different characters.
    #[error(
        "password {id} has fewer than 8 different characters; generate one with \
         `openssl rand -base64 32`; to rotate away from the old one, add it with `PasswordsBuilder::retired`"
    )]
    #[non_exhaustive]
    Repetitive {
        /// The password's id.
        id: String,
    },
    /// The raw integrity key has fewer than 32 bytes.
    #[error(
        "the integrity key of password {id} has {found} bytes but needs at least 32; generate a longer one"
    )]
    #[non_exhaustive]
    KeyTooShort {
        /// The password's id.
        id: String,
        /// Its length in bytes.
        found: usize,
    },
    /// The id is empty or contains a character that separates the parts of a seal.
    #[error("`{id}` is not a valid password id; use letters, digits and underscores, such as `2`")]
    #[non_exhaustive]
    InvalidId {
        /// The id.
        id: String,
    },
    /// Two passwords with the same id.
    #[error("two passwords have the id `{id}`; when you rotate, give the new password a new, higher id")]
    #[non_exhaustive]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// The id chosen for sealing is not in the set, may not seal, or can't be written.
    #[error(
        "password `{id}` can't be used to seal; choose one that is in the set, is not retired, and has an id of \
         letters, digits and underscores"
    )]
    #[non_exhaustive]
    CannotSeal {
        /// The id.
        id: String,
    },
    /// A password that replaces another one has its id.
    #[error(
        "password {id} is not the one that this server has under that id, so sessions that it sealed could no \
         longer be opened; give the new password a new, higher id"
    )]
    #[non_exhaustive]
    IdInUse {
        /// The id.
        id: String,
    },
    /// The id of the password that would seal is longer than the space that the session options
    /// leave for it.
    #[error(
        "the password id `{id}` is too long: the session options leave {max_bytes} bytes for it; use a shorter \
         id, such as `2`, or raise `#[session(overhead = …)]`"
    )]
    #[non_exhaustive]
    IdTooLong {
        /// The id.
        id: String,
        /// The longest id that fits, in bytes.
        max_bytes: usize,
    },
    /// None of the passwords that replace others may seal.
    #[error(
        "no password of the new set can be used to seal: all are retired or have an id that is not a number; \
         use a numeric id, or choose a password with `PasswordsBuilder::seal_with`"
    )]
    NoSealingPassword,
    /// The passwords were not read from a file, so they can't be read again.
    #[error(
        "the passwords were not read from a file; use `RotatingPasswords::from_file`, or put in a new set \
         with `RotatingPasswords::replace`"
    )]
    NotFromFile,
    /// The operating system gave no random bytes for a generated password.
    #[error("the system's random number generator failed")]
    Randomness(#[source] Cause),
    /// No password at all.
    #[error("the set of passwords is empty; add at least one password")]
    Empty,
}

impl PasswordError {
    /// Keeps the generator's error as text, so that its crate is not part of the public interface.
    pub(crate) fn randomness(error: getrandom::Error) -> Self {
        Self::Randomness(Box::new(ForeignError::new(&error)))
    }
}

impl fmt::Debug for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let causes = std::iter::successors(self.source(), |&cause| cause.source());
        causes.into_iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}
