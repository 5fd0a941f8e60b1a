//! The fast path: decodes a session and checks its text in a single pass. It handles ordinary
//! payloads only.
//!
//! `serde_json` checks the syntax of the values that it decodes, so the value of a field need
//! not be scanned first. In values that it skips, it does not detect a lone surrogate, a number
//! too large for `f64`, or more than 128 levels; a look at the whole text rules these out
//! first. If anything is unusual (one of these, an error, a duplicate member, or another
//! version of the struct), this module decides nothing: the slow path starts again from the
//! beginning.

use super::decoder::{Decoder, Losses};
use super::metadata::Metadata;
use super::payload::Payload;
use super::session_type::IronSession;
use crate::clock::Timestamp;
use crate::limits::{MAX_DEPTH, METADATA_NAME};
use crate::payload::{Members, Scanner, Spot, Text};

/// Reads an ordinary payload; returns any other text unchanged.
pub(super) fn open<T: IronSession>(text: Text, now: Timestamp) -> Result<(Payload, T, Losses), Text> {
    match read::<T>(text.received(), now) {
        Some(Found { session, metadata, list, mut losses, .. }) => {
            let expired = std::mem::take(&mut losses.expired);
            let members = Members::of_spots(text, list);
            Ok((Payload { members, metadata, expired, migrated: false }, session, losses))
        }
        None => Err(text),
    }
}

struct Found<T> {
    session: T,
    metadata: Metadata,
    list: Vec<Spot>,
    /// Indices of members that no field has claimed. Duplicates among these, and only
    /// these, would go unnoticed.
    unclaimed: Vec<usize>,
    losses: Losses,
}

fn read<T: IronSession>(text: &str, now: Timestamp) -> Option<Found<T>> {
    if !is_ordinary(text) {
        return None;
    }
    let mut found = Found {
        session: T::empty(),
        metadata: Metadata::default(),
        list: Vec::with_capacity(8),
        unclaimed: Vec::new(),
        losses: Losses::default(),
    };
    let mut seen = 0;
    let mut scanner = Scanner::new(text);
    if !scanner.passes(b'{') {
        return None;
    }
    if !scanner.passes(b'}') {
        loop {
            let spot = member(text, &mut scanner, &mut found, &mut seen, now)?;
            found.list.push(spot);
            if !scanner.passes(b',') {
                scanner.expect(b'}').ok()?;
                break;
            }
        }
    }
    scanner.end().ok()?;
    // The tag may come late or be missing, so it is checked here; it seldom changes the
    // result.
    let is_own = reads::<T>(found.metadata) && is_free_of_duplicates(text, &found);
    is_own.then_some(found)
}

/// Reads one member.
fn member<T: IronSession>(
    text: &str,
    scanner: &mut Scanner<'_>,
    found: &mut Found<T>,
    seen: &mut u128,
    now: Timestamp,
) -> Option<Spot> {
    let name = scanner.string().ok()?;
    let unquoted = text.get(name.start + 1..name.end - 1)?;
    scanner.expect(b':').ok()?;
    scanner.next_token()?;
    let start = scanner.position();
    let rest = text.get(start..)?;

    if unquoted.contains('\\') {
        return None;
    }
    let claimed = *seen;
    let len = if unquoted == METADATA_NAME {
        let len = Scanner::new(rest).value(1).ok()?.end;
        found.metadata = Metadata::parse(rest.get(..len)?);
        if !reads::<T>(found.metadata) {
            return None;
        }
        len
    } else {
        let at = (found.list.len(), unquoted);
        let mut decoder = Decoder::of_text(at, rest, now, seen, &mut found.losses);
        found.session.decode(unquoted, &mut decoder).ok()?;
        match decoder.value_len() {
            Some(len) => len,
            // A member that belongs to no field.
            None => Scanner::new(rest).value(1).ok()?.end,
        }
    };
    if *seen == claimed {
        found.unclaimed.push(found.list.len());
    }
    scanner.skip_to(start + len);
    Some(Spot { name, value: start..start + len })
}

/// Tells whether a payload of this version needs no migration to be read as `T`.
fn reads<T: IronSession>(metadata: Metadata) -> bool {
    let found = metadata.version.unwrap_or(T::SCHEMA.untagged());
    found == T::SCHEMA.version()
}

/// Tells whether all names are different. Names without an escape are compared as received.
fn is_free_of_duplicates<T>(text: &str, found: &Found<T>) -> bool {
    let spots = found.unclaimed.iter().filter_map(|index| found.list.get(*index));
    let mut names: Vec<_> = spots.map(|spot| text.get(spot.name.clone()).unwrap_or_default()).collect();
    names.sort_unstable();
    names.windows(2).all(|pair| !matches!(pair, [one, other] if one == other))
}

/// Rules out the errors that `serde_json` does not detect in values that it skips.
fn is_ordinary(text: &str) -> bool {
    let bytes = text.as_bytes();
    // A text with many brackets need not be deep; a scan finds out.
    !has_unicode_escape(bytes)
        && !may_have_a_huge_number(bytes)
        && (has_few_brackets(bytes) || has_few_first_brackets(bytes) || Scanner::new(text).value(0).is_ok())
}

/// Tells whether there are too few brackets for a nesting that is too deep. Every level needs a
/// bracket, although not every bracket opens a level.
fn has_few_brackets(bytes: &[u8]) -> bool {
    let brackets = |chunk: &[u8]| usize::from(chunk.iter().copied().map(opens).sum::<u8>());
    bytes.chunks(128).map(brackets).sum::<usize>() <= MAX_DEPTH as usize
}

/// Does the same for lists of many objects. A bracket directly after `},` is not counted,
/// because the first of its siblings was counted already, once for the level.
///
/// Text inside strings can only make the count too large, because no string ends with a brace.
fn has_few_first_brackets(bytes: &[u8]) -> bool {
    let from = |at: usize| bytes.get(at..).unwrap_or_default().chunks(128);
    let brackets = |((closing, commas), chunk): ((&[u8], &[u8]), &[u8])| {
        let behind = closing.iter().zip(commas).zip(chunk);
        let is_first = |((closing, comma), byte): ((&u8, &u8), &u8)| {
            let follows = u8::from(closing | 0x20 == b'}') & u8::from(*comma == b',');
            opens(*byte) & !follows
        };
        usize::from(behind.map(is_first).sum::<u8>())
    };
    // The first two bytes have nothing before them.
    let start: u8 = bytes.iter().take(2).copied().map(opens).sum();
    let rest = from(0).zip(from(1)).zip(from(2)).map(brackets).sum::<usize>();
    usize::from(start) + rest <= MAX_DEPTH as usize
}

/// Tells whether a byte is `[` or `{`. The two differ in one bit, and setting that bit turns no
/// other byte into `{`.
fn opens(byte: u8) -> u8 {
    u8::from(byte | 0x20 == b'{')
}

/// Tells whether there is a `\u` escape, because a lone surrogate is written as one: `\uD83D`.
fn has_unicode_escape(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', bytes).any(|at| bytes.get(at + 1) == Some(&b'u'))
}

/// Tells whether there may be a number too large for `f64`: it has a long exponent or hundreds
/// of digits.
fn may_have_a_huge_number(bytes: &[u8]) -> bool {
    /// The distance between two samples, and the number of digits to allow: with an
    /// exponent of two digits, they make a number below the largest `f64`, 1.8 · 10³⁰⁸.
    const STRIDE: usize = 192;
    const EXPONENT_DIGITS: usize = 3;

    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let is_long = |at: usize| {
        let after = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_digit(byte)).count();
        let before =
            bytes.get(..at).unwrap_or_default().iter().rev().take_while(|byte| is_digit(byte)).count();
        after + before > STRIDE
    };
    if (0..bytes.len()).step_by(STRIDE).any(is_long) {
        return true;
    }

    // One loop that the compiler can vectorise: does an `e` follow a digit anywhere?
    let pairs = || bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let is_exponent = |(digit, e): (&u8, &u8)| u8::from(is_digit(digit)) & u8::from(*e | 0x20 == b'e');
    if pairs().fold(0, |any, pair| any | is_exponent(pair)) == 0 {
        return false;
    }
    pairs().enumerate().filter(|(_, pair)| is_exponent(*pair) == 1).any(|(at, _)| {
        let exponent = bytes.get(at + 2..).unwrap_or_default();
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        exponent.iter().take_while(|byte| is_digit(byte)).count() >= EXPONENT_DIGITS
            && begins_like_a_number(bytes.get(..=at).unwrap_or_default())
    })
}

/// Tells whether the number at the end of these bytes is where a value may start. Most hex
/// digits follow a quote or a letter instead.
fn begins_like_a_number(bytes: &[u8]) -> bool {
    let before = bytes.iter().rev().find(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'-'));
    matches!(before, Some(b':' | b',' | b'[' | b' ' | b'\t' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::encoder::Encoder;
    use crate::codec::source::Source;
    use crate::error::{DecodeError, EncodeError};
    use crate::schema::Schema;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Session {
        text: Option<String>,
        number: Option<f64>,
        nested: Option<Nested>,
    }

    /// Ignores any other member.
    #[derive(Clone, Debug, Default, PartialEq, Deserialize)]
    struct Nested {
        known: Option<u8>,
    }

    impl IronSession for Session {
        const SCHEMA: Schema = Schema::new("Session");

        fn empty() -> Self {
            Self::default()
        }

        fn decode(&mut self, name: &str, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
            match name {
                "text" => {
                    decoder.claim(0)?;
                    self.text = decoder.value()?;
                }
                "number" | "n" => {
                    decoder.claim(1)?;
                    self.number = decoder.value()?;
                }
                "nested" => {
                    decoder.claim(2)?;
                    self.nested = decoder.value()?;
                }
                _ => {}
            }
            Ok(())
        }

        fn encode(&self, _: &mut Encoder) -> Result<(), EncodeError> {
            Ok(())
        }

        fn canonical(name: &str) -> Option<&str> {
            match name {
                "text" => Some("text"),
                "number" | "n" => Some("number"),
                "nested" => Some("nested"),
                _ => None,
            }
        }
    }

    /// Tells whether the text takes the fast path; if so, checks that the slow path gives
    /// the same result.
    fn is_swift(text: &str) -> bool {
        let exact = Members::parse(Text::new(text)).ok().and_then(|members| {
            let session: Session = Source::new(&members, Timestamp::MAX).decode().ok()?;
            let list =
                members.iter().map(|m| (m.name.into_owned(), m.received.to_owned())).collect::<Vec<_>>();
            Some((session, list))
        });
        let Ok((payload, session, _)) = open::<Session>(Text::new(text), Timestamp::MAX) else {
            return false;
        };
        let list =
            payload.members.iter().map(|m| (m.name.into_owned(), m.received.to_owned())).collect::<Vec<_>>();
        assert_eq!(Some((session, list)), exact, "{text}");
        true
    }

    #[test]
    fn ordinary_payloads_go_the_swift_way() {
        for text in [
            "{}",
            r#" { "text" : "a" , "other":[1,{"b":null}] } "#,
            r#"{"number":1.5,"text":"4e5d6e700-3e5"}"#,
            r#"{"n":1e30,"nested":{"known":1,"more":[1,2]}}"#,
            r#"{"text":null,"nested":null}"#,
            r#"{"$":{"t":5},"text":"a \" b"}"#,
            &format!(r#"{{"other":[{}{{}}]}}"#, "{},".repeat(300)),
            &format!(r#"{{"other":[{}{{}}]}}"#, "{}, ".repeat(300)),
        ] {
            assert!(is_swift(text), "{text}");
        }
    }

    #[test]
    fn others_do_not() {
        let deep = format!(r#"{{"nested":{{"x":{}1{}}}}}"#, "[".repeat(127), "]".repeat(127));
        let siblings = format!(r#"{{"nested":{{"x":{}1{}}}}}"#, "[[],".repeat(127), "]".repeat(127));
        let digits = format!(r#"{{"nested":{{"x":{}}}}}"#, "1".repeat(310));
        let both = format!(r#"{{"nested":{{"x":1{}e99}}}}"#, "0".repeat(219));
        for text in [
            r#"{"nested":{"x":"\ud83d"}}"#,
            r#"{"nested":{"x":1e400}}"#,
            r#"{"nested":{"x":-1.5E+400}}"#,
            r#"{"other":[2e999]}"#,
            r#"{"number":1,"n":2}"#,
            r#"{"text":"a","text":"b"}"#,
            r#"{"other":1,"other":2}"#,
            r#"{"$":{"t":5},"$":{"t":6}}"#,
            r#"{"te\u0078t":"a"}"#,
            r#"{"$":{"v":2},"text":"a"}"#,
            r#"{"text":"a","$":{"v":2}}"#,
            r#"{"text":1}"#,
            r#"{"text":"a"} x"#,
            r#"{"text":"a",}"#,
            r#"{"nested":{"x":[1,]}}"#,
            "[]",
            "null",
            "",
            &deep,
            &siblings,
            &digits,
            &both,
        ] {
            assert!(!is_swift(text), "{text}");
        }
    }

    /// Builds a text from steps that open, close or separate values.
    fn nest(steps: &[u8]) -> String {
        let mut text = "[".to_owned();
        let mut depth = 1;
        for step in steps {
            match step {
                0..5 => {
                    text.push_str(["[", "[[],", r#"["},{","#, "[1,[],", "[{},"][usize::from(*step)]);
                    depth += 1;
                }
                _ if depth > 1 => {
                    text.push_str("0],");
                    depth -= 1;
                }
                _ => text.push_str("0,"),
            }
        }
        text + "0" + &"]".repeat(depth)
    }

    proptest! {
        #[test]
        fn few_brackets_are_few_levels(steps in prop::collection::vec(0..7_u8, 0..400)) {
            let text = nest(&steps);
            let is_deep = matches!(Scanner::new(&text).value(0), Err(DecodeError::TooDeep));
            prop_assert!(!is_deep || !(has_few_brackets(text.as_bytes()) || has_few_first_brackets(text.as_bytes())));
        }

        #[test]
        fn never_says_anything_else(members in prop::collection::vec(member(), 0..6), cut in 0..200_usize) {
            let text = format!("{{{}}}", members.join(","));
            is_swift(&text);
            // Also check text that is no longer JSON.
            if let Some(cut) = text.get(..cut) {
                is_swift(cut);
            }
        }
    }

    /// A member, valid or not.
    fn member() -> impl Strategy<Value = String> {
        let name = prop::sample::select(vec![
            "text",
            "number",
            "n",
            "nested",
            "other",
            "o\\u0074her",
            "$",
            "",
            "\u{1}",
        ]);
        let short = prop::sample::select(vec![
            "null",
            "nul",
            "nullx",
            "true",
            "0",
            "-0",
            "01",
            "1.",
            "1.5",
            "1e5",
            "1e400",
            "9e999",
            r#""""#,
            r#""a""#,
            r#""\ud83d""#,
            r#""\ud83d\ude00""#,
            r#""\q""#,
            r#"{"x":1e99}"#,
            "\"\n\"",
            "[]",
            "[1,2]",
            "[1 2]",
            "{}",
            r#"{"known":7}"#,
            r#"{"known":700}"#,
            r#"{"known":1,"known":2}"#,
            r#"{"x":1e400}"#,
            r#"{"x":"\udc00"}"#,
            r#"{"v":1}"#,
            r#"{"v":2}"#,
            r#"{"x":[[[]]]}"#,
        ]);
        // Too large for `f64` by digits and exponent together.
        let long = (150..300_usize).prop_map(|digits| format!(r#"{{"x":{}e99}}"#, "1".repeat(digits)));
        let value = prop_oneof![9 => short.prop_map(str::to_owned), 1 => long];
        (name, value, prop::bool::ANY).prop_map(|(name, value, spaced)| {
            if spaced { format!(" \"{name}\" :\t{value}\n") } else { format!("\"{name}\":{value}") }
        })
    }
}
