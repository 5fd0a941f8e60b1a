//! `schema diff`: what changed between two versions.

use std::fmt::Write as _;

use iron_session::json_schema::{Impact, changes};
use serde_json::json;

use crate::args::DiffArgs;
use crate::failure::Failure;
use crate::input;
use crate::output::Report;
use crate::terminal::{GOOD, WARNING};
use crate::text::shown;

/// Exit code of a change that older servers can't live with.
const BREAKING: u8 = 7;

pub(crate) fn diff(args: &DiffArgs) -> Result<Report, Failure> {
    let (old, new) = (input::schema(&args.old)?, input::schema(&args.new)?);
    let changes = changes(&old, &new);
    let mut text = String::new();
    for change in &changes {
        let colour = if change.impact() == Impact::Additive { GOOD } else { WARNING };
        let path = if change.path().is_empty() { "the session" } else { change.path() };
        let _ = writeln!(
            text,
            "{colour}{}{colour:#}  {}: {}",
            change.impact(),
            shown(path),
            shown(change.what())
        );
    }
    let breaks = changes.iter().any(|change| change.impact() == Impact::Breaking);
    let verdict = if changes.is_empty() {
        "no change: payloads are the same"
    } else if breaks {
        "breaking: the new struct needs a higher `version`, and `previous` with a `From`"
    } else {
        "additive: the new struct needs a higher `version`, and may have `readable_by` with the old one"
    };
    let blank = if changes.is_empty() { "" } else { "\n" };
    let _ = writeln!(text, "{blank}{verdict}");
    let list: Vec<_> = changes
        .iter()
        .map(|change| {
            json!({ "impact": change.impact().to_string(), "path": change.path(), "what": change.what() })
        })
        .collect();
    let json = json!({ "changes": list, "breaking": breaks });
    Ok(Report::new(text, json).with_code(if breaks { BREAKING } else { 0 }))
}
