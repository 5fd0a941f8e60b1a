//! A curl command, as browsers copy it for bash and for Windows' cmd.

use std::iter::Peekable;
use std::str::Chars;

use super::{Cookie, named, pairs};

/// Tells whether a text is such a command, or some of its options.
pub(super) fn is_one(text: &str) -> bool {
    let first = text.split_whitespace().find(|word| *word != "$");
    first.is_some_and(|word| ["curl", "curl.exe", "-H", "--header", "-b", "--cookie"].contains(&word))
}

pub(super) fn cookies(text: &str) -> Vec<Cookie> {
    let mut cookies = Vec::new();
    let mut words = words(text).into_iter();
    while let Some(word) = words.next() {
        let (option, attached) = split(&word);
        let mut value = || attached.map(str::to_owned).or_else(|| words.next()).unwrap_or_default();
        match option {
            "-H" | "--header" => {
                let header = value();
                let is_cookie = |name: &str| name.trim().eq_ignore_ascii_case("cookie");
                if let Some((name, value)) = header.split_once(':').filter(|(name, _)| is_cookie(name)) {
                    cookies.extend(named(name, value));
                }
            }
            "-b" | "--cookie" => cookies.extend(pairs(&value(), usize::MAX)),
            _ => {}
        }
    }
    cookies
}

/// A short option may have its value behind it.
fn split(word: &str) -> (&str, Option<&str>) {
    let short = ["-H", "-b"].into_iter().find(|option| word.starts_with(option) && word != *option);
    short.map_or((word, None), |option| (option, word.get(option.len()..)))
}

/// Splits a command into its words, without their quotes.
fn words(text: &str) -> Vec<String> {
    // In cmd, a caret takes any meaning from what follows.
    let without_carets = text.contains("^\"").then(|| {
        let mut chars = text.chars();
        std::iter::from_fn(|| chars.next().and_then(|c| if c == '^' { chars.next() } else { Some(c) }))
            .collect()
    });
    let text: String = without_carets.unwrap_or_else(|| text.to_owned());
    // A line that goes on.
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut chars = text.chars().peekable();
    std::iter::from_fn(|| word(&mut chars)).collect()
}

fn word(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    while chars.next_if(|c| c.is_whitespace()).is_some() {}
    chars.peek()?;
    let mut word = String::new();
    while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
        match c {
            '\'' => word.extend(std::iter::from_fn(|| chars.next().filter(|c| *c != '\''))),
            '"' => quoted(chars, '"', &mut word),
            '$' if chars.next_if_eq(&'\'').is_some() => quoted(chars, '\'', &mut word),
            '\\' => word.extend(chars.next()),
            c => word.push(c),
        }
    }
    Some(word)
}

/// Reads up to the closing quote, with escapes.
fn quoted(chars: &mut Peekable<Chars<'_>>, quote: char, word: &mut String) {
    while let Some(c) = chars.next().filter(|c| *c != quote) {
        match (c, quote) {
            ('\\', '\'') if chars.next_if_eq(&'u').is_some() => {
                let digits: String = chars.by_ref().take(4).collect();
                word.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            ('\\', _) => word.extend(chars.next()),
            (c, _) => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_shell() {
        for (text, expected) in [
            ("curl 'http://a' \\\n  -H 'b: c'", vec!["curl", "http://a", "-H", "b: c"]),
            (r"-H $'a: \u0021\'\\'", vec!["-H", "a: !'\\"]),
            (r"'it'\''s'", vec!["it's"]),
            ("curl ^\"http://a^\" ^\n  -H ^\"b: ^%^2A^\\^\"^\"", vec!["curl", "http://a", "-H", "b: %2A\""]),
            ("-H \"a: b\"%\"2A\"", vec!["-H", "a: b%2A"]),
            ("'never closed", vec!["never closed"]),
            ("", vec![]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
