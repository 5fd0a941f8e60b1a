//! Writing a seal: whole or in chunks, and expiring what it replaces.
//!
//! The lines of one answer must leave the browser with exactly one readable
//! shape, in whatever order parallel answers arrive. So every write expires the
//! other shape, with the same path and domain.

use super::MAX_LINE_BYTES;
use super::attributes::AttributeText;
use crate::schema::MAX_CHUNKS;

/// Which of the chunks a request sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SentChunks(pub(crate) [bool; MAX_CHUNKS]);

/// How a session's cookies are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape<'a> {
    pub(crate) name: &'a str,
    pub(crate) attributes: &'a AttributeText,
    pub(crate) max_cookies: usize,
}

/// A seal that does not fit the cookies it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge {
    /// The seal's length.
    pub(crate) needed_bytes: usize,
    /// The length of the longest seal that fits.
    pub(crate) limit_bytes: usize,
}

impl Shape<'_> {
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
    ) -> Result<Vec<String>, TooLarge> {
        let attributes = self.attributes.len(max_age_secs);
        if seal.len() <= self.whole_capacity(attributes) {
            let mut lines = vec![self.attributes.line(self.name, seal, max_age_secs)];
            for (index, sent) in sent.0.into_iter().enumerate() {
                // A parallel answer may have written chunks that this request
                // did not send; without the first, the others can't be read.
                if sent || (index == 0 && self.max_cookies > 1) {
                    lines.push(self.expire_chunk(index));
                }
            }
            return Ok(lines);
        }

        let limit_bytes = self.capacity(max_age_secs);
        if seal.len() > limit_bytes || self.max_cookies == 1 {
            return Err(TooLarge { needed_bytes: seal.len(), limit_bytes });
        }
        let mut lines = Vec::with_capacity(MAX_CHUNKS + 1);
        let mut rest = seal;
        for index in 0..self.max_cookies {
            let (chunk, tail) = rest.split_at(rest.len().min(self.chunk_capacity(attributes)));
            rest = tail;
            if !chunk.is_empty() {
                lines.push(self.attributes.line(&self.chunk_name(index), chunk, max_age_secs));
            }
        }
        let written = lines.len();
        lines.push(self.expire(self.name));
        for (index, sent) in sent.0.into_iter().enumerate().skip(written) {
            if sent {
                lines.push(self.expire_chunk(index));
            }
        }
        Ok(lines)
    }

    /// Returns how many cookies a seal takes, be it more than it may use.
    pub(crate) fn cookies(&self, seal_bytes: usize, max_age_secs: Option<u64>) -> usize {
        let attributes = self.attributes.len(max_age_secs);
        if seal_bytes <= self.whole_capacity(attributes) {
            return 1;
        }
        // Less than a line of overhead is what the options were checked for.
        seal_bytes.div_ceil(self.chunk_capacity(attributes).max(1))
    }

    /// Returns the lines that end a session: all five names, always.
    pub(crate) fn destroy(&self) -> Vec<String> {
        let chunks = (0..MAX_CHUNKS).map(|index| self.expire_chunk(index));
        std::iter::once(self.expire(self.name)).chain(chunks).collect()
    }

    fn whole_capacity(&self, attributes: usize) -> usize {
        MAX_LINE_BYTES.saturating_sub(self.name.len() + "=".len() + attributes)
    }

    fn chunk_capacity(&self, attributes: usize) -> usize {
        self.whole_capacity(attributes).saturating_sub(".0".len())
    }

    fn chunk_name(&self, index: usize) -> String {
        format!("{}.{index}", self.name)
    }

    fn expire_chunk(&self, index: usize) -> String {
        self.expire(&self.chunk_name(index))
    }

    fn expire(&self, name: &str) -> String {
        self.attributes.line(name, "", Some(0))
    }
}

/// The bytes that lines add to every `Cookie` header of the browser from then
/// on: of those that expire a name, none.
pub(crate) fn cookie_header_bytes(lines: &[String]) -> usize {
    let pairs = lines.iter().filter_map(|line| {
        let end = memchr::memchr(b';', line.as_bytes()).unwrap_or(line.len());
        line.get(..end)
    });
    let written = pairs.filter(|pair| !pair.ends_with('='));
    written.map(|pair| pair.len() + "; ".len()).sum::<usize>().saturating_sub("; ".len())
}
