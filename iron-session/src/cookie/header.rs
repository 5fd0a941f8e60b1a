//! Reads the `Cookie` header as npm's `cookie` does. Quotes are handled as in its version
//! 0.7, which iron-session 8 uses, not as in version 2.

use std::borrow::Cow;

use memchr::{memchr, memmem::Finder};

use super::carrier::Carrier;
use super::refusal::{TOO_LONG, remember};
use crate::error::UnsealError;
use crate::limits::{H3_CHUNKED, MAX_CHUNKS, MAX_LINE_BYTES};
use crate::profile::Chunking;
use crate::seal::{Sealer, Token};

/// The longest value that is read: four full chunks in one, with every character
/// percent-encoded. Servers may accept headers eight times as long.
const MAX_VALUE_BYTES: usize = 3 * MAX_CHUNKS * MAX_LINE_BYTES;

/// The number of seals that are tried per request. A seal planted by a sibling domain must
/// not lock a user out, and a thousand seals must not cost a thousand derivations.
pub(super) const MAX_CANDIDATES: usize = 4;

/// The chunks that a request sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SentChunks(pub(super) [bool; MAX_CHUNKS]);

/// The cookies of a request that can belong to one session.
///
/// It keeps only a few values of each name, and none that is longer than a seal can be, so
/// its memory does not grow with the header.
#[derive(Default)]
pub(crate) struct Received {
    /// `name`.
    whole: Slot,
    /// Its chunks, in their order.
    chunks: [Slot; MAX_CHUNKS],
    chunking: Chunking,
    /// The most informative reason why values were not kept.
    pub(super) refused: Option<UnsealError>,
}

/// The values of one name.
#[derive(Default)]
struct Slot {
    /// Whether the name was sent, even with an empty value.
    sent: bool,
    /// The values that are not empty. JavaScript treats an empty value as absent.
    values: Vec<Box<str>>,
    /// Whether there were several such values, kept or not.
    is_twice: bool,
    /// Whether there was one, kept or not.
    has_value: bool,
}

impl Slot {
    fn holds(&self, value: &str) -> bool {
        self.values.iter().any(|kept| **kept == *value)
    }

    /// Keeps a value. If there are too many, it keeps the first ones and the last one.
    fn keep(&mut self, value: &str) {
        self.values.truncate(MAX_CANDIDATES - 1);
        self.values.push(value.into());
    }
}

impl Received {
    /// Collects the cookies that belong to the session `name`, in the header's order.
    ///
    /// Values after the first one are checked as far as possible without deriving a key, with
    /// the passwords if there is a sealer, so that values that can't open don't displace
    /// values that can.
    pub(crate) fn parse<H: AsRef<[u8]>>(
        headers: impl IntoIterator<Item = H>,
        name: &Finder<'_>,
        chunking: Chunking,
        sealer: Option<&Sealer>,
    ) -> Self {
        let mut received = Self { chunking, ..Self::default() };
        for header in headers {
            received.take(&text(header.as_ref()), name, sealer);
        }
        received
    }

    /// Collects the seals of a session that travels in a header of its own.
    pub(crate) fn from_header<H: AsRef<[u8]>>(
        headers: impl IntoIterator<Item = H>,
        carrier: Carrier,
        sealer: Option<&Sealer>,
    ) -> Self {
        let mut received = Self::default();
        for header in headers {
            if let Some(seal) = carrier.seal(&text(header.as_ref())) {
                received.take_value(None, seal, sealer);
            }
        }
        received
    }

    /// Collects the cookies of one header.
    fn take(&mut self, header: &str, name: &Finder<'_>, sealer: Option<&Sealer>) {
        let suffixes = self.chunking.suffixes();
        for (suffix, value) in pairs(header, name) {
            let chunk = suffixes.iter().position(|chunk| *chunk == suffix);
            if chunk.is_some() || suffix.is_empty() {
                self.take_value(chunk, value, sealer);
            }
        }
    }

    /// Keeps a value of the whole cookie, or of a chunk, if it may be worth opening.
    fn take_value(&mut self, chunk: Option<usize>, value: &str, sealer: Option<&Sealer>) {
        let slot = match chunk {
            None => &mut self.whole,
            Some(index) => match self.chunks.get_mut(index) {
                Some(slot) => slot,
                None => return,
            },
        };
        slot.sent = true;
        let value = unquote(trim(value));
        if value.is_empty() {
            return;
        }
        slot.is_twice |= slot.has_value;
        slot.has_value = true;
        if slot.holds(value) {
            return;
        }
        let judged = match chunk {
            _ if value.len() > MAX_VALUE_BYTES => Err(TOO_LONG),
            // Usually this is the only value, which is checked when it is opened.
            _ if slot.values.is_empty() => Ok(()),
            None if self.chunking.count(value).is_some() => Ok(()),
            None => judge(&percent_decode(value), sealer),
            Some(0) => judge_start(&percent_decode(value), sealer),
            // The rest of a seal could be any text.
            Some(_) => Ok(()),
        };
        match judged {
            Ok(()) => slot.keep(value),
            Err(error) => remember(&mut self.refused, error),
        }
    }

    /// Returns whether the request sent any of the names.
    pub(crate) fn is_any(&self) -> bool {
        self.whole.sent || self.chunks.iter().any(|slot| slot.sent)
    }

    /// Returns whether the request sent several cookies of one name.
    pub(crate) fn is_any_twice(&self) -> bool {
        self.whole.is_twice || self.chunks.iter().any(|slot| slot.is_twice)
    }

    /// Returns whether the request sent the whole cookie.
    pub(super) fn is_whole_sent(&self) -> bool {
        self.whole.sent
    }

    /// Returns which chunks the request sent, including those that are only to be expired.
    pub(crate) fn sent_chunks(&self) -> SentChunks {
        SentChunks(self.chunks.each_ref().map(|slot| slot.sent))
    }

    /// Returns the values of the whole cookie, decoded.
    pub(super) fn wholes(&self) -> impl ExactSizeIterator<Item = Cow<'_, str>> {
        self.whole.values.iter().map(|value| percent_decode(value))
    }

    /// Returns how many ways of joining the chunks are worth trying, if no cookie has their number.
    pub(super) fn joins(&self) -> usize {
        if self.chunking == Chunking::Counted {
            return 0;
        }
        match &self.chunks {
            [first, ..] if first.values.is_empty() => 0,
            slots => slots.iter().map(|slot| slot.values.len()).max().unwrap_or_default(),
        }
    }

    /// Joins up to `most` chunks, up to the first gap, and returns how many there are. For names that
    /// were sent more than once, it takes the `attempt`-th value, or the last one.
    pub(super) fn join(&self, attempt: usize, most: usize) -> (String, usize) {
        let slots = self.chunks.iter().take(most);
        let values = slots.map_while(|slot| slot.values.get(attempt).or(slot.values.last()));
        let chunks = values.clone().count();
        (values.map(|value| percent_decode(value)).collect(), chunks)
    }

    /// Returns how many chunks a value of the whole cookie announces; `None` if it is a value itself.
    pub(super) fn count(&self, value: &str) -> Option<usize> {
        self.chunking.count(value)
    }

    /// Returns the number in the name of a chunk.
    pub(super) fn number(&self, index: usize) -> usize {
        match self.chunking {
            Chunking::Discovered => index,
            Chunking::Counted => index + 1,
        }
    }

    /// Returns whether there are chunks, but not the first one.
    pub(super) fn lacks_first_chunk(&self) -> bool {
        let [first, others @ ..] = &self.chunks;
        first.values.is_empty()
            && match self.chunking {
                Chunking::Discovered => others.iter().any(|slot| !slot.values.is_empty()),
                Chunking::Counted => self.wholes().any(|value| self.count(&value).is_some()),
            }
    }
}

impl Chunking {
    /// Returns how many chunks a value announces. h3 reads the digits at its start.
    fn count(self, value: &str) -> Option<usize> {
        let number = value.strip_prefix(H3_CHUNKED).filter(|_| self == Self::Counted)?;
        let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        number.get(..digits)?.parse().ok().filter(|count| *count > 0)
    }
}

/// Returns the name of the session that a cookie belongs to: `sid` for `sid`, and for its chunks
/// `sid.0` to `sid.3`.
#[cfg(feature = "inspect")]
pub fn session_name(cookie: &str) -> &str {
    Chunking::Discovered.suffixes().iter().find_map(|suffix| cookie.strip_suffix(suffix)).unwrap_or(cookie)
}

/// Reads a header's value. Another program's cookie may contain bytes that are not UTF-8. This
/// program's session must not be lost because of them.
fn text(value: &[u8]) -> Cow<'_, str> {
    // This checks many bytes at a time; the lossy conversion checks each one.
    std::str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed)
}

/// Checks whether a value can be a seal, without deriving a key.
fn judge(seal: &str, sealer: Option<&Sealer>) -> Result<(), UnsealError> {
    let token = Token::parse(seal)?;
    token.decode_mac()?;
    sealer.map_or(Ok(()), |sealer| sealer.knows(token.id))
}

/// Checks whether a value can be the start of a seal.
fn judge_start(text: &str, sealer: Option<&Sealer>) -> Result<(), UnsealError> {
    match (Token::id_at_start(text)?, sealer) {
        (Some(id), Some(sealer)) => sealer.knows(id),
        _ => Ok(()),
    }
}

/// Finds the pairs whose key starts with a name, in the header's order. Returns the rest of
/// the key and the value.
///
/// It searches for the name and does not parse all pairs, so a megabyte of other cookies
/// takes only the time of a search.
fn pairs<'a>(header: &'a str, name: &Finder<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    name.find_iter(header.as_bytes()).filter_map(move |start| {
        let (before, found) = header.split_at_checked(start)?;
        let before = before.trim_end_matches([' ', '\t']);
        if !before.is_empty() && !before.ends_with(';') {
            return None;
        }
        let bytes = found.as_bytes();
        let pair = found.get(..memchr(b';', bytes).unwrap_or(bytes.len()))?;
        let (key, value) = pair.get(name.needle().len()..)?.split_once('=')?;
        Some((key.trim_end_matches([' ', '\t']), value))
    })
}

/// Removes the optional white space of RFC 9110 §5.6.3 from both ends.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Removes the double quotes that RFC 6265 §4.1.1 allows around a value and some programs
/// write.
fn unquote(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

/// Decodes like JavaScript's `decodeURIComponent`, but leaves text unchanged for which that
/// would throw.
fn percent_decode(value: &str) -> Cow<'_, str> {
    if memchr(b'%', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let [high, low, tail @ ..] = rest else { return Cow::Borrowed(value) };
        let (Some(high), Some(low)) = (digit(*high), digit(*low)) else { return Cow::Borrowed(value) };
        decoded.push(high << 4 | low);
        rest = tail;
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(value), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pairs_are_those_of_a_header_taken_apart(header in "(sid|sid\\.0|s|=|;| |\t|x|é){0,30}") {
            let apart = header.split(';').filter_map(|pair| {
                let (key, value) = pair.split_once('=')?;
                Some((trim(key).strip_prefix("sid")?, value))
            });
            let name = Finder::new("sid");
            let found = pairs(&header, &name);
            prop_assert_eq!(found.collect::<Vec<_>>(), apart.collect::<Vec<_>>());
        }
    }
}
