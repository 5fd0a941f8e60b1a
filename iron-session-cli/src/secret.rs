//! Where passwords come from: a file, an environment variable, or a prompt.

use std::io::IsTerminal as _;

use iron_session::Passwords;
use iron_session::error::PasswordError;
use zeroize::Zeroizing;

use crate::args::PasswordArgs;
use crate::failure::Failure;

/// Reads the passwords, if there is a source of them.
pub(crate) fn find(args: &PasswordArgs) -> Result<Option<Passwords>, Failure> {
    if let Some(path) = &args.file {
        let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
            let message = format!("the password file {} can't be read: {error}", path.display());
            Failure::other(message, "name a file that holds the password, and nothing else")
        })?;
        // Editors end a file with a newline.
        return parse(text.trim_end_matches(['\n', '\r'])).map(Some);
    }
    if let Some(variable) = &args.variable {
        return Passwords::from_env(variable).map(Some).map_err(|error| refused(&error));
    }
    args.prompt.then(ask).transpose()
}

/// Reads the passwords; asks for them at a terminal where nothing else is said.
pub(crate) fn need(args: &PasswordArgs) -> Result<Passwords, Failure> {
    match find(args)? {
        Some(passwords) => Ok(passwords),
        None if std::io::stdin().is_terminal() => ask(),
        None => Err(Failure::other(
            "a password is needed",
            "say where it is: --password-file FILE, --password-env VARIABLE or --password-prompt",
        )),
    }
}

fn ask() -> Result<Passwords, Failure> {
    let text = rpassword::prompt_password("Password: ").map(Zeroizing::new).map_err(|error| {
        let next = "without a terminal, say --password-file FILE or --password-env VARIABLE";
        Failure::other(format!("the password can't be asked for: {error}"), next)
    })?;
    parse(&text)
}

fn parse(text: &str) -> Result<Passwords, Failure> {
    Passwords::parse(text).map_err(|error| refused(&error))
}

fn refused(error: &PasswordError) -> Failure {
    let next = "give the password as the application has it, or the map {\"1\":\"…\",\"2\":\"…\"}; \
                `iron-session keygen` makes a new one";
    Failure::other(error, next)
}
