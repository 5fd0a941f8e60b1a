//! How results are written: text for people, one JSON document for programs.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::builder::Styles;
use iron_session::clock::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::json_text;

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

    /// Adds a payload to its JSON, every token as it stands.
    pub(crate) fn with_payload(self, payload: &RawValue) -> Self {
        self.with_member("payload", payload.get())
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
        error(&json_text::compact(&json!({ "warning": text }).to_string()));
    } else {
        error(&format!("{WARNING}warning{WARNING:#}: {}", shown(text)));
    }
}

/// Writes a line to standard error, coloured on a terminal. Where that can't be written, the exit
/// code is all that is left to say.
pub(crate) fn error(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Says what of somebody else's text may go to a terminal, which obeys control
/// characters, and changes the order of what it shows at others.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if misleads(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Tells whether a character does something else than stand where it is written.
/// Joiners are not among them: scripts and emoji need those.
pub(crate) fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
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
