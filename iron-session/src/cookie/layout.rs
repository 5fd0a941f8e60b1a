//! Writes a seal, whole or in chunks, and expires the cookies that it replaces.
//!
//! The lines of one response must leave the browser with exactly one readable form, in
//! whatever order parallel responses arrive. So every write expires the other form, with the
//! same path and domain.

use super::attributes::AttributeText;
use super::header::{Received, SentChunks};
use crate::limits::{H3_CHUNKED, MAX_CHUNKS, MAX_LINE_BYTES};
use crate::profile::Chunking;

/// The settings for writing a session's cookies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout<'a> {
    pub(crate) name: &'a str,
    pub(crate) attributes: &'a AttributeText,
    /// The attributes of cookies that the session had in former releases.
    pub(crate) former: &'a [AttributeText],
    pub(crate) max_cookies: usize,
    pub(crate) chunking: Chunking,
}

/// The error for a seal that does not fit the allowed cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DoesNotFit {
    /// The seal's length.
    pub(crate) needed_bytes: usize,
    /// The length of the longest seal that fits.
    pub(crate) limit_bytes: usize,
}

impl Layout<'_> {
    /// Returns how long a seal may be.
    pub(crate) fn capacity(&self, max_age_secs: Option<u64>) -> usize {
        let attributes = self.attributes.len(max_age_secs);
        if self.max_cookies > 1 {
            self.max_cookies * self.chunk_capacity(attributes)
        } else {
            self.whole_capacity(attributes)
        }
    }

    /// Returns the `Set-Cookie` lines for a seal.
    pub(crate) fn write(
        &self,
        seal: &str,
        max_age_secs: Option<u64>,
        sent: SentChunks,
    ) -> Result<Vec<String>, DoesNotFit> {
        let attributes = self.attributes.len(max_age_secs);
        if seal.len() <= self.whole_capacity(attributes) {
            let mut lines = Vec::with_capacity(1 + MAX_CHUNKS);
            lines.push(self.attributes.line(self.name, "", seal, max_age_secs));
            lines.extend(self.stale_chunks(sent).map(|suffix| self.expire(suffix)));
            lines.extend(self.expire_former(sent));
            return Ok(lines);
        }

        let limit_bytes = self.capacity(max_age_secs);
        if seal.len() > limit_bytes || self.max_cookies == 1 {
            return Err(DoesNotFit { needed_bytes: seal.len(), limit_bytes });
        }
        let mut lines = Vec::with_capacity(1 + MAX_CHUNKS);
        let mut rest = seal;
        for suffix in self.chunking.suffixes().iter().take(self.max_cookies) {
            let (chunk, tail) = rest.split_at(rest.len().min(self.chunk_capacity(attributes)));
            rest = tail;
            if !chunk.is_empty() {
                lines.push(self.attributes.line(self.name, suffix, chunk, max_age_secs));
            }
        }
        let written = lines.len();
        lines.push(match self.chunking {
            Chunking::Discovered => self.expire(""),
            Chunking::Counted => {
                let count = format!("{H3_CHUNKED}{written}");
                self.attributes.line(self.name, "", &count, max_age_secs)
            }
        });
        for (sent, suffix) in sent.0.into_iter().zip(self.chunking.suffixes()).skip(written) {
            if sent {
                lines.push(self.expire(suffix));
            }
        }
        lines.extend(self.expire_former(sent));
        Ok(lines)
    }

    /// Returns the lines that expire cookies of former releases.
    fn expire_former(&self, sent: SentChunks) -> impl Iterator<Item = String> {
        self.former.iter().flat_map(move |former| {
            let suffixes = std::iter::once("").chain(self.stale_chunks(sent));
            suffixes.map(|suffix| former.line(self.name, suffix, "", Some(0)))
        })
    }

    /// Returns the chunks that must not stay next to a whole cookie: those that were sent,
    /// and the first. A parallel response may have written chunks that this request did not
    /// send; without the first, the others can't be read. Where the whole cookie has the number of the
    /// chunks, they can't be read without it in any case.
    fn stale_chunks(&self, sent: SentChunks) -> impl Iterator<Item = &'static str> {
        let may_be_cut = self.max_cookies > 1 && self.chunking == Chunking::Discovered;
        let chunks = sent.0.into_iter().zip(self.chunking.suffixes()).enumerate();
        let stale = chunks.filter(move |(index, (sent, _))| *sent || (*index == 0 && may_be_cut));
        stale.map(|(_, (_, suffix))| suffix)
    }

    /// Returns how many cookies a seal takes, which may be more than it is allowed.
    pub(crate) fn cookies(&self, seal_bytes: usize, max_age_secs: Option<u64>) -> usize {
        let attributes = self.attributes.len(max_age_secs);
        if seal_bytes <= self.whole_capacity(attributes) {
            return 1;
        }
        // The options were checked to need less than a line of overhead.
        seal_bytes.div_ceil(self.chunk_capacity(attributes).max(1))
    }

    /// Returns the lines that end a session. They always expire all five names.
    pub(crate) fn destroy(&self) -> Vec<String> {
        let scopes = std::iter::once(self.attributes).chain(self.former);
        let lines = scopes.flat_map(|attributes| {
            let suffixes = std::iter::once("").chain(self.chunking.suffixes());
            suffixes.map(|suffix| attributes.line(self.name, suffix, "", Some(0)))
        });
        lines.collect()
    }

    /// Returns the lines that expire the names that a request sent.
    pub(crate) fn expire_sent(&self, received: &Received) -> Vec<String> {
        let whole = received.is_whole_sent().then_some("");
        let chunks = self.chunking.suffixes().into_iter().zip(received.sent_chunks().0);
        let chunks = chunks.filter_map(|(suffix, sent)| sent.then_some(suffix));
        whole.into_iter().chain(chunks).map(|suffix| self.expire(suffix)).collect()
    }

    fn whole_capacity(&self, attributes: usize) -> usize {
        MAX_LINE_BYTES.saturating_sub(self.name.len() + "=".len() + attributes)
    }

    fn chunk_capacity(&self, attributes: usize) -> usize {
        self.whole_capacity(attributes).saturating_sub(self.chunking.suffixes()[0].len())
    }

    fn expire(&self, suffix: &str) -> String {
        self.attributes.line(self.name, suffix, "", Some(0))
    }
}

/// Returns the seal in the lines of a response; an empty text if they only expire cookies.
pub(crate) fn joined_value(lines: &[String]) -> String {
    let pairs = lines.iter().map(|line| line.split_once(';').map_or(line.as_str(), |(pair, _)| pair));
    pairs.filter_map(|pair| pair.split_once('=')).map(|(_, value)| value).collect()
}

/// Returns the bytes that the lines add to every later `Cookie` header of the browser. Lines
/// that expire a name add none.
pub(crate) fn cookie_header_bytes(lines: &[String]) -> usize {
    let pairs = lines.iter().filter_map(|line| {
        let end = memchr::memchr(b';', line.as_bytes()).unwrap_or(line.len());
        line.get(..end)
    });
    let written = pairs.filter(|pair| !pair.ends_with('='));
    written.map(|pair| pair.len() + "; ".len()).sum::<usize>().saturating_sub("; ".len())
}
