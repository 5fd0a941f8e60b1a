//! Compares the public interface of a crate with a committed text, so that it never changes
//! unnoticed. `cargo xtask api` calls it.
//!
//! ```text
//! public-api-check RUSTDOC.json TEXT [--overwrite]
//! ```
//!
//! One line per public item, as the crate `public-api` prints it. Items that are hidden from the
//! documentation do not appear, nor do implementations that every type has.

use std::process::ExitCode;

use serde_json::Value;

/// The format of rustdoc's JSON that the `public-api` in `Cargo.toml` reads.
const FORMAT: u64 = 57;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args[..] {
        [json, text] => compare(json, text),
        [json, text, "--overwrite"] => overwrite(json, text),
        _ => Err("usage: public-api-check RUSTDOC.json TEXT [--overwrite]".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn compare(json: &str, text: &str) -> Result<(), String> {
    let current = print(json)?;
    let committed = read(text)?;
    let changes = changes(&committed, &current);
    if changes.is_empty() {
        return Ok(());
    }
    println!("{}", changes.join("\n"));
    Err(format!(
        "the public interface is not the one in {text}: if you meant these changes, run \
         `cargo xtask api --overwrite` and commit the file"
    ))
}

fn overwrite(json: &str, text: &str) -> Result<(), String> {
    std::fs::write(text, print(json)?).map_err(|error| format!("{text} can't be written: {error}"))
}

/// Prints the public interface that rustdoc has written as JSON.
fn print(json: &str) -> Result<String, String> {
    check_format(&read(json)?)?;
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .map_err(|error| format!("{json} can't be understood: {error}"))?;
    Ok(api.to_string())
}

/// Checks the format, because a file in another one fails with an error about a missing field.
fn check_format(json: &str) -> Result<(), String> {
    let json: Value = serde_json::from_str(json).map_err(|error| format!("not rustdoc's JSON: {error}"))?;
    match json.get("format_version").and_then(Value::as_u64) {
        Some(FORMAT) => Ok(()),
        Some(other) => Err(format!(
            "this Rust toolchain writes rustdoc's JSON in format {other}, and this program reads format \
             {FORMAT}: in tests/public-api, set the version of `public-api` in Cargo.toml to one that depends on \
             `rustdoc-types` 0.{other}, and `FORMAT` in src/main.rs to {other}; if there is none yet, run the check \
             with the Rust version from before the update"
        )),
        None => Err("rustdoc's JSON has no `format_version`".to_owned()),
    }
}

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path} can't be read: {error}"))
}

/// Lists the lines that are in one text only, marked as in a diff.
fn changes(before: &str, after: &str) -> Vec<String> {
    let only = |mark, these: &str, others: &str| {
        let others: std::collections::HashSet<&str> = others.lines().collect();
        these
            .lines()
            .filter(|line| !others.contains(line))
            .map(|line| format!("{mark} {line}"))
            .collect::<Vec<_>>()
    };
    [only('-', before, after), only('+', after, before)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_and_added_lines_are_listed() {
        assert_eq!(changes("a\nb\n", "b\nc\n"), ["- a", "+ c"]);
        assert!(changes("a\n", "a\n").is_empty());
    }

    #[test]
    fn another_format_says_what_to_do() {
        assert_eq!(check_format(r#"{"format_version":57}"#), Ok(()));
        let error = check_format(r#"{"format_version":99}"#).unwrap_err();
        assert!(error.contains("format 99") && error.contains("`rustdoc-types` 0.99"), "{error}");
    }
}
