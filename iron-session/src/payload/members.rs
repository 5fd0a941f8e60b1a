//! The members of a JSON object, as ranges of its text.

use std::borrow::Cow;
use std::ops::Range;

use super::scan::{Scanner, kind};
use super::text::{Text, replace};
use crate::error::DecodeError;

/// An object's text, and the ranges of its members.
pub(crate) struct Members {
    text: Text,
    /// In the order of the text. Only the last of several duplicates is in it.
    list: Vec<Spot>,
    /// Whether a duplicate was dropped.
    shadowed: bool,
}

/// The ranges of a member in its text.
pub(crate) struct Spot {
    /// The name's text, with the quotes.
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// One member, borrowed from its object.
#[derive(Clone)]
pub(crate) struct Member<'a> {
    /// The name, unescaped.
    pub(crate) name: Cow<'a, str>,
    /// The name (with its quotes) and the value, as received.
    pub(crate) received_name: &'a str,
    pub(crate) received: &'a str,
    /// Both as serde can read them.
    pub(crate) readable_name: &'a str,
    pub(crate) readable: &'a str,
}

impl Members {
    /// Checks a text and finds its members.
    ///
    /// `null` counts as an object without members, as in iron-session.
    pub(crate) fn parse(mut text: Text) -> Result<Self, DecodeError> {
        let list = text.check(|scanner| {
            if scanner.next_token() == Some(b'{') {
                scan_object(scanner)
            } else {
                scanner.value(0).map(|_| Vec::new())
            }
        })?;
        let found = kind(text.received());
        if !matches!(found, "an object" | "null") {
            return Err(DecodeError::NotAnObject { found });
        }
        let mut members = Self { text, list, shadowed: false };
        members.drop_shadowed();
        Ok(members)
    }

    /// Takes a text and its members, whose names must be different.
    pub(crate) fn from_spots(text: Text, list: Vec<Spot>) -> Self {
        Self { text, list, shadowed: false }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Member<'_>> {
        self.list.iter().map(|spot| self.member(spot))
    }

    /// Tells whether the text is an object, and not `null`.
    pub(crate) fn is_object(&self) -> bool {
        kind(self.text.received()) == "an object"
    }

    /// Tells whether a member was dropped because another one has the same name.
    pub(crate) fn has_shadowed(&self) -> bool {
        self.shadowed
    }

    /// Returns the whole text as serde can read it.
    pub(crate) fn readable(&self) -> &str {
        self.text.readable()
    }

    fn member(&self, spot: &Spot) -> Member<'_> {
        let received = |range: &Range<usize>| self.text.received().get(range.clone()).unwrap_or_default();
        let readable = |range: &Range<usize>| self.text.readable().get(range.clone()).unwrap_or_default();
        Member {
            name: unescape(readable(&spot.name)),
            readable_name: readable(&spot.name),
            received_name: received(&spot.name),
            received: received(&spot.value),
            readable: readable(&spot.value),
        }
    }

    /// Keeps the members for which `keeps(name)` returns true.
    pub(crate) fn retain(&mut self, keeps: impl Fn(&str) -> bool) {
        let mut kept = self.iter().map(|member| keeps(&member.name)).collect::<Vec<_>>().into_iter();
        self.list.retain(|_| kept.next().unwrap_or_default());
    }

    /// Drops all but the last of the members with the same name, as JavaScript does.
    fn drop_shadowed(&mut self) {
        // Names that differ only in a lone surrogate look the same after decoding, but they
        // name two members.
        fn name(member: Member<'_>) -> Cow<'_, str> {
            if member.received_name == member.readable_name {
                member.name
            } else {
                Cow::Borrowed(member.received_name)
            }
        }
        let mut by_name: Vec<(Cow<'_, str>, usize)> = self.iter().map(name).zip(0..).collect();
        by_name.sort();
        let mut shadowed: Vec<usize> = by_name
            .windows(2)
            .filter_map(|pair| match pair {
                [(name, index), (next, _)] if name == next => Some(*index),
                _ => None,
            })
            .collect();
        drop(by_name);
        shadowed.sort_unstable();
        self.shadowed = !shadowed.is_empty();
        let mut index = 0..;
        self.list.retain(|_| shadowed.binary_search(&index.next().unwrap_or_default()).is_err());
    }
}

/// Finds the members of the object at the scanner's position.
fn scan_object(scanner: &mut Scanner<'_>) -> Result<Vec<Spot>, DecodeError> {
    let mut list = Vec::new();
    scanner.expect(b'{')?;
    if scanner.passes(b'}') {
        return Ok(list);
    }
    loop {
        let name = scanner.string()?;
        scanner.expect(b':')?;
        let value = scanner.value(1)?;
        list.push(Spot { name, value });
        if !scanner.passes(b',') {
            scanner.expect(b'}')?;
            return Ok(list);
        }
    }
}

/// Consumes an object. Returns true only if its members have different names and that is easy
/// to see: there are few names, and none has an escape.
pub(crate) fn has_distinct_members(scanner: &mut Scanner<'_>) -> bool {
    let mut names = [""; 24];
    if scanner.expect(b'{').is_err() {
        return false;
    }
    if scanner.passes(b'}') {
        return true;
    }
    for count in 0..names.len() {
        let Ok(name) = scanner.string() else { return false };
        let name = scanner.text(name);
        let is_new = !name.contains('\\') && !names.iter().take(count).any(|other| *other == name);
        if !is_new || scanner.expect(b':').is_err() || scanner.value(1).is_err() {
            return false;
        }
        if let Some(place) = names.get_mut(count) {
            *place = name;
        }
        if !scanner.passes(b',') {
            return scanner.passes(b'}');
        }
    }
    false
}

/// Finds the members of an object in text that was checked before.
pub(crate) fn members_of(text: &str) -> Result<Vec<Member<'_>>, DecodeError> {
    let spots = scan_object(&mut Scanner::new(text))?;
    let member = |spot: Spot| {
        let name = text.get(spot.name).unwrap_or_default();
        let value = text.get(spot.value).unwrap_or_default();
        Member {
            name: unescape(name),
            received_name: name,
            received: value,
            readable_name: name,
            readable: value,
        }
    };
    Ok(spots.into_iter().map(member).collect())
}

/// Splits an array, in text that was checked before, into its elements.
pub(crate) fn elements_of(text: &str) -> Result<Vec<&str>, DecodeError> {
    let mut scanner = Scanner::new(text);
    let mut list = Vec::new();
    scanner.expect(b'[')?;
    if scanner.passes(b']') {
        return Ok(list);
    }
    loop {
        let range = scanner.value(1)?;
        list.push(text.get(range).unwrap_or_default());
        if !scanner.passes(b',') {
            scanner.expect(b']')?;
            return Ok(list);
        }
    }
}

/// Unescapes a quoted name. A lone surrogate becomes U+FFFD.
fn unescape(quoted: &str) -> Cow<'_, str> {
    if !quoted.as_bytes().contains(&b'\\') {
        let name = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        return Cow::Borrowed(name.unwrap_or(quoted));
    }
    let mut scanner = Scanner::new(quoted);
    let readable = match scanner.string() {
        Ok(_) => replace(quoted, &scanner.into_lone_surrogates()),
        Err(_) => return Cow::Borrowed(quoted),
    };
    serde_json::from_str(&readable).map_or(Cow::Borrowed(quoted), Cow::Owned)
}
