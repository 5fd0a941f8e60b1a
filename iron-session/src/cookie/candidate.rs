//! The seals of a request that can be the session's, in the order in which they are tried.

use std::borrow::Cow;
use std::fmt;

use super::header::Received;

/// How many seals of one request are tried: one that was planted by a sibling
/// domain must not lock a user out, and a thousand must not cost a thousand
/// derivations.
pub(super) const MAX_CANDIDATES: usize = 4;

/// One of the seals that a server tries.
#[derive(Clone)]
#[cfg_attr(not(feature = "inspect"), expect(unreachable_pub, reason = "public for tools alone"))]
pub struct Candidate<'a> {
    pub(super) seal: Cow<'a, str>,
    pub(super) chunks: usize,
}

#[cfg(feature = "inspect")]
impl Candidate<'_> {
    /// Returns the seal, or what stands in its place: decoded, joined and
    /// otherwise as it was sent.
    pub fn seal(&self) -> &str {
        &self.seal
    }

    /// Returns how many chunks it was joined from; 0 for one whole cookie.
    pub fn chunks(&self) -> usize {
        self.chunks
    }
}

/// Shows no seal: who sees one is signed in.
impl fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("chunks", &self.chunks).finish_non_exhaustive()
    }
}

/// Lists the seals among the cookies of a request that a server tries for the
/// session `name`, in its order: the whole cookies, then the chunks; four at most.
///
/// The first that opens is the session. A whole cookie that has expired ends the
/// search before the chunks.
///
/// # Example
///
/// ```
/// use iron_session::cookie::candidates;
///
/// let seals = candidates(["sid=planted; sid.1=~2; sid.0=Fe26.2*1"], "sid");
/// assert_eq!((seals[0].seal(), seals[0].chunks()), ("planted", 0));
/// assert_eq!((seals[1].seal(), seals[1].chunks()), ("Fe26.2*1~2", 2));
/// ```
#[cfg(feature = "inspect")]
pub fn candidates<'a>(headers: impl IntoIterator<Item = &'a str>, name: &str) -> Vec<Candidate<'static>> {
    let received = Received::parse(headers, &memchr::memmem::Finder::new(name));
    let candidates = received.candidates();
    candidates
        .map(|Candidate { seal, chunks }| Candidate { seal: seal.into_owned().into(), chunks })
        .collect()
}

impl Received {
    /// Lists the seals that are tried, in their order.
    pub(super) fn candidates(&self) -> impl Iterator<Item = Candidate<'_>> {
        // One try belongs to the chunks, if there are any.
        let wholes = self.wholes().take(MAX_CANDIDATES - usize::from(self.joins() > 0));
        let left = MAX_CANDIDATES - wholes.len();
        let wholes = wholes.map(|seal| Candidate { seal, chunks: 0 });
        wholes.chain((0..self.joins().min(left)).map(|attempt| self.join(attempt)))
    }
}
