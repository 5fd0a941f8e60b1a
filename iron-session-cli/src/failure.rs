//! Reports errors with what to do next.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

use iron_session::Sealer;
use iron_session::error::UnsealError;
use iron_session::seal::Diagnosis;
use serde_json::json;

use crate::terminal::{self, ERROR, HEADING};
use crate::{json_text, text};

/// Why a command ended without its result.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    /// A word for programs.
    reason: &'static str,
    message: String,
    next: String,
}

impl Failure {
    /// Something could not be read or written.
    pub(crate) fn other(message: impl Display, next: impl Into<String>) -> Self {
        Self { code: 1, reason: "failed", message: message.to_string(), next: next.into() }
    }

    /// Like [`other`](Self::other), with all that `error` knows of its cause.
    pub(crate) fn caused_by(error: &dyn Error, next: impl Into<String>) -> Self {
        let causes = std::iter::successors(Some(error), |&error| error.source());
        Self::other(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "), next)
    }

    /// The command line is wrong.
    pub(crate) fn usage(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let advice =
            ["\n\nUsage:", "\n\nFor more information"].into_iter().filter_map(|words| text.find(words)).min();
        let message = text.get(..advice.unwrap_or(text.len())).unwrap_or_default();
        let message = message.trim_start_matches("error: ").trim_end().to_owned();
        Self {
            code: 2,
            reason: "usage",
            message,
            next: "run `iron-session help` for the commands and options".to_owned(),
        }
    }

    /// The input is not a seal.
    pub(crate) fn no_seal(message: impl Display, next: impl Into<String>) -> Self {
        Self { code: 3, reason: "malformed", message: message.to_string(), next: next.into() }
    }

    /// A seal did not open with `sealer`, or could not even be taken apart.
    pub(crate) fn from_unseal_error(error: &UnsealError, seal: &str, sealer: Option<&Sealer>) -> Self {
        if matches!(error, UnsealError::Forged)
            && sealer.is_some_and(|sealer| sealer.diagnose(seal) == Diagnosis::AlteredText)
        {
            return Self {
                code: 3,
                reason: "damaged",
                message: "the password is right, but the seal was changed after it was made".to_owned(),
                next: damaged(seal),
            };
        }
        let (code, next) = match error {
            UnsealError::Malformed(_) | UnsealError::MissingChunk { .. } => (3, damaged(seal)),
            UnsealError::UnknownPassword { id, .. } => {
                (4, format!("pass the passwords as a map that has the id `{id}`: {{\"{id}\":\"…\"}}"))
            }
            UnsealError::OtherPurpose { .. } => {
                (4, "pass the purpose of the `Sealer` that wrote it with `--purpose NAME`, or omit the option if it has none".to_owned())
            }
            UnsealError::Forged => (
                4,
                "the seal is intact, so its password was probably replaced, or belongs to another \
                 application or environment; try the password of the server that wrote it"
                    .to_owned(),
            ),
            UnsealError::Expired { .. } => {
                (5, "the password is right; run `iron-session inspect` to see the payload".to_owned())
            }
            _ => (6, "the password is right; run `iron-session inspect` for details".to_owned()),
        };
        let message = match error {
            UnsealError::Expired { expired_at, .. } => format!("it expired {}", text::time(*expired_at)),
            UnsealError::Forged => "wrong password: the seal was made with another one".to_owned(),
            UnsealError::UnknownPassword { id, .. } => {
                format!("the seal was made with the password `{id}`, which is not among the given ones")
            }
            error => error.to_string(),
        };
        Self { code, reason: error.reason(), message, next }
    }

    /// Says something else to do next.
    pub(crate) fn with_next(self, next: impl Into<String>) -> Self {
        Self { next: next.into(), ..self }
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    pub(crate) fn reason(&self) -> &'static str {
        self.reason
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn next(&self) -> &str {
        &self.next
    }

    /// Writes it to standard error.
    pub(crate) fn print(&self, json: bool) -> ExitCode {
        if json {
            let error = json!({ "error": self.reason, "message": self.message, "next": self.next });
            terminal::error(&json_text::compact(&error.to_string()));
        } else {
            terminal::error(&format!(
                "{ERROR}error{ERROR:#}: {}\n {HEADING}next{HEADING:#}: {}",
                text::shown(&self.message),
                text::shown(&self.next)
            ));
        }
        ExitCode::from(self.code)
    }
}

/// Says how a text is damaged that should have been a seal.
fn damaged(seal: &str) -> String {
    if seal.starts_with(iron_session::seal::Parts::PREFIX) {
        "it starts like a seal; copy it again completely, up to its `~2`; if the session is in several cookies, \
         copy all of them, `name.0` first"
            .to_owned()
    } else {
        "paste a `Cookie` header, a `Set-Cookie` line or a seal, which starts with `Fe26.2*`".to_owned()
    }
}
