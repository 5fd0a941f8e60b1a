//! The book's table of events contains every event, with its level and its fields.

use std::collections::BTreeSet;

const SOURCE: &str = include_str!("../../../iron-session/src/event.rs");
const CHAPTER: &str = include_str!("../../../book/src/security.md");

/// An event's message without its advice, its level, and the names of its fields.
type Row = (String, String, Vec<String>);

/// The events in the library's source.
fn logged() -> BTreeSet<Row> {
    SOURCE
        .split("tracing::")
        .skip(1)
        .map(|call| row_of_call(call).unwrap_or_else(|| panic!("{call}")))
        .collect()
}

/// Reads `warn!(target: TARGET, cookie, error = …, "the message; advice")`.
fn row_of_call(call: &str) -> Option<Row> {
    let (level, arguments) = call.split_once("!(")?;
    let (fields, text) = arguments.split_once('"')?;
    let text = text.split_once("\"\n").or_else(|| text.split_once("\")"))?.0;
    let text: String = text.split("\\\n").map(str::trim_start).collect();
    let message = text.split(';').next()?.to_owned();
    // The level of one event depends on its error.
    let level = if level == "$level" { "WARN".to_owned() } else { level.to_uppercase() };
    let fields = fields.split(',').filter_map(|field| field.split('=').next()).map(str::trim);
    let fields = fields.filter(|field| !field.is_empty() && !field.starts_with("target:"));
    Some((message, level, fields.map(|field| field.trim_start_matches('%').to_owned()).collect()))
}

/// The events in the book.
fn listed() -> BTreeSet<Row> {
    let (_, table) =
        CHAPTER.split_once("| message | level | fields | cause |\n| --- | --- | --- | --- |\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let [message, level, fields, cause] =
            line.trim_matches(['|', ' ']).split(" | ").collect::<Vec<_>>().try_into().unwrap();
        assert!(!cause.is_empty(), "{line}");
        let level = level.split(';').next().unwrap().to_owned();
        let fields = fields.split(", ").map(|field| field.trim_matches('`').to_owned()).collect();
        (message.to_owned(), level, fields)
    };
    rows.map(row).collect()
}

#[test]
fn the_book_lists_every_event() {
    assert_eq!(logged(), listed());
}
