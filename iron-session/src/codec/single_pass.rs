//! The fast path: decodes a session and checks its text in a single pass. It handles ordinary
//! payloads only.
//!
//! `serde_json` checks the syntax of the values that it decodes, so the value of a field need
//! not be scanned first. A look at the whole text (`ordinary.rs`) first rules out the mistakes
//! that it misses. If anything is unusual (one of these, an error, a duplicate member, or another
//! version of the struct), this module decides nothing: the slow path starts again from the
//! beginning.

use super::decoder::{Decoder, Skipped};
use super::metadata::Metadata;
use super::ordinary::is_ordinary;
use super::session_type::IronSession;
use crate::clock::Timestamp;
use crate::limits::METADATA_NAME;
use crate::payload::{Members, Scanner, Spot, Text};

/// A session that was read in a single pass.
pub(super) struct Ordinary<T> {
    pub(super) session: T,
    pub(super) metadata: Metadata,
    pub(super) members: Members,
    pub(super) skipped: Skipped,
}

/// Reads an ordinary payload; returns any other text unchanged.
pub(super) fn open<T: IronSession>(text: Text, now: Timestamp) -> Result<Ordinary<T>, Text> {
    match read::<T>(text.received(), now) {
        Some(Parsed { session, metadata, list, skipped, .. }) => {
            Ok(Ordinary { session, metadata, members: Members::from_spots(text, list), skipped })
        }
        None => Err(text),
    }
}

struct Parsed<T> {
    session: T,
    metadata: Metadata,
    list: Vec<Spot>,
    /// Indices of members that no field has claimed. Duplicates among these, and only
    /// these, would go unnoticed.
    unclaimed: Vec<usize>,
    skipped: Skipped,
}

fn read<T: IronSession>(text: &str, now: Timestamp) -> Option<Parsed<T>> {
    if !is_ordinary(text) {
        return None;
    }
    let mut found = Parsed {
        session: T::empty(),
        metadata: Metadata::default(),
        list: Vec::with_capacity(8),
        unclaimed: Vec::new(),
        skipped: Skipped::default(),
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
    found: &mut Parsed<T>,
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
        found.metadata = Metadata::parse(rest.get(..len)?, now);
        if !reads::<T>(found.metadata) {
            return None;
        }
        len
    } else {
        let at = (found.list.len(), unquoted);
        let mut decoder = Decoder::unchecked(at, rest, now, seen, &mut found.skipped);
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
    metadata.version_for(&T::SCHEMA) == T::SCHEMA.version()
}

/// Tells whether all names are different. Names without an escape are compared as received.
fn is_free_of_duplicates<T>(text: &str, found: &Parsed<T>) -> bool {
    let spots = found.unclaimed.iter().filter_map(|index| found.list.get(*index));
    let mut names: Vec<_> = spots.map(|spot| text.get(spot.name.clone()).unwrap_or_default()).collect();
    names.sort_unstable();
    names.windows(2).all(|pair| !matches!(pair, [one, other] if one == other))
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
    fn takes_the_fast_path(text: &str) -> bool {
        let slow = Members::parse(Text::new(text)).ok().and_then(|members| {
            let session: Session = Source::new(&members, Timestamp::MAX).decode().ok()?;
            let list =
                members.iter().map(|m| (m.name.into_owned(), m.received.to_owned())).collect::<Vec<_>>();
            Some((session, list))
        });
        let Ok(Ordinary { session, members, .. }) = open::<Session>(Text::new(text), Timestamp::MAX) else {
            return false;
        };
        let list = members.iter().map(|m| (m.name.into_owned(), m.received.to_owned())).collect::<Vec<_>>();
        assert_eq!(Some((session, list)), slow, "{text}");
        true
    }

    #[test]
    fn ordinary_payloads_take_the_fast_path() {
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
            assert!(takes_the_fast_path(text), "{text}");
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
            assert!(!takes_the_fast_path(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_two_paths_agree(members in prop::collection::vec(member(), 0..6), cut in 0..200_usize) {
            let text = format!("{{{}}}", members.join(","));
            takes_the_fast_path(&text);
            // Also check text that is no longer JSON.
            if let Some(cut) = text.get(..cut) {
                takes_the_fast_path(cut);
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
