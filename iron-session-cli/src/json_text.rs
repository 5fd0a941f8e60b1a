//! JSON text with other white space: every token stays as it was written, since
//! a number that is read and written again may be another one. What would mislead
//! who reads it in a terminal is written as an escape, which is the same text to JSON.

use std::fmt::Write as _;

use crate::text::misleads;

/// Puts every member and element on a line of its own.
pub(crate) fn indent(json: &str) -> String {
    lay_out(json, Some("  "))
}

/// Leaves out all white space.
pub(crate) fn compact(json: &str) -> String {
    lay_out(json, None)
}

fn lay_out(json: &str, indentation: Option<&str>) -> String {
    let mut text = String::with_capacity(json.len());
    let mut depth: usize = 0;
    let (mut is_in_string, mut is_escaped, mut is_opened) = (false, false, false);
    let new_line = |text: &mut String, depth: usize| {
        if let Some(indentation) = indentation {
            text.push('\n');
            (0..depth).for_each(|_| text.push_str(indentation));
        }
    };
    for c in json.chars() {
        if is_in_string {
            push(&mut text, c);
            is_in_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        if c.is_ascii_whitespace() {
            continue;
        }
        let closes = matches!(c, '}' | ']');
        if closes {
            depth = depth.saturating_sub(1);
        }
        if is_opened != closes {
            new_line(&mut text, depth);
        }
        is_opened = false;
        text.push(c);
        match c {
            '"' => is_in_string = true,
            '{' | '[' => {
                depth += 1;
                is_opened = true;
            }
            ',' => new_line(&mut text, depth),
            ':' if indentation.is_some() => text.push(' '),
            _ => {}
        }
    }
    text
}

/// Adds a character of a string.
fn push(text: &mut String, c: char) {
    if !misleads(c) {
        return text.push(c);
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a `String` does not fail.
        let _ = write!(text, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn white_space_is_that_of_serde_json() {
        for json in [
            "1",
            "\"a\"",
            "[]",
            "{}",
            r#"[[],{},[{}],"\\",1]"#,
            r#"{"a":{"b":[1,2,{"c":null}],"d":"{[:,]}\"\\"},"e":[]}"#,
        ] {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(indent(json), format!("{value:#}"));
            assert_eq!(compact(&indent(json)), json);
        }
    }

    #[test]
    fn what_misleads_becomes_an_escape() {
        let json = "\"a\u{9b}\u{202e}\u{e0041}é\"";
        assert_eq!(compact(json), r#""a\u009b\u202e\udb40\udc41é""#);
        let read: [String; 2] = [json, &compact(json)].map(|json| serde_json::from_str(json).unwrap());
        assert_eq!(read[0], read[1]);
    }
}
