//! What went wrong, and what to do next.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

use iron_session::Sealer;
use iron_session::error::UnsealError;
use iron_session::seal::Diagnosis;
use serde_json::json;

use crate::{json_text, output};

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
            next: "`iron-session help` shows what can be typed".to_owned(),
        }
    }

    /// What was given is no seal.
    pub(crate) fn no_seal(message: impl Display, next: impl Into<String>) -> Self {
        Self { code: 3, reason: "malformed", message: message.to_string(), next: next.into() }
    }

    /// A seal did not open with `sealer`, or could not even be taken apart.
    pub(crate) fn of_unseal(error: &UnsealError, seal: &str, sealer: Option<&Sealer>) -> Self {
        if matches!(error, UnsealError::Forged)
            && sealer.is_some_and(|sealer| sealer.diagnose(seal) == Diagnosis::AlteredText)
        {
            return Self {
                code: 3,
                reason: "damaged",
                message: "the password is right, but the text was changed after it was sealed".to_owned(),
                next: damaged(seal),
            };
        }
        let (code, next) = match error {
            UnsealError::Malformed(_) => (3, damaged(seal)),
            UnsealError::UnknownPassword { id } => {
                (4, format!("give the passwords as a map that has `{id}`: {{\"{id}\":\"…\"}}"))
            }
            UnsealError::OtherPurpose { .. } => {
                (4, "give the purpose of the `Sealer` that wrote it with `--purpose NAME`, or none if it has none".to_owned())
            }
            UnsealError::Forged => (
                4,
                "the seal is whole, so its password has probably been replaced, or belongs to another \
                 application or environment: try the one of the server that wrote it"
                    .to_owned(),
            ),
            UnsealError::Expired { .. } => {
                (5, "the password is right: `iron-session inspect` shows what it held".to_owned())
            }
            _ => (6, "the password is right: `iron-session inspect` tells more of it".to_owned()),
        };
        let message = match error {
            UnsealError::Expired { expired_at } => format!("it expired {}", output::time(*expired_at)),
            UnsealError::Forged => "wrong password: it was sealed with another one".to_owned(),
            UnsealError::UnknownPassword { id } => {
                format!("it is sealed with the password `{id}`, which was not given")
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
            output::error(&json_text::compact(&error.to_string()));
        } else {
            let (red, bold) = (output::ERROR, output::HEADING);
            output::error(&format!(
                "{red}error{red:#}: {}\n {bold}next{bold:#}: {}",
                output::shown(&self.message),
                output::shown(&self.next)
            ));
        }
        ExitCode::from(self.code)
    }
}

/// Says how a text is damaged that should have been a seal.
fn damaged(seal: &str) -> String {
    if seal.starts_with(iron_session::seal::Parts::PREFIX) {
        "it begins like a seal: copy it again, whole, up to its `~2`; of a session in several cookies all of \
         them, `name.0` first"
            .to_owned()
    } else {
        "paste a `Cookie` header, a `Set-Cookie` line or a seal, which begins with `Fe26.2*`".to_owned()
    }
}
