//! Detects text that was pasted around a password or in place of it. It would become part of
//! the password, and other programs would have a different one.

/// The quotes of shells and JSON, and those into which editors for prose turn them.
const QUOTES: [(&str, &str); 5] = [("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’")];

/// Returns what is wrong with a text that was given as one password, and what to do; `None`
/// if nothing looks wrong.
///
/// At most one random text in ten thousand looks like one of these mistakes;
/// `Password::from_verbatim_text` accepts it.
pub(super) fn mistake(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let between = |start: &str, end: &str| {
        text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
    };
    if is_json(text) {
        Some(
            "is JSON; read several passwords with `Passwords::parse`, `Passwords::from_env` or \
             `Passwords::from_file`",
        )
    } else if QUOTES.iter().any(|(start, end)| between(start, end)) {
        Some("is in quotes, which would be part of it; remove them")
    } else if between("${", "}") || between("$(", ")") || between("{{", "}}") || is_variable(text) {
        Some("is a reference that was not replaced with its value; pass the value itself")
    } else if is_assignment(text) {
        Some(
            "starts with a name and `=`; pass only the part after the `=`, or read it with `Passwords::from_env`",
        )
    } else {
        None
    }
}

/// Returns whether a text is JSON, or was meant to be. A random password may start with a
/// brace or a bracket, but seldom continues like JSON.
pub(super) fn is_json(text: &str) -> bool {
    let begins = |open: char, next: &[char]| {
        text.strip_prefix(open).is_some_and(|rest| rest.trim_ascii_start().starts_with(next))
    };
    begins('{', &['"', '}']) || begins('[', &['{', '"', ']'])
}

/// `$SESSION_SECRET`
fn is_variable(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(is_name)
}

/// `SESSION_SECRET=…`, as in a file of variables.
fn is_assignment(text: &str) -> bool {
    const SHORTEST_NAME: usize = 6;
    // Base32 text has capital letters and digits, and can end like this.
    let is_padding = |value: &str| value.bytes().all(|b| b == b'=');
    match (text.strip_prefix("export "), text.split_once('=')) {
        (Some(_), Some(_)) => true,
        (None, Some((name, value))) => name.len() >= SHORTEST_NAME && is_name(name) && !is_padding(value),
        (_, None) => false,
    }
}

fn is_name(name: &str) -> bool {
    let is_in_names = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(is_in_names)
}

/// Returns whether a text has white space or a byte order mark around it.
pub(super) fn is_surrounded_by_space(text: &str) -> bool {
    let is_space = |c: char| c.is_whitespace() || c == '\u{feff}';
    let rest = text.trim_matches(is_space);
    !rest.is_empty() && rest.len() != text.len()
}
