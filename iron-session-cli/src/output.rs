//! Writes results: text for people, one JSON document for programs.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::json_text;
use crate::terminal::{self, WARNING};
use crate::text::shown;

/// What a command found.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) text: String,
    /// JSON text, since numbers must stay as they were written.
    pub(crate) json: String,
    pub(crate) code: u8,
    /// Whether its JSON is to be on one line.
    on_one_line: bool,
}

impl Report {
    /// A result that was hoped for.
    pub(crate) fn new(text: impl Into<String>, json: impl Into<Value>) -> Self {
        Self { text: text.into(), json: json.into().to_string(), code: 0, on_one_line: false }
    }

    /// Adds a member to its JSON.
    pub(crate) fn with(self, name: &str, value: &Value) -> Self {
        self.with_member(name, &value.to_string())
    }

    /// Adds a member to its JSON, every token as it stands.
    pub(crate) fn with_raw(self, name: &str, value: &RawValue) -> Self {
        self.with_member(name, value.get())
    }

    fn with_member(mut self, name: &str, value: &str) -> Self {
        let rest = self.json.trim_start_matches('{');
        let comma = if rest == "}" { "" } else { "," };
        self.json = format!("{{\"{name}\":{value}{comma}{rest}");
        self
    }

    /// Keeps its JSON on one line, as an environment variable needs it.
    pub(crate) fn on_one_line(self) -> Self {
        Self { on_one_line: true, ..self }
    }

    /// Sets the exit code.
    pub(crate) fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// Writes it to standard output, coloured on a terminal.
    pub(crate) fn print(&self, json: bool) -> Result<ExitCode, Failure> {
        let text = match json {
            false => self.text.trim_end().to_owned(),
            true if self.on_one_line => json_text::compact(&self.json),
            true => json_text::indent(&self.json),
        };
        written(writeln!(anstream::stdout(), "{text}"))?;
        Ok(ExitCode::from(self.code))
    }
}

/// Writes the help or the version, which clap hands over as an error.
pub(crate) fn help(error: &clap::Error) -> Result<ExitCode, Failure> {
    written(error.print())?;
    Ok(ExitCode::SUCCESS)
}

/// Tells whether standard output took all of a result: a password that a full disk did not
/// take must not look like one that was made.
fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result.and_then(|()| io::stdout().flush()) {
        // A reader that closed the pipe has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::other(
            format!("standard output can't be written: {error}"),
            "the output is incomplete, so don't use it; free some space, or write to another file, and \
             run the command again",
        )),
        Ok(()) => Ok(()),
    }
}

/// Warns of something that does not keep a command from its result.
pub(crate) fn warning(text: &str, json: bool) {
    if json {
        terminal::error(&json_text::compact(&json!({ "warning": text }).to_string()));
    } else {
        terminal::error(&format!("{WARNING}warning{WARNING:#}: {}", shown(text)));
    }
}
