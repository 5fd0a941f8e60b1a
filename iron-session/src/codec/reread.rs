//! Reads back the text that is about to be sealed, as the next request will read it.
//!
//! A type's `Deserialize` may disagree with its `Serialize`, and a session that the next request
//! can't read is lost completely. Each member with new text is therefore decoded and encoded
//! again, which needs no `PartialEq`.

use super::decoder::{Decoder, Skipped};
use super::encoder::{Encoder, Encoding, Encodings};
use super::session_type::IronSession;
use crate::clock::Timestamp;
use crate::error::{EncodeError, Misread};
use crate::payload::{Scanner, is_reordered, replace};
use crate::scratch::ScratchText;

/// A member that is about to be written.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    /// Its place among the current members.
    pub(super) place: usize,
    /// The value that was set.
    pub(super) meant: Encoding<'a>,
    /// The text that is written.
    pub(super) text: &'a str,
    /// Whether it would be lost if it were left out.
    pub(super) needed: bool,
}

impl Reading<'_> {
    /// Tells whether the text contains more than the value that was set: parts of other programs.
    pub(super) fn is_merged(&self) -> bool {
        self.text != self.meant.own_text().as_str()
    }
}

/// Returns the members that would be read as a different value than the one that was set.
pub(super) fn misread<'a, T: IronSession>(
    after: &Encoder,
    readings: impl Iterator<Item = Reading<'a>> + Clone,
) -> Result<Vec<(Reading<'a>, Misread)>, EncodeError> {
    let mut misread = Vec::new();
    if readings.clone().next().is_none() {
        return Ok(misread);
    }
    let reread = Reread::new::<T>(after, readings.clone())?;
    for (index, reading) in readings.enumerate() {
        let outcome = reread.outcome(index);
        let found = reread.members.find(reading.meant.name);
        if outcome == Outcome::Failed || !is_meant::<T>(after, &reading, found)? {
            misread.push((reading, cause(&reading.meant, outcome)));
        }
    }
    Ok(misread)
}

/// Tells whether the type of a member keeps the order of elements. A list returns each text
/// unchanged, whereas a set or a map that hashes does not.
pub(super) fn is_ordered<T: IronSession>(
    after: &Encoder,
    place: usize,
    encodings: [Encoding<'_>; 2],
) -> Result<bool, EncodeError> {
    /// In half of all cases, two elements keep their order by chance.
    const ROUNDS: usize = 12;

    for _ in 0..ROUNDS {
        for meant in encodings {
            let text = meant.own_text();
            let reading = Reading { place, meant, text: text.as_str(), needed: true };
            let reread = Reread::new::<T>(after, std::iter::once(reading))?;
            if reread.members.find(meant.name).is_some_and(|found| found.text != meant.text) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn is_meant<T: IronSession>(
    after: &Encoder,
    reading: &Reading<'_>,
    found: Option<Encoding<'_>>,
) -> Result<bool, EncodeError> {
    let meant = reading.meant;
    let Some(found) = found.filter(|found| found.hidden == meant.hidden) else { return Ok(false) };
    if found.text == meant.text {
        return Ok(true);
    }
    if !is_reordered(found.text, meant.text) {
        return Ok(false);
    }
    // If the text is exactly the value that was set, the type itself has changed the order. And
    // without a type, the members of an object have no order, and merging keeps that of elements.
    Ok(!reading.is_merged()
        || T::FIELDS.is_empty()
        || !is_ordered::<T>(after, reading.place, [meant, found])?)
}

fn cause(meant: &Encoding<'_>, outcome: Outcome) -> Misread {
    if meant.hidden.has_numbers() {
        Misread::NotFinite
    } else if outcome != Outcome::Read {
        Misread::Undecodable
    } else if meant.hidden.somes > 0 || meant.text == "null" {
        Misread::Null
    } else {
        Misread::Different
    }
}

/// The result of reading a member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Read,
    /// Its field has its default, because of `on_error`.
    Defaulted,
    Failed,
}

/// Members that were decoded and encoded again.
struct Reread {
    members: Encodings,
    /// The readings, by index, that were not simply read.
    lost: Vec<(usize, Outcome)>,
}

impl Reread {
    fn new<'a, T: IronSession>(
        after: &Encoder,
        readings: impl Iterator<Item = Reading<'a>> + Clone,
    ) -> Result<Self, EncodeError> {
        let mut session = T::empty();
        let mut skipped = Skipped::default();
        let mut lost = Vec::new();
        for (index, Reading { meant, text, .. }) in readings.clone().enumerate() {
            let readable = without_lone_surrogates(text);
            let text = readable.as_deref().unwrap_or(text);
            // Deadlines are not checked, because a value that has expired meanwhile must still be kept.
            let start = Timestamp::from_unix_ms(0);
            let defaulted = skipped.defaulted.len();
            let mut decoder = Decoder::new((index, meant.name), text, start, &mut skipped);
            if session.decode(meant.name, &mut decoder).is_err() {
                lost.push((index, Outcome::Failed));
            } else if skipped.defaulted.len() > defaulted {
                lost.push((index, Outcome::Defaulted));
            }
        }
        let mut encoder = after.only(readings.map(|reading| reading.place));
        session.encode(&mut encoder)?;
        Ok(Self { members: encoder.finish(), lost })
    }

    /// Returns the outcome of the reading with this index.
    fn outcome(&self, index: usize) -> Outcome {
        let lost = self.lost.binary_search_by_key(&index, |(index, _)| *index).ok();
        lost.and_then(|place| self.lost.get(place)).map_or(Outcome::Read, |(_, outcome)| *outcome)
    }
}

/// Returns the text with its lone surrogates replaced, if it has any.
fn without_lone_surrogates(text: &str) -> Option<ScratchText> {
    if !text.contains("\\u") {
        return None;
    }
    let mut scanner = Scanner::new(text);
    scanner.value(1).ok()?;
    let lone_surrogates = scanner.into_lone_surrogates();
    (!lone_surrogates.is_empty()).then(|| replace(text, &lone_surrogates))
}
