//! Text from standard input: piped, or pasted at a prompt.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use serde_json::Value;

use crate::failure::Failure;

/// Far more than all the cookies that a browser sends.
const MAX_BYTES: u64 = 1 << 20;

/// Reads standard input, asking for `what` at a terminal.
pub(crate) fn read(what: &str) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::other(
            format!("standard input can't be read: {error}"),
            format!("pipe in {what}, or paste it"),
        )
    };
    let mut stdin = std::io::stdin();
    let mut text = String::new();
    if stdin.is_terminal() {
        // Who sees it may be signed in, so it is not shown; and read like a password
        // it may be longer than the 4,096 bytes to which a terminal cuts a line.
        let asked = rpassword::prompt_password(format!("Paste {what} (not shown): "));
        text = asked.map_err(|error| failed(&error))?;
    } else {
        let read = stdin.by_ref().take(MAX_BYTES + 1).read_to_string(&mut text);
        read.map_err(|error| failed(&error))?;
        if u64::try_from(text.len()).is_ok_and(|len| len > MAX_BYTES) {
            return Err(failed(&"it has more than a megabyte"));
        }
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(failed(&"it is empty"));
    }
    Ok(text.to_owned())
}

/// Reads a schema file.
pub(crate) fn schema(path: &Path) -> Result<Value, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let next = "pass a file that `assert_schema!` wrote: IRON_SESSION_SCHEMAS=overwrite cargo test";
        Failure::other(format!("{shown} can't be read: {error}"), next)
    })?;
    let schema: Value = serde_json::from_str(&text).map_err(|error| {
        Failure::other(
            format!("{shown} is not JSON: {error}"),
            "write it again: IRON_SESSION_SCHEMAS=overwrite cargo test",
        )
    })?;
    if schema.get("properties").is_none_or(|members| !members.is_object()) {
        let next = "pass a file that `assert_schema!` wrote, or one with the `json_schema()` of a session";
        return Err(Failure::other(format!("{shown} is not the schema of a session"), next));
    }
    Ok(schema)
}
