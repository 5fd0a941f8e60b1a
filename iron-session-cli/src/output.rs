//! How results are written: text for people, one JSON document for programs.

use std::io::Write as _;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::builder::Styles;
use iron_session::clock::Timestamp;
use serde_json::Value;

pub(crate) const HEADING: Style = Style::new().bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Those of the help.
pub(crate) const STYLES: Styles = Styles::styled()
    .header(HEADING.underline())
    .usage(HEADING.underline())
    .literal(HEADING)
    .error(ERROR)
    .valid(GOOD)
    .invalid(WARNING);

/// What a command found.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) text: String,
    pub(crate) json: Value,
    pub(crate) code: u8,
}

impl Report {
    /// A result that was hoped for.
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, code: 0 }
    }

    /// Sets the exit code.
    pub(crate) fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// Writes it to standard output, coloured on a terminal.
    pub(crate) fn print(&self, json: bool) -> ExitCode {
        let text = if json { format!("{:#}", self.json) } else { self.text.trim_end().to_owned() };
        // Whoever closed the pipe has seen enough.
        let _ = writeln!(anstream::stdout(), "{text}");
        ExitCode::from(self.code)
    }
}

/// Writes a line to standard error, coloured on a terminal.
pub(crate) fn error(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Says when something is, in local time, and how far that is from now.
pub(crate) fn time(at: Timestamp) -> String {
    let Ok(at) = i64::try_from(at.as_unix_ms())
        .map_or(Err(()), |ms| jiff::Timestamp::from_millisecond(ms).map_err(drop))
    else {
        return "after the year 9999".to_owned();
    };
    let local = at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %:z");
    let secs = at.duration_since(jiff::Timestamp::now()).as_secs();
    format!(
        "{local} ({})",
        if secs < 0 { format!("{} ago", span(secs)) } else { format!("in {}", span(secs)) }
    )
}

/// Names a span by its largest unit.
fn span(secs: i64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let secs = secs.unsigned_abs();
    let (size, name) = UNITS.into_iter().find(|(size, _)| secs >= *size).unwrap_or((1, "second"));
    let count = secs / size;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}
