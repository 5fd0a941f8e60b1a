//! Reading the `Cookie` header, as npm's `cookie` does.

use std::borrow::Cow;

use super::open::MAX_CANDIDATES;
use super::shape::SentChunks;
use crate::schema::MAX_CHUNKS;

/// The longest value that is looked at. A full chunk has 4096 bytes; with every
/// character percent-encoded it would have three times as many.
const MAX_VALUE_BYTES: usize = 16 * 1024;

/// The cookies of a request that can belong to one session.
///
/// Keeps a few values of each name at most, and none that is longer than a seal
/// can be: what a request makes us remember does not grow with its header.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// The values of `name`.
    wholes: Vec<Box<str>>,
    /// The values of `name.0` … `name.3`.
    chunks: [Vec<Box<str>>; MAX_CHUNKS],
    /// Whether a value was too long to be kept.
    oversized: bool,
}

impl Received {
    /// Picks out what belongs to the session `name`, in the header's order.
    pub(crate) fn parse<'a>(headers: impl IntoIterator<Item = &'a str>, name: &str) -> Self {
        let mut received = Self::default();
        let pairs = headers.into_iter().flat_map(|header| header.split(';'));
        for (key, value) in pairs.filter_map(|pair| pair.split_once('=')) {
            let Some(suffix) = trim(key).strip_prefix(name) else { continue };
            let [first, second, third, fourth] = &mut received.chunks;
            let slot = match suffix {
                "" => &mut received.wholes,
                ".0" => first,
                ".1" => second,
                ".2" => third,
                ".3" => fourth,
                _ => continue,
            };
            if slot.len() == MAX_CANDIDATES {
                continue;
            }
            // An empty value is what JavaScript reads as "not there", but its
            // name was sent all the same.
            let value = trim(value);
            let fits = value.len() <= MAX_VALUE_BYTES;
            received.oversized |= !fits;
            slot.push(if fits { value.into() } else { "".into() });
        }
        received
    }

    /// Tells whether the request sent any of the names.
    pub(crate) fn is_any(&self) -> bool {
        !self.wholes.is_empty() || self.chunks.iter().any(|values| !values.is_empty())
    }

    /// Tells which chunks the request sent, if only to have them expired.
    pub(crate) fn sent_chunks(&self) -> SentChunks {
        SentChunks(self.chunks.each_ref().map(|values| !values.is_empty()))
    }

    pub(super) fn is_oversized(&self) -> bool {
        self.oversized
    }

    /// Returns the values of the whole cookie, decoded.
    pub(super) fn wholes(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.wholes.iter().filter(|value| !value.is_empty()).map(|value| percent_decode(value))
    }

    /// Returns how many joins of chunks are worth a try.
    pub(super) fn joins(&self) -> usize {
        let [first, ..] = &self.chunks;
        if first.iter().all(|value| value.is_empty()) {
            return 0;
        }
        self.chunks.iter().map(Vec::len).max().unwrap_or_default()
    }

    /// Joins the chunks up to the first gap; of names sent more than once the
    /// `attempt`-th, or the last.
    pub(super) fn join(&self, attempt: usize) -> String {
        let chunks = self.chunks.iter().map_while(|values| {
            let value = values.get(attempt).or(values.last())?;
            (!value.is_empty()).then(|| percent_decode(value))
        });
        chunks.collect()
    }
}

/// Cuts the optional white space of RFC 9110 §5.6.3 off both ends.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Decodes like JavaScript's `decodeURIComponent`; what that would throw at
/// stays as it is.
fn percent_decode(value: &str) -> Cow<'_, str> {
    if !value.contains('%') {
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
