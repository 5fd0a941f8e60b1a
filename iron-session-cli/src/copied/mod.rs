//! The cookies in what was copied: a header, rows of a browser's developer tools, a curl command
//! or its cookie jar, or JSON.
//!
//! Many programs make such text, so nothing here is an error: text that can't be read has no
//! cookies.

mod command;
mod json;

/// A name and a value, in the order in which they were found.
pub(crate) type Cookie = (String, String);

/// Lists the cookies.
pub(crate) fn cookies(text: &str) -> Vec<Cookie> {
    if let Some(value) = json::parse(text) {
        json::cookies(&value)
    } else if command::is_one(text) {
        command::cookies(text)
    } else {
        text.lines().flat_map(of_line).collect()
    }
}

/// Takes off the quotes around a text, of a shell, of JavaScript or of a cookie.
pub(crate) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let without = |quote: char| {
        let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains(quote)).then_some(inner)
    };
    ['"', '\'', '`'].into_iter().find_map(without).unwrap_or(text)
}

fn of_line(line: &str) -> Vec<Cookie> {
    // A cookie jar of curl marks with it those that JavaScript can't read.
    let line = line.trim_end().trim_start_matches("#HttpOnly_");
    if let Some(cookies) = of_member(line) {
        return cookies;
    }
    let fields: Vec<_> = line.split('\t').map(str::trim).collect();
    match fields.as_slice() {
        [_] => pairs(line, usize::MAX),
        // A row of the Netscape format (domain, with subdomains, path, secure, expiry, name, value),
        // or of Chromium's panels "Application" and "Network".
        [_, "TRUE" | "FALSE", _, "TRUE" | "FALSE", _, name, value, ..] | [name, value, ..] => {
            named(name, value)
        }
        [] => Vec::new(),
    }
}

/// Reads `Cookie: …`, and `name:"value"` with or without quotes around the name.
fn of_member(line: &str) -> Option<Vec<Cookie>> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (unquoted(name), value.trim().trim_end_matches(','));
    let is_quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    (most_of_header(name).is_some() || is_quoted).then(|| named(name, value))
}

/// Reads a value by the name that it goes by, which may be that of a header.
fn named(name: &str, value: &str) -> Vec<Cookie> {
    match most_of_header(name.trim_end_matches(':')) {
        Some(most) => pairs(unquoted(value), most),
        None => vec![(name.to_owned(), unquoted(value).to_owned())],
    }
}

/// Tells how many cookies a header of this name can have.
fn most_of_header(name: &str) -> Option<usize> {
    match name.trim().to_ascii_lowercase().as_str() {
        "cookie" => Some(usize::MAX),
        // The others are attributes.
        "set-cookie" => Some(1),
        _ => None,
    }
}

/// Lists the cookies between semicolons.
fn pairs(text: &str, most: usize) -> Vec<Cookie> {
    let pairs = text.split(';').take(most).filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(name, value)| (name.trim(), unquoted(value)));
    // No cookie has such a name: it is some other text that has an equals sign.
    let is_name = |name: &str| !name.contains(|c: char| c.is_whitespace() || "\"'(){}[]<>,:@?\\".contains(c));
    pairs.filter(|(name, _)| is_name(name)).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_taken_off_in_pairs() {
        for (text, expected) in [
            (" \"a\" ", "a"),
            ("'a'", "a"),
            ("\"", "\""),
            ("\"a", "\"a"),
            ("\"a\" \"b\"", "\"a\" \"b\""),
            ("'a\"'", "a\""),
            ("", ""),
        ] {
            assert_eq!(unquoted(text), expected, "{text}");
        }
    }

    #[test]
    fn text_with_an_equals_sign_is_no_cookie() {
        for text in ["let url = 'a'", "GET /?a=b HTTP/1.1", "", "=", "a b=c"] {
            assert!(cookies(text).iter().all(|(name, _)| name.is_empty()), "{text}");
        }
    }
}
