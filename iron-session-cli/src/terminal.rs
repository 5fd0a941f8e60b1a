//! Colours, and the lines on standard error.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use clap::builder::Styles;

pub(crate) const HEADING: Style = Style::new().bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// The colours of the help.
pub(crate) const STYLES: Styles = Styles::styled()
    .header(HEADING.underline())
    .usage(HEADING.underline())
    .literal(HEADING)
    .error(ERROR)
    .valid(GOOD)
    .invalid(WARNING);

/// Writes a line to standard error, coloured on a terminal. If that fails, only the exit code tells
/// of the error.
pub(crate) fn error(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}
