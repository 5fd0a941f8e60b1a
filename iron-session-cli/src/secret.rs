//! The sources of passwords: a file, an environment variable, or a prompt.

use std::env::{self, VarError};
use std::io::IsTerminal as _;

use iron_session::Passwords;
use iron_session::error::PasswordError;
use zeroize::Zeroizing;

use crate::args::PasswordArgs;
use crate::failure::Failure;
use crate::output;

/// Reads passwords to look with, if there is a source of them.
pub(crate) fn find(args: &PasswordArgs, json: bool) -> Result<Option<Passwords>, Failure> {
    Secret::find(args)?.map(|secret| secret.to_look(json)).transpose()
}

/// Reads passwords to look with; asks for them at a terminal where nothing else is said.
pub(crate) fn to_look(args: &PasswordArgs, json: bool) -> Result<Passwords, Failure> {
    Secret::need(args)?.to_look(json)
}

/// Reads passwords to seal with; asks for them at a terminal where nothing else is said.
pub(crate) fn to_seal(args: &PasswordArgs) -> Result<Passwords, Failure> {
    let secret = Secret::need(args)?;
    Passwords::parse(&secret.text).map_err(|error| secret.refused(&error))
}

/// Takes passwords that are easy to guess, too, since others seal with them; warns of them, with advice.
pub(crate) fn lenient(text: &str, advice: &str, json: bool) -> Result<Passwords, PasswordError> {
    Passwords::parse(text).or_else(|error| {
        if !matches!(error, PasswordError::Guessable { .. } | PasswordError::Repetitive { .. }) {
            return Err(error);
        }
        let passwords = Passwords::parse_retired(text)?;
        output::warning(&format!("{error}; {advice}"), json);
        Ok(passwords)
    })
}

/// The passwords as they were given.
struct Secret<'a> {
    text: Zeroizing<String>,
    variable: Option<&'a str>,
}

impl<'a> Secret<'a> {
    fn find(args: &'a PasswordArgs) -> Result<Option<Self>, Failure> {
        if let Some(path) = &args.file {
            let mut text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
                let message = format!("the password file {} can't be read: {error}", path.display());
                Failure::other(message, "pass a file that holds only the password")
            })?;
            // Editors end a file with a newline.
            let len = text.trim_end_matches(['\n', '\r']).len();
            text.truncate(len);
            return Ok(Some(Self { text, variable: None }));
        }
        if let Some(variable) = &args.variable {
            return Self::from_variable(variable).map(Some);
        }
        args.prompt.then(Self::ask).transpose()
    }

    fn need(args: &'a PasswordArgs) -> Result<Self, Failure> {
        match Self::find(args)? {
            Some(secret) => Ok(secret),
            None if std::io::stdin().is_terminal() => Self::ask(),
            None => Err(Failure::other(
                "no password was given",
                "pass --password-file FILE, --password-env VARIABLE or --password-prompt",
            )),
        }
    }

    fn from_variable(variable: &'a str) -> Result<Self, Failure> {
        let text = match env::var(variable).map(Zeroizing::new) {
            Ok(text) if !text.trim().is_empty() => text,
            Ok(_) | Err(VarError::NotPresent) => {
                return Err(refused(format!("the environment variable `{variable}` is not set or is empty")));
            }
            Err(VarError::NotUnicode(_)) => {
                return Err(refused(format!("the environment variable `{variable}` is not UTF-8")));
            }
        };
        Ok(Self { text, variable: Some(variable) })
    }

    fn ask() -> Result<Self, Failure> {
        let text = rpassword::prompt_password("Password: ").map(Zeroizing::new).map_err(|error| {
            let next = "without a terminal, pass --password-file FILE or --password-env VARIABLE";
            Failure::other(format!("the password prompt failed: {error}"), next)
        })?;
        Ok(Self { text, variable: None })
    }

    fn to_look(&self, json: bool) -> Result<Passwords, Failure> {
        lenient(&self.text, "it still opens old seals, but should not make new ones", json)
            .map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &PasswordError) -> Failure {
        refused(match self.variable {
            Some(variable) => format!("invalid passwords in the environment variable `{variable}`: {error}"),
            None => error.to_string(),
        })
    }
}

fn refused(message: String) -> Failure {
    let next = "pass the password exactly as the application has it, or the map {\"1\":\"…\",\"2\":\"…\"}; \
                `iron-session keygen` generates a new one";
    Failure::other(message, next)
}
