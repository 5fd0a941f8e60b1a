//! Passwords from an environment variable or a file.

use std::env::{self, VarError};
use std::fs;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::password::shown;
use super::password_text::PasswordText;
use super::passwords::Passwords;
use crate::error::PasswordError;

impl Passwords {
    /// Reads the passwords from an environment variable: one secret, a JSON map
    /// `{"1":"…","2":"…"}`, or the array form `[{"id":2,"password":"…"},…]`.
    ///
    /// The password with the numerically highest id seals. Both JSON forms can choose another
    /// one, for the first phase of a rotation: `{"seal_with":"1","passwords":{"1":"…","2":"…"}}`
    /// and `[{"id":2,"password":"…"},{"id":1,"password":"…","seals":true}]`. The map in
    /// `passwords` is the one that iron-session takes in JavaScript.
    ///
    /// If the variable is not set, but one with `_FILE` after its name is, this reads the file
    /// that it names, as [`Passwords::from_file`] does. Docker and Kubernetes mount secrets as
    /// files.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if neither or both variables are set, the file can't be read, the JSON
    /// is not one of those forms, [`Passwords::new`] would reject a password, or a password is a
    /// sample from this documentation, which only [`Passwords::new`] and the builder accept.
    pub fn from_env(variable: &str) -> Result<Self, PasswordError> {
        read(variable).map(|(passwords, _file)| passwords)
    }

    /// Reads the same forms from a file. A newline at its end is not part of a password.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if the file can't be read or is not UTF-8, its JSON is not one of those
    /// forms, or [`Passwords::new`] would reject a password.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use iron_session::Passwords;
    ///
    /// let passwords = Passwords::from_file("/run/secrets/session")?;
    /// # Ok::<(), iron_session::error::PasswordError>(())
    /// ```
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, PasswordError> {
        read_file(path.as_ref())
    }

    /// Reads the same forms from a text that comes from another source, such as a secret
    /// store.
    ///
    /// # Errors
    ///
    /// The errors of [`Passwords::from_env`], except the one for a missing variable.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        build(text)
    }

    /// Reads the same forms for passwords that only unseal and whose strength no longer
    /// matters, as with [`PasswordsBuilder::retired`](crate::PasswordsBuilder::retired). Use it to inspect the
    /// seals of another program.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] if the text is not one of those forms, or a password has fewer than
    /// 32 characters, because no program ever sealed with such a password.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::Passwords;
    ///
    /// let sample = "complex_password_at_least_32_characters_long";
    /// assert!(Passwords::parse(sample).is_err());
    /// assert!(Passwords::parse_retired(sample).unwrap().sealing_id().is_none());
    /// ```
    #[cfg(feature = "inspect")]
    pub fn parse_retired(text: &str) -> Result<Self, PasswordError> {
        build_retired(text)
    }
}

/// Reads a variable. Returns the path of the file if another variable names one.
pub(super) fn read(variable: &str) -> Result<(Passwords, Option<PathBuf>), PasswordError> {
    let value = match env::var(variable).map(Zeroizing::new) {
        Ok(value) if !value.trim().is_empty() => Some(value),
        Ok(_) | Err(VarError::NotPresent) => None,
        Err(VarError::NotUnicode(_)) => {
            return Err(PasswordError::NotUnicode { variable: variable.to_owned() });
        }
    };
    let file = env::var_os(format!("{variable}_FILE")).filter(|path| !path.is_empty());
    match (value, file.map(PathBuf::from)) {
        (Some(value), None) => Ok((build_from_variable(variable, &value)?, None)),
        (None, Some(path)) => Ok((read_file(&path)?, Some(path))),
        (Some(_), Some(_)) => Err(PasswordError::Ambiguous { variable: variable.to_owned() }),
        (None, None) => Err(PasswordError::Missing { variable: variable.to_owned() }),
    }
}

fn read_file(path: &Path) -> Result<Passwords, PasswordError> {
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(|error| PasswordError::Unreadable {
        path: path.display().to_string(),
        cause: Box::new(error),
    })?;
    // Editors and `echo` end a file with a newline.
    let value = text.strip_suffix('\n').unwrap_or(&text);
    let value = value.strip_suffix('\r').unwrap_or(value);
    let passwords = if value.trim().is_empty() { Err(PasswordError::Empty) } else { build(value) };
    passwords.map_err(|cause| in_file(path, cause))
}

/// Names the file whose passwords are rejected.
pub(super) fn in_file(path: &Path, cause: PasswordError) -> PasswordError {
    PasswordError::InFile { path: path.display().to_string(), cause: Box::new(cause) }
}

fn build_from_variable(variable: &str, value: &str) -> Result<Passwords, PasswordError> {
    build(value).map_err(|cause| PasswordError::InEnvironment {
        variable: variable.to_owned(),
        cause: Box::new(cause),
    })
}

fn build(value: &str) -> Result<Passwords, PasswordError> {
    let mut builder = Passwords::builder();
    let text = PasswordText::parse(value)?;
    for (id, password) in text.entries {
        if OWN_SAMPLES.contains(&password.as_str()) {
            return Err(PasswordError::Guessable { id: shown(&id) });
        }
        builder = builder.password(id, password.as_str());
    }
    if let Some(id) = text.seal_with {
        builder = builder.seal_with(id);
    }
    builder.build()
}

#[cfg(feature = "inspect")]
fn build_retired(value: &str) -> Result<Passwords, PasswordError> {
    let entries = PasswordText::parse(value)?.entries.into_iter();
    entries
        .fold(Passwords::builder(), |builder, (id, password)| builder.retired(id, password.as_str()))
        .build()
}

/// The passwords in this crate's documentation, whose samples must run.
const OWN_SAMPLES: &[&str] = &["mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX", "wTnSEkfCyLXmFBdRvJ9MQ8aHzN5GoVYu"];
